"""Marks: what a verdict found wrong, at the message that it is about; and its parts, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from interplay.engine.blueprint import Blueprint
from interplay.engine.turns import TurnVerdict
from interplay.engine.verifier import Discrepancy, Verdict

MarkKind: TypeAlias = Literal["violation", "false_claim", "discrepancy"]


class Mark(NamedTuple):
    """Something wrong at one message."""

    kind: MarkKind
    title: str
    """What it is: "breaks RULE (SECTION)", "false claim", or a discrepancy's kind."""
    text: str
    """Why, in words: the rule's finding, the very sentence, or where in the state, as a JSON pointer."""
    rule: str = ""
    """Of a violation, the rule that was broken."""
    section: str = ""
    """Of a violation, the heading of the policy's section that the rule stands in."""
    discrepancy: Discrepancy | None = None
    """Of a discrepancy, all that is known of it."""


class Detail(NamedTuple):
    """One thing that is wrong with a part."""

    text: str
    """A whole phrase; of a difference in the state, its kind and where it is."""
    message: int | None = None
    """Index of the message that it is about, where it is about one."""
    discrepancy: Discrepancy | None = None
    """Of a difference in the state, all that is known of it."""


class Part(NamedTuple):
    """One thing that a verdict asks for."""

    name: str
    """"state", "outputs", "duties", "policy", "assertions", "turns" or "true claims"."""
    good: bool
    details: tuple[Detail, ...]
    """What is wrong with it."""


def marks_of(verdict: Verdict | None) -> dict[int, tuple[Mark, ...]]:
    """What is to be said under each message, by its index; of a discrepancy that nobody made, nothing."""
    found: dict[int, list[Mark]] = {}
    if verdict is None:
        return {}
    for broken in verdict.violations:
        title = f"breaks {broken.rule} ({broken.section})"
        mark = Mark("violation", title, broken.text, rule=broken.rule, section=broken.section)
        found.setdefault(broken.message, []).append(mark)
    for claim in verdict.false_claims:
        found.setdefault(claim.message, []).append(Mark("false_claim", "false claim", claim.sentence))
    for wrong in verdict.discrepancies:
        if wrong.message is not None:
            mark = Mark("discrepancy", wrong.kind, wrong.pointer, discrepancy=wrong)
            found.setdefault(wrong.message, []).append(mark)
    return {at: tuple(marks) for at, marks in found.items()}


def parts_of(verdict: Verdict | None, blueprint: Blueprint | None) -> tuple[Part, ...]:
    """Each thing that the verdict asks for, as far as the blueprint has any of it; none without a verdict."""
    return tuple(_parts(verdict, blueprint)) if verdict is not None else ()


def _parts(verdict: Verdict, blueprint: Blueprint | None) -> Iterator[Part]:
    differing = (Detail(f"{each.kind} {each.pointer}", each.message, each) for each in verdict.discrepancies)
    yield Part("state", verdict.state, tuple(differing))
    yield Part("outputs", verdict.outputs, tuple(Detail(f"never told: {value}") for value in verdict.untold))
    yield Part("duties", verdict.duties, tuple(Detail(f"{each.duty}: {each.text}") for each in verdict.unmet))
    broken = (
        Detail(f"message {v.message} breaks {v.rule} ({v.section}): {v.text}", v.message) for v in verdict.violations
    )
    yield Part("policy", verdict.policy, tuple(broken))
    if verdict.unmet_assertions or (blueprint is not None and blueprint.assertions):
        unmet = (Detail(f"does not hold: {each}") for each in verdict.unmet_assertions)
        yield Part("assertions", verdict.assertions, tuple(unmet))
    if verdict.turns:
        missed = (Detail(each) for each in _missed(verdict.turns))
        yield Part("turns", all(turn.met for turn in verdict.turns), tuple(missed))
    if verdict.false_claims:
        claims = (Detail(f"message {claim.message}: {claim.sentence}", claim.message) for claim in verdict.false_claims)
        yield Part("true claims", False, tuple(claims))


def _missed(turns: Sequence[TurnVerdict]) -> Iterator[str]:
    """What is wrong with the turns of a script that were not met."""
    for turn in turns:
        if not turn.reached:
            yield f"turn {turn.turn} was not reached"
        for pointer in turn.differing:
            yield f"turn {turn.turn} left another state: {pointer}"
        for missing in turn.missing:
            yield f"turn {turn.turn} did not return {missing}"
