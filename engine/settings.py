"""Settings: everything that a user may ask of a run, beside its world, its seed and its size.

They come from a TOML file, from the command line, or both, and stand in the run's `run.json`, so that a run
is gone on with as it was begun. No key is among them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from interplay.engine.errors import RunError, UsageError
from interplay.engine.forge.making import Options
from interplay.engine.models.config import ModelsConfig, check, with_prompts
from interplay.engine.models.table import decode_table, read_toml
from interplay.engine.playing import Plays
from interplay.engine.run import RunConfig


class Settings(ModelsConfig, frozen=True):
    """What a run is asked for."""

    forge: Options = Options()
    play: Plays = Plays()
    exclude: tuple[str, ...] = ()
    """Files with test sets that nothing may be taken from."""
    personas: str = ""
    """File with personas, one JSON object a line; empty for those that are sampled from traits."""
    blueprints: str = ""
    """File with blueprints that were made elsewhere, to be played as they are; empty: they are made."""


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file; the files that it names are looked for beside it.

    Raises:
        UsageError: it cannot be read, or says something that cannot be; names the key.
    """
    settings = decode_table(read_toml(path), Settings, str(path))
    settings = with_prompts(settings, path.parent)
    check(settings, str(path))
    _check_plays(settings.play, str(path))
    return msgspec.structs.replace(
        settings,
        exclude=tuple(str(path.parent / each) for each in settings.exclude),
        personas=str(path.parent / settings.personas) if settings.personas else "",
        blueprints=str(path.parent / settings.blueprints) if settings.blueprints else "",
    )


def _check_plays(play: Plays, where: str) -> None:
    """See that a conversation may begin, and that it is clear how often.

    Raises:
        UsageError: it may not, or it is not.
    """
    if play.trials and play.attempts > 1:
        raise UsageError(
            f"{where}: play.attempts and play.trials exclude each other: up to so many until one is verified, "
            "or exactly so many"
        )
    for name in play.limits.__struct_fields__:
        if getattr(play.limits, name) <= 0:
            raise UsageError(f"{where}: play.limits.{name} has to be more than 0")


def copied(settings: Settings) -> tuple[Settings, dict[str, Path]]:
    """The settings with the names of copies that a run keeps, and what they are copies of."""
    exclude = {f"exclude-{index}-{Path(each).name}": Path(each) for index, each in enumerate(settings.exclude)}
    inputs = dict(exclude)
    names = {"personas": "", "blueprints": ""}
    for kind in names:
        if getattr(settings, kind):
            file = Path(getattr(settings, kind))
            names[kind] = f"{kind}-{file.name}"
            inputs[names[kind]] = file
    return msgspec.structs.replace(settings, exclude=tuple(exclude), **names), inputs


def kept(settings: Settings) -> dict[str, Any]:
    """The settings as a run keeps them."""
    built: dict[str, Any] = msgspec.to_builtins(settings)
    return built


def settings_of(config: RunConfig, path: Path) -> Settings:
    """The settings that a run was begun with.

    Raises:
        RunError: the run was not begun by `generate`, or by another version.
    """
    try:
        return msgspec.convert(config.settings["asked"], Settings)
    except (KeyError, msgspec.ValidationError) as error:
        raise RunError(f"{path}/run.json does not say how the run is made: {error}") from None
