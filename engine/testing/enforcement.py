"""Enforcement: which of a policy's rules a world's tools see to themselves, and which they leave to the agent.

A tool that lets a call pass which the policy forbids is no defect: that is where an agent is put to the
test. But it should be meant. Rules about the dialogue are left out: no tool can hear it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Any, NamedTuple

from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import DomainError
from interplay.engine.policy import Rule, Situation
from interplay.engine.seeds import Seed
from interplay.engine.testing.call import Call, CallMaker, Dice
from interplay.engine.testing.values import Values
from interplay.engine.testing.walker import Property, Walker, copy_of

STEPS = 15
"""Calls in a walk."""


class Unenforced(NamedTuple):
    """A rule that the tools leave to the agent."""

    rule: str
    text: str
    """What the rule says to the last call."""
    calls: tuple[Call, ...]
    """A shortest way to it that was found; every call is carried out, and the last breaks the rule."""


def policy_property(domain: Domain[Any], rule_ids: Collection[str] | None = None) -> Property:
    """Rules as a property: every call that the tools carry out keeps them.

    Args:
        domain: whose policy.
        rule_ids: which rules; by default all that judge state, which few worlds' tools enforce.
    Raises:
        DomainError: there is no such rule, or it judges the dialogue.
    """
    rules = _rules(domain, rule_ids)

    def broken(case: Situation[Any]) -> str | None:
        said = (f"{rule.id}: {text}" for rule in rules if (text := _judged(rule, case)) is not None)
        return next(said, None)

    return Property("policy", broken)


def unenforced_rules(domain: Domain[Any], base: Base[Any], seed: Seed, walks: int = 200) -> list[Unenforced]:
    """Find, by random walks, the rules that a world's tools leave to the agent.

    Args:
        domain: the world.
        base: data of it, small.
        seed: decides the walks.
        walks: how many; a rule that they do not break may still be broken by others.
    Returns:
        One example for each rule, in the policy's order.
    """
    waiting = {rule.id: Property(rule.id, partial(_judged, rule)) for rule in _rules(domain, None)}
    found: dict[str, Unenforced] = {}
    maker = CallMaker(domain.tools, Values(base))
    for number in range(walks):
        dice = Dice(seed.child("walk", number))
        walk = [maker.call(dice, sane=True) for _ in range(STEPS)]
        for name, text, calls in _broken(domain, base, walk, list(waiting.values())):
            found[name] = _shortest(domain, base, waiting.pop(name), text, calls)
        if not waiting:
            break
    return [found[rule.id] for rule in domain.policy.rules if rule.id in found]


def _rules(domain: Domain[Any], rule_ids: Collection[str] | None) -> list[Rule]:
    rules = {rule.id: rule for rule in domain.policy.rules if not rule.dialogue}
    for rule_id in rule_ids or ():
        if rule_id not in rules:
            raise DomainError(f"{domain.name} has no rule {rule_id!r} about state; those are {', '.join(rules)}")
    return [rule for rule in rules.values() if rule_ids is None or rule.id in rule_ids]


def _judged(rule: Rule, case: Situation[Any]) -> str | None:
    return rule.check(case) if case.call.tool in rule.tools else None


def _broken(
    domain: Domain[Any], base: Base[Any], walk: list[Call], properties: list[Property]
) -> Iterator[tuple[str, str, list[Call]]]:
    """Properties that a walk breaks, each once, with the calls that were carried out up to there."""
    walker = Walker(domain, copy_of(base), properties)
    done: list[Call] = []
    seen: set[str] = set()
    for call in walk:
        step = walker.step(call)
        if step.findings:
            return
        if step.result is not None and step.result.refusal is None:
            done.append(call)
        for broken in step.broken:
            if broken.name not in seen:
                seen.add(broken.name)
                yield broken.name, broken.text, list(done)


def _shortest(domain: Domain[Any], base: Base[Any], rule: Property, text: str, calls: list[Call]) -> Unenforced:
    """The calls without those that the last one does not need to break the rule."""
    at = len(calls) - 2
    while at >= 0:
        fewer = calls[:at] + calls[at + 1 :]
        again = next((each for each in _broken(domain, base, fewer, [rule]) if each[2] == fewer), None)
        if again is not None:
            text, calls = again[1], fewer
        at -= 1
    return Unenforced(rule.name, text, tuple(calls))
