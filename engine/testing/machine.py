"""Machine: a world walked by hypothesis, which shrinks whatever goes wrong to the shortest walk.

What a test of a world says:

    class TestShop(domain_machine(DOMAIN, BASE, invariants=[("money is conserved", conserved)]).TestCase):
        settings = settings(max_examples=50)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.testing.call import Call
from interplay.engine.testing.extra import no_hypothesis
from interplay.engine.testing.walk import calls
from interplay.engine.testing.walker import Property, Walker, copy_of

try:
    from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
except ModuleNotFoundError as error:
    raise no_hypothesis(__name__) from error

Invariant: TypeAlias = tuple[str, Callable[[Any], bool]]
"""What holds in every state, in words, and the function of a fork that says whether it does."""


def domain_machine(
    domain: Domain[Any],
    base: Base[Any],
    *,
    invariants: Sequence[Invariant] = (),
    properties: Sequence[Property] = (),
) -> type[RuleBasedStateMachine]:
    """A state machine whose every step is a tool call on a fork, by the agent or by the human.

    After each call: a refused one changed nothing, nothing was changed in place or by a tool that only
    reads, no side asked for the other's tables, the sides are in step, and a twin fork gave the same result
    and end. At the end: the walk's patch leads to the same end from a fresh fork and back again, the calls
    replayed on a fresh fork give the same results and end, another fork and the base are as they were.

    Args:
        domain: the world.
        base: data of it, small: each call looks at every row.
        invariants: what holds in every state besides.
        properties: what holds of every call that is carried out; see `policy_property`.
    Returns:
        The class; its `TestCase` is what a test runner collects.
    """
    strategy = calls(domain, base)
    digest = base.digest()

    class DomainMachine(RuleBasedStateMachine):
        """Walks on a base of its own, so that what a broken tool spoils is spoilt for one example."""

        def __init__(self) -> None:
            super().__init__()
            self.walker = Walker(domain, copy_of(base), properties)
            self.sound = True

        @rule(call=strategy)
        def call(self, call: Call) -> None:
            self.sound = False  # until nothing was found; else what follows would hide it
            step = self.walker.step(call)
            _fail([*step.findings, *(f"{each.name}: {each.text}" for each in step.broken)])
            self.sound = True

        @invariant()
        def holds(self) -> None:
            for name, held in invariants:
                if not held(self.walker.db):
                    self.sound = False
                    _fail([f"{name}: not so after {self.walker.calls[-1:] or 'no call'}"])

        def teardown(self) -> None:
            if self.sound:
                _fail(self.walker.end())
                if self.walker.base.digest() != digest:
                    _fail(["the base was changed"])

    DomainMachine.__name__ = DomainMachine.__qualname__ = f"{domain.name.title()}Machine"
    return DomainMachine


def _fail(problems: Any) -> None:
    """Fail when there are problems; says all of them.

    Raises:
        AssertionError: there are.
    """
    said = [str(problem) for problem in problems]
    if said:
        raise AssertionError("\n".join(said))
