"""Asking: the options that say how a run is made, and the settings that they and a config file come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from interplay.engine.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

MODEL_SECONDS = 3600.0
"""Wall time of a conversation with models, which wait for room at their endpoint, unless another is asked for."""

OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--config", type=click.Path(path_type=Path), help="A TOML file with any of what follows, and more."),
    click.option("--model", help="Play every role with this model: URL#NAME."),
    click.option("--key", help="Name of the environment variable with the key for it."),
    click.option("--agent", help="Who plays the agent: a name, module:attribute, or URL#NAME of an endpoint."),
    click.option("--human", help="Who plays the human: a name, or module:attribute."),
    click.option("--writer", help="Who writes blueprints: a name, or module:attribute."),
    click.option("--budget", type=click.FloatRange(min=0), help="Stop when so much is spent on models."),
    click.option("--attempts", type=click.IntRange(1, 1000), help="Play a blueprint up to so often until verified."),
    click.option("--trials", type=click.IntRange(1, 1000), help="Play each blueprint exactly so often, for pass^k."),
    click.option(
        "--feedback/--no-feedback", default=None, help="Tell the writer what was wrong with its last attempt."
    ),
    click.option("--writings", type=click.IntRange(1, 100), help="Attempts at writing one task."),
    click.option("--recombine", type=click.FloatRange(0, 1), help="Share of units that join accepted blueprints."),
    click.option("--difficulty", multiple=True, help='Asked distribution, such as "writes=1:30,2:50,3:20".'),
    click.option("--exclude", multiple=True, type=click.Path(path_type=Path), help="Test sets to take nothing from."),
    click.option("--personas", type=click.Path(path_type=Path), help="Personas, one JSON object a line."),
    click.option("--turns", type=click.IntRange(min=1), help="Human messages at most.  [default: 30]"),
    click.option("--calls", type=click.IntRange(min=1), help="Tool calls at most.  [default: 100]"),
    click.option("--errors", type=click.IntRange(min=1), help="Refused calls in a row at most.  [default: 10]"),
    click.option(
        "--seconds",
        type=click.FloatRange(0, 86_400, min_open=True),
        help="Wall time.  [default: 600; with models 3600]",
    ),
)


def asking(command: F) -> F:
    """What a run is asked for."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def settings_asked(
    *,
    config: Path | None,
    model: str | None,
    key: str | None,
    agent: str | None,
    human: str | None,
    writer: str | None,
    budget: float | None,
    exclude: tuple[Path, ...],
    personas: Path | None,
    blueprints: Path | None = None,
    **rest: Any,
) -> Settings:
    """The settings that a config file and the options come to; an option goes before the file.

    Raises:
        UsageError: the file or an option cannot be followed.
    """
    from msgspec.structs import replace

    from interplay.engine.errors import UsageError
    from interplay.engine.models.config import check
    from interplay.engine.settings import Settings, read_settings

    if key is not None and model is None and not _is_url(agent):
        raise UsageError("--key goes with --model URL#NAME, or with --agent URL#NAME; a config has its own")
    if key is not None and model is not None and agent is not None and _is_url(agent):
        raise UsageError("--key does not say for which of --model and --agent; a --config can name a key for each")
    for name, actor in (("human", human), ("writer", writer)):
        if _is_url(actor):
            raise UsageError(
                f"--{name} takes a name or module:attribute; a model plays every role with --model URL#NAME, or this "
                f"one by a section [roles.{name}] in a --config"
            )
    settings = read_settings(config) if config is not None else Settings()
    if model is not None:
        settings = _on(settings, model, key or "")
    roles = settings.roles
    if agent is not None and _is_url(agent):
        settings = _endpoint(settings, agent, key or "")
        roles = settings.roles
    elif agent is not None:
        roles = replace(roles, agent=replace(roles.agent, actor=agent))
    if human is not None:
        roles = replace(roles, human=replace(roles.human, actor=human))
    if writer is not None:
        roles = replace(roles, writer=replace(roles.writer, actor=writer))
    given: dict[str, Any] = {"budget": budget, "exclude": tuple(map(str, exclude)) or None}
    given["personas"] = str(personas) if personas is not None else None
    given["blueprints"] = str(blueprints) if blueprints is not None else None
    settings = replace(settings, roles=roles, **{key: value for key, value in given.items() if value is not None})
    settings = _adjusted(settings, rest)
    check(settings, str(config) if config is not None else "the options")
    return settings


def _is_url(actor: str | None) -> bool:
    return actor is not None and actor.startswith(("http://", "https://"))


def _adjusted(settings: Settings, options: dict[str, Any]) -> Settings:
    """With the numbers that were given as options."""
    from msgspec.structs import replace

    from interplay.engine.conversation import Limits
    from interplay.engine.errors import UsageError

    given = {key: value for key, value in options.items() if value not in (None, ())}
    if "attempts" in given and "trials" in given:
        raise UsageError("--attempts and --trials exclude each other: up to so many until one is verified, or exactly")
    limits = {key: given.pop(key) for key in ("turns", "calls", "errors", "seconds") if key in given}
    play = {key: given.pop(key) for key in ("attempts", "trials") if key in given}
    if play:  # either takes the place of what the file says of both
        play = {"attempts": 1, "trials": 0, **play}
    if "seconds" not in limits and settings.endpoints and settings.play.limits.seconds == Limits().seconds:
        limits["seconds"] = MODEL_SECONDS
    played = replace(settings.play, limits=replace(settings.play.limits, **limits), **play)
    return replace(settings, play=played, forge=replace(settings.forge, **given))


def _on(settings: Settings, model: str, key: str) -> Settings:
    """Every role on one model."""
    from msgspec.structs import replace

    from interplay.engine.errors import UsageError
    from interplay.engine.models.config import from_model

    if not model.partition("#")[0]:
        raise UsageError("--model has no URL; expected URL#NAME, such as http://127.0.0.1:8000/v1#NAME")
    if settings.endpoints:
        raise UsageError("--model and a config with endpoints exclude each other: the config says who plays what")
    made = from_model(model, key)
    roles = {name: replace(role, actor=getattr(settings.roles, name).actor) for name, role in _roles(made.roles)}
    reviewers = settings.reviewers or made.reviewers
    return replace(settings, endpoints=made.endpoints, roles=replace(made.roles, **roles), reviewers=reviewers)


def _roles(roles: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(roles, name)) for name in roles.__struct_fields__]


def _endpoint(settings: Settings, agent: str, key: str) -> Settings:
    """With the agent at an endpoint of its own."""
    from msgspec.structs import replace

    from interplay.engine.models.config import from_model

    made = from_model(agent, key)
    _, _, name = agent.partition("#")
    free = "agent"
    while free in settings.endpoints:  # the file's own is left to whom it names
        free += "-option"
    role = replace(settings.roles.agent, model=f"{free}#{name}" if name else free, actor="model")
    endpoints = {**settings.endpoints, free: made.endpoints["main"]}
    return replace(settings, endpoints=endpoints, roles=replace(settings.roles, agent=role))
