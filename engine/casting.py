"""Casting: who plays, and how an actor is found by name.

An actor is made anew for each conversation, by a factory. Factories are registered under the entry point
groups `interplay.agents` and `interplay.humans`, ours and anybody's alike. Who writes an agent need not
register it: `package.module:attribute` names it where it stands.

Most clients of language models are plain functions that block. So an agent that is named itself, and is
not async, runs in a worker thread: its conversation waits for it, and no other does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from interplay.engine.actors import Agent, Human
from interplay.engine.blueprint import Blueprint, Brief
from interplay.engine.errors import CastingError
from interplay.engine.messages import AnyMessage
from interplay.engine.models.exchange import Model
from interplay.engine.policy import Policy
from interplay.engine.seeds import Seed
from interplay.engine.tools import NO_TOOLS, Toolset

AGENTS = "interplay.agents"
HUMANS = "interplay.humans"

THREADS = 256
"""Plain agents that may be at work at once in an event loop; one beyond that waits, on its conversation's time."""

_ON_MODEL = "asks_model"

M = TypeVar("M")

_threads: RunVar[CapacityLimiter] = RunVar("interplay_agent_threads")


class AgentPart(NamedTuple):
    """What an agent's factory is given; an agent under test makes no use of the blueprint."""

    blueprint: Blueprint
    tools: Toolset
    policy: Policy
    seed: Seed
    model: Model | None = None
    """The model in the agent's role; None where the run gives it none."""
    at: str = ""
    """Address of this actor in its unit, for the model: "trial/0/agent"."""


def _no_leak(text: str, conversation: Sequence[AnyMessage]) -> str:  # noqa: ARG001
    return ""


class HumanPart(NamedTuple):
    """What a human's factory is given: never the actions."""

    brief: Brief
    seed: Seed
    model: Model | None = None
    """The model in the human's role; None where the run gives it none."""
    judge: Model | None = None
    """The model that criticises what the human might say; None where there is none."""
    candidates: int = 1
    """How many replies a model drafts for each turn, of which the best is said."""
    leaks: Callable[[str, Sequence[AnyMessage]], str] = _no_leak
    """Whether words, said at this point, would tell what only the ground truth knows: why, or nothing."""
    at: str = ""
    """Address of this actor in its unit, for the model: "trial/0/human"."""
    tools: Toolset = NO_TOOLS
    """What the person may do with things of their own; empty in most worlds."""


AgentFactory: TypeAlias = Callable[[AgentPart], Agent]
HumanFactory: TypeAlias = Callable[[HumanPart], Human]


def on_model(member: M) -> M:
    """Mark a factory, a writer or a reviewer as one that asks a model, so that a run without one is not begun."""
    setattr(member, _ON_MODEL, True)
    return member


def asks_model(member: Any) -> bool:
    """Whether somebody is marked as asking a model."""
    return bool(getattr(member, _ON_MODEL, False))


def load_agent(name: str) -> AgentFactory:
    """The factory of this agent.

    Args:
        name: a registered name, or `package.module:attribute`. What it names is told by what it takes: a
            function or class of one parameter is a factory, given the AgentPart; a callable of two,
            conversation and tools, is the agent itself, and the same one plays every conversation.

    An agent that is named itself may block: a plain one, which is neither an async function nor an object
    whose `__call__` is one, is called in a worker thread, at most THREADS at once, so other threads may be
    calling it at the same time. It is given a copy of the conversation. One that is timed out is left
    behind: nobody waits for its answer, but a process ends only when its threads have. What a factory makes
    is called in the event loop as it is, which is fast; it waits for nothing, or it is async.

    Raises:
        CastingError: unknown, broken on import, or neither of the two.
    """
    found = find(AGENTS, "agent", name)
    if _takes(found, name) == 1:
        return _made_by(found, f"agent {name!r}")
    if _takes(found, name) == 2 and not inspect.isclass(found):
        agent = found if is_async(found) else _in_thread(found)
        return lambda part: agent  # noqa: ARG005  (it plays any part)
    raise CastingError(
        f"agent {name!r} is neither a factory, which takes one parameter (the AgentPart), nor an agent, "
        "which takes two (the conversation and the tools)"
    )


