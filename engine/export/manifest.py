"""Manifest: `export.json`, which says what stands in an exported directory and how it came about.

It holds no clock and no path of the machine that wrote it, so that the same export gives the same bytes. What the
files hold is checked against it: whoever changes, loses or adds a row after the export is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from interplay.engine.domain import GROUP, Domain
from interplay.engine.errors import DataError, UsageError
from interplay.engine.models.config import REVIEWER, ReviewerConfig, RoleConfig, RolesConfig, target
from interplay.engine.run import RunConfig
from interplay.engine.run.config import versions

FILE = "export.json"
LAYOUT = 1
"""Version of the manifest's own layout, which this Interplay writes and reads."""
SCRIPTED = "scripted"
CODE = "code"
"""Of somebody's own, named where it stands."""

Natural = Annotated[int, msgspec.Meta(ge=0)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a manifest."""


class Origin(_Part, frozen=True, kw_only=True):
    """A run that was exported."""

    name: str
    """Of its directory; the ids of rows begin with it."""
    domain: str
    package: str
    """That the world comes with; empty where nobody knows."""
    seed: int
    units: Natural
    done: Natural | None = None
    """Units whose conversations were there; fewer than `units` where the run was unfinished."""
    data_digest: str
    """Of the data that the run started from."""
    data: Literal["generated", "loaded", "unknown"]
    """Whether that data is the world's own, or was the user's."""
    blueprints: Literal["made", "given"] = "made"
    """Whether the run made its blueprints, or played such as others had written."""
    versions: dict[str, str]
    """Of what made it."""
    actors: dict[str, str]
    """By role, who played it: "scripted", "scripted NAME", "code NAME", "model NAME", "NAME on model NAME"; empty where
    the run does not say."""


class Counts(_Part, frozen=True, kw_only=True):
    """Conversations, on their way from the runs to the files."""

    read: Natural
    kept: Natural
    left_out: dict[str, Natural]
    """By reason."""
    rowless: dict[str, Natural] = {}
    """Of those that were kept, by reason, what gave no row: plays, or comparisons of two."""


class Part(_Part, frozen=True, kw_only=True):
    """A file of the export."""

    split: str
    name: str
    rows: Natural
    bytes: Natural
    blake2b: str
    """Digest of its bytes, 512 bits, hexadecimal: what `b2sum` prints of it."""


class Tokens(_Part, frozen=True, kw_only=True):
    """With what tokens were counted."""

    tokenizer: str
    """Its name; empty where the number was estimated."""
    estimate: bool


class Manifest(_Part, frozen=True, kw_only=True):
    """What an exported directory holds, and how it was made."""

    layout: Annotated[int, msgspec.Meta(ge=1)] = LAYOUT
    versions: dict[str, str] = msgspec.field(default_factory=versions)
    """Of what wrote the export."""
    format: str
    options: dict[str, Any]
    """What was asked for, by the name of the option."""
    licence: str
    """As it was stated; empty where nobody did."""
    sources: tuple[Origin, ...]
    counts: Counts
    files: tuple[Part, ...]
    tokens: Tokens | None = None

    @property
    def models(self) -> list[str]:
        """Who played that was a model, each once."""
        players = (player for source in self.sources for player in source.actors.values())
        return list(dict.fromkeys(player for player in players if not player.startswith((SCRIPTED, CODE))))

    @property
    def splits(self) -> dict[str, list[Part]]:
        """The files of each split, in their order."""
        found: dict[str, list[Part]] = {}
        for part in self.files:
            found.setdefault(part.split, []).append(part)
        return found


class _Layout(msgspec.Struct):
    layout: int
    versions: dict[str, str] = {}


class _Asked(msgspec.Struct):
    """Who plays, as a run's settings say it; whatever else they say is no matter here."""

    roles: RolesConfig = RolesConfig()
    reviewers: tuple[ReviewerConfig, ...] = ()
    blueprints: str = ""


def origin(name: str, config: RunConfig, domain: Domain[Any]) -> Origin:
    """What a manifest says of a run.

    Args:
        name: under which its rows name it.
        config: the run's.
        domain: its world.
    """
    data = config.settings.get("data")
    known = data if isinstance(data, dict) else {}
    asked = _asked(config.settings)
    return Origin(
        name=name,
        domain=config.domain,
        package=_package(config.domain),
        seed=config.seed,
        units=config.units,
        data_digest=config.data_digest,
        data="generated" if "generated" in known else "loaded" if "loaded" in known else "unknown",
        blueprints="given" if domain.scripts is not None or (asked is not None and asked.blueprints) else "made",
        versions=config.versions,
        actors={} if asked is None else _actors(asked),
    )


def encode_manifest(manifest: Manifest) -> bytes:
    """The bytes of `export.json`.

    Raises:
        UsageError: an option is no JSON value.
    """
    try:
        data = msgspec.json.encode(manifest, order="deterministic")
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UsageError(f"what was asked of this export cannot be written down: {error}") from None
    return msgspec.json.format(data, indent=2) + b"\n"


def read_manifest(directory: Path) -> Manifest:
    """Read `export.json`.

    Raises:
        DataError: there is none, it is damaged, of another layout, or it names files outside the directory.
    """
    path = directory / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{directory} is no export: it has no {FILE}") from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        written = msgspec.json.decode(data.decode(), type=_Layout)
        if written.layout != LAYOUT:
            by = written.versions.get("interplay", "of an unknown version")
            raise DataError(f"{path} has layout {written.layout}, written by Interplay {by}; this one reads {LAYOUT}")
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path} is damaged: {error}") from None
    _check_names(path, manifest)
    return manifest


def _check_names(path: Path, manifest: Manifest) -> None:
    names = [part.name for part in manifest.files]
    for name in names:
        if Path(name).name != name or name in ("", ".", ".."):
            raise DataError(f"{path}: {name!r} is no name of a file beside it")
    if len(set(names)) < len(names):
        raise DataError(f"{path} names a file twice")
    sources = [source.name for source in manifest.sources]
    if len(set(sources)) < len(sources):
        raise DataError(f"{path} has two runs of one name, which nobody could tell apart")


def _package(domain: str) -> str:
    owners = [entry.dist.name for entry in entry_points(group=GROUP, name=domain.partition("@")[0]) if entry.dist]
    return owners[0] if owners else ""


def _asked(settings: Mapping[str, Any]) -> _Asked | None:
    try:
        return msgspec.convert(settings["asked"], _Asked)
    except (KeyError, msgspec.ValidationError):
        return None


def _actors(asked: _Asked) -> dict[str, str]:
    """By role, who plays it; a committee of models' members as "reviewer NAME"."""
    parts = {field.name: getattr(asked.roles, field.name) for field in msgspec.structs.fields(asked.roles)}
    found = {role: _player(part) for role, part in parts.items()}
    if found["human"] == SCRIPTED and found["judge"] == SCRIPTED:
        del found["judge"]  # it chooses among a model's drafts; a script has none
    if not asked.reviewers:
        return {**found, "reviewers": SCRIPTED}
    return found | {f"{REVIEWER[:-1]} {each.name}": _player(each) for each in asked.reviewers}


def _player(part: RoleConfig) -> str:
    model = target(part.model).shown
    if model:
        return f"{part.actor} on model {model}" if part.actor else f"model {model}"
    if ":" in part.actor:
        return f"{CODE} {part.actor}"
    return f"{SCRIPTED} {part.actor}" if part.actor else SCRIPTED
