"""Checking: what is wrong with a toolkit that only running its methods shows.

Every tool is called on two copies in the same state. What ends or answers differently depends on something
else than the state, and what it read of clocks and chance is named even where both agree, by luck. What
methods change beside their object, in their class or module, is shared by all conversations and found too.

    assert check_toolkit(DOMAIN) == []
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from interplay.engine.blueprint import Action
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import InterplayError, ToolkitError
from interplay.engine.messages import ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.testing.call import CallMaker, Dice
from interplay.engine.testing.findings import Finding, distinct
from interplay.engine.testing.values import Values
from interplay.engine.toolkit.document import Describer, StatelessError
from interplay.engine.toolkit.guard import Guard
from interplay.engine.toolkit.kit import Kit, ToolkitDatabase, live
from interplay.engine.truth import begin

SEED = Seed.root(0)
STEPS = 12
"""Calls in a walk."""


def check_toolkit(
    domain: Domain[ToolkitDatabase], *, seed: Seed = SEED, calls: int = 5, walks: int = 10, scripts: int = 20
) -> list[Finding]:
    """What is wrong with a toolkit; what its methods read and share is found by running them.

    Args:
        domain: made by `toolkit`.
        seed: decides what is tried.
        calls: of each tool on its own.
        walks: sequences of calls of any tools.
        scripts: blueprints that the world's writer is asked for, whose actions are run too.
    Returns:
        At most one finding of a kind at a place.
    """
    base = domain.generate(seed, 1)
    kit = domain.database.made_by()
    found: list[Finding] = []
    pairs = _Pairs(domain, found)
    maker = CallMaker(domain.tools, Values(base))
    kit.watched = pairs.told
    try:
        for name in domain.tools:
            dice = Dice(seed.child("tool", name))
            for _ in range(calls):
                pairs.run(base, [Action(tool=name, arguments=maker.call(dice, name).arguments)])
        for number in range(walks):
            dice = Dice(seed.child("walk", number))
            made = [maker.call(dice) for _ in range(STEPS)]
            pairs.run(base, [Action(tool=each.tool, arguments=each.arguments) for each in made])
        for start, actions in _scripts(domain, base, seed.child("scripts"), scripts):
            pairs.run(start, actions)
    finally:
        kit.watched = None
    return distinct(found)


class _Pairs:
    """Runs calls on two forks in the same state.

    Args:
        domain: the toolkit.
        found: where findings go.
    """

    def __init__(self, domain: Domain[ToolkitDatabase], found: list[Finding]) -> None:
        self._domain = domain
        self._found = found
        self._shared = dict(_shared(domain.database.made_by()))

    def told(self, label: str, guard: Guard) -> None:
        """Note what a method read."""
        for source in guard.read:
            text = f"it reads {source}, so it does not answer alike when it is replayed; keep a seeded "
            text += "random.Random, or the time, in the object's state"
            self._found.append(Finding("nondeterministic", f"{label}: {source}", text))

    def run(self, base: Base[Any], actions: list[Action]) -> None:
        """Run calls in order on both, as far as nothing is found."""
        one, other = (Environment(self._domain.tools, base.fork()) for _ in range(2))
        for number, action in enumerate(actions):
            call = ToolCall(call_id=str(number), tool=action.tool, arguments=action.arguments)
            outcomes = [self._applied(environment, call) for environment in (one, other)]
            finding = self._changed_beside(call.tool) or self._unlike(call, outcomes)
            if finding is None and one.effects.get(call.call_id) and not self._domain.tools[call.tool].writes:
                finding = Finding("read_writes", call.tool, "it is among `reads` and changed its object")
            if finding is not None:
                self._found.append(finding)
                return

    def _applied(self, environment: Environment, call: ToolCall) -> object:
        try:
            result = environment.apply(call)
        except ToolkitError as error:
            self._found.append(Finding("raises", call.tool, str(error)))
            return str(error)
        except Exception as error:
            self._found.append(Finding("raises", call.tool, f"it raised {error!r}, which is not among the refusals"))
            return repr(error)
        return result, environment.effects.get(call.call_id)

    def _unlike(self, call: ToolCall, outcomes: list[object]) -> Finding | None:
        if outcomes[0] == outcomes[1]:
            return None
        text = f"called with {call.arguments!r:.200} on two objects in the same state, it answered or ended differently"
        return Finding("nondeterministic", call.tool, text)

    def _changed_beside(self, tool: str) -> Finding | None:
        now = dict(_shared(self._domain.database.made_by()))
        for where, image in now.items():
            if image != self._shared.get(where):
                self._shared = now
                text = f"{where} was changed, which all conversations share; keep it in the object, set in __init__"
                return Finding("in_place", tool, text)
        return None


def _scripts(
    domain: Domain[ToolkitDatabase], base: Base[Any], seed: Seed, count: int
) -> Iterator[tuple[Base[Any], list[Action]]]:
    """What blueprints begin with, and their actions; none where the world has no writer."""
    for number in range(count):
        try:
            blueprint = domain.write(domain, base, seed.child(number))
            yield begin(domain.tools, base, blueprint), list(blueprint.actions)
        except InterplayError:
            return


def _shared(kit: Kit) -> Iterator[tuple[str, bytes]]:
    """What methods can reach that is no object's own: collections in their classes, and in modules by name."""
    seen: dict[str, object] = {}
    for row in kit.rows().values():
        for target in live(row).values():
            for kind in type(target).__mro__[:-1]:
                seen |= {f"{kind.__name__}.{name}": value for name, value in vars(kind).items()}
                for _, function in inspect.getmembers(kind, inspect.isfunction):
                    seen |= _globals_of(function)
    for where, value in seen.items():
        if isinstance(value, list | dict | set):
            with suppress(StatelessError):
                yield where, msgspec.json.encode(Describer().value(value, where))


def _globals_of(function: Callable[..., Any]) -> dict[str, object]:
    """Names of its module that a function uses, with what they stand for."""
    known: dict[str, object] = getattr(function, "__globals__", {})
    code = getattr(function, "__code__", None)
    return {f"{function.__module__}.{name}": known[name] for name in getattr(code, "co_names", ()) if name in known}