def load_human(name: str) -> HumanFactory:
    """The factory of this human.

    Args:
        name: a registered name, or `package.module:attribute`; a function or class of one parameter, given
            the HumanPart.
    Raises:
        CastingError: unknown, broken on import, or no factory.
    """
    found = find(HUMANS, "human", name)
    if _takes(found, name) != 1:
        raise CastingError(f"human {name!r} is no factory, which takes one parameter (the HumanPart)")
    return _made_by(found, f"human {name!r}")


def _in_thread(agent: Callable[..., Any]) -> Agent:
    """An agent that may block, as one that only waits."""

    def call(*given: Any) -> tuple[Any]:
        return (agent(*given),)  # wrapped, for trio takes no coroutine from a thread

    async def act(conversation: Sequence[AnyMessage], tools: Sequence[dict[str, Any]]) -> Any:
        said = tuple(conversation)
        (reply,) = await to_thread.run_sync(call, said, tools, abandon_on_cancel=True, limiter=_limiter())
        return await reply if inspect.isawaitable(reply) else reply

    return act


def _limiter() -> CapacityLimiter:
    """The event loop's own, made when it is first needed."""
    try:
        return _threads.get()
    except LookupError:
        _threads.set(made := CapacityLimiter(THREADS))
        return made


def _made_by(factory: Callable[[Any], Any], what: str) -> Callable[[Any], Any]:
    if inspect.iscoroutinefunction(factory):
        raise CastingError(f"{what} is an async function of one parameter; a factory is a plain one")

    def cast(part: Any) -> Any:
        actor = factory(part)
        if not callable(actor):
            raise CastingError(f"{what} made a {type(actor).__name__}, which cannot be called")
        return actor

    return cast


def find(group: str, kind: str, name: str) -> Any:
    """What a name names.

    Args:
        group: entry point group in which names are registered.
        kind: what is looked for, in words for an error: "agent".
        name: a registered name, or `package.module:attribute`.
    Raises:
        CastingError: nothing, or nothing that can be called.
    """
    entry = next(iter(entry_points(group=group, name=name)), None)
    where = name if entry is None else f"{name} ({entry.value})"
    if entry is None and ":" not in name:
        raise CastingError(_unknown(kind, name, names(group)))
    try:
        found = _attribute(name) if entry is None else entry.load()
    except (Exception, SystemExit) as error:
        raise CastingError(f"{kind} {where} cannot be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise CastingError(f"{kind} {where} is a {type(found).__name__}, which cannot be called")
    return found


def is_async(member: Any) -> bool:
    """Whether calling this gives something to be awaited: an async function, or an object whose call is one."""
    return inspect.iscoroutinefunction(member) or inspect.iscoroutinefunction(getattr(member, "__call__", None))  # noqa: B004


def _attribute(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return attrgetter(attribute)(import_module(module))


def _unknown(kind: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return (
        f"there is no {kind} {name!r}{hint} Known are {', '.join(known) or 'none'}; "
        "your own is named as package.module:attribute"
    )


def _takes(found: Any, name: str) -> int:
    """How many parameters have to be given.

    Raises:
        CastingError: one has to be given by keyword, or the signature cannot be read.
    """
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):
        raise CastingError(f"{name} has no signature that can be read; wrap it in a function") from None
    needed = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if any(p.kind is p.KEYWORD_ONLY for p in needed):
        raise CastingError(f"{name} needs a parameter that can only be given by keyword; wrap it in a function")
    return len(needed)


def names(group: str) -> list[str]:
    """Every name that is registered in a group."""
    return sorted({entry.name for entry in entry_points(group=group)})
