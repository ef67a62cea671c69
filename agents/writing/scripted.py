"""The scripted writer: drafts by a world's own scenarios, with honest mistakes, and repairs them from a plan.

Chance alone decides which draft it is and what is wrong with it, so nothing has to be remembered between attempts:
what the last attempt was is found by drafting it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import msgspec

from interplay.agents.reviewing.coded import answers, changes, wishes
from interplay.engine.blueprint import Candidate, Persona
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.assignment import Assignment
from interplay.engine.forge.checks import validate
from interplay.engine.forge.committee import count
from interplay.engine.forge.difficulty import fits, of
from interplay.engine.forge.flaws import FLAWS, Flaw
from interplay.engine.forge.review import Case

TRIES = 50
"""Drafts that are begun until one can be finished and, where a difficulty is asked for, has it."""
MISTAKES = {
    "invalid_argument": 0.14,
    "forgotten_output": 0.14,
    "vague_fact": 0.1,
    "leaked_truth": 0.06,
    "unwished_action": 0.1,
    "unserved_wish": 0.1,
}
"""How likely each mistake is in a draft that has room for it."""
CARE = 0.4
"""By how much less likely they are in a new draft after criticism."""
FAILED_REPAIR = 0.06
"""Chance that a mistake is still there after it was named."""

CODED = (wishes, changes, answers)
_FLAWS = tuple(flaw for flaw in FLAWS if flaw.name in MISTAKES)


def scripted(assignment: Assignment) -> Candidate:
    """A candidate.

    The first attempt, and one without a plan, is a new draft. One with a plan is the last draft without what the plan
    names; where it names nothing that can be mended, a new draft again. Of the context it takes the persona,
    except for the name, which is in the world's data, and the difficulty.

    Args:
        assignment: what to write, and what was wrong with the last attempt.
    Raises:
        BlueprintError: the world's scenarios find nothing to write from this seed.
    """
    if assignment.plan is None or assignment.previous is None:
        return _dressed(_flawed(assignment, *_begun(assignment, assignment.attempt)), assignment.context.persona)
    for number in range(assignment.attempt - 1, -1, -1):
        draft, mistakes = _begun(assignment, number)
        made = _made(assignment, draft, mistakes)
        if made is not None:
            left = [flaw for flaw in made if not _repaired(assignment, flaw)]
            if len(left) < len(made) or any(flaw.shows & assignment.plan.checks for flaw in made):
                return _dressed(_flawed(assignment, draft, left), assignment.context.persona)
            break
    return _dressed(_flawed(assignment, *_begun(assignment, assignment.attempt)), assignment.context.persona)


def _begun(assignment: Assignment, number: int) -> tuple[Candidate, list[Flaw]]:
    """A draft, by its number in the task, and the mistakes that it is made with."""
    seed = assignment.seed.child("draft", number)
    care = CARE if number and assignment.plan is not None else 1.0
    mistakes = [flaw for flaw in _FLAWS if seed.child("mistake", flaw.name).chance(MISTAKES[flaw.name] * care)]
    return _draft(assignment, number), mistakes


def _draft(assignment: Assignment, number: int) -> Candidate:
    """The first draft that can be finished and is as hard as was asked; the last where none is so hard."""
    domain, base, target = assignment.domain, assignment.base, assignment.context.target
    found, failure = None, BlueprintError("writing", "nothing was tried")
    for attempt in range(TRIES):
        try:
            found = domain.write(domain, base, assignment.seed.child("draft", number, attempt))
            if not target:
                return found
            checked = validate(domain, base, found)
            if fits(of(checked.blueprint, domain), target):
                return found
        except BlueprintError as error:
            failure = error
    if found is None:
        raise BlueprintError("writing", f"none of {TRIES} drafts could be finished; the last: {failure}")
    return found


def _flawed(assignment: Assignment, draft: Candidate, mistakes: list[Flaw]) -> Candidate:
    """The draft with mistakes; those that only reviewers can see are made only where these ones do see them.

    So nobody's data is made worse on purpose: what is wrong with a draft is found, whatever it takes.
    """
    spoilt, hidden = draft, False
    for flaw in mistakes:
        seed = assignment.seed.child("mistake", flaw.name)
        found = flaw.spoil(assignment.domain, assignment.base, spoilt, seed)
        if found is not None:
            spoilt, hidden = found, hidden or flaw.hidden
    if hidden and not _is_seen(assignment, spoilt):
        return _flawed(assignment, draft, [flaw for flaw in mistakes if not flaw.hidden])
    return spoilt


def _is_seen(assignment: Assignment, spoilt: Candidate) -> bool:
    """Whether the coded reviewers, if it is they alone who review, or the checks before them, reject a candidate.

    They do it by a criterion, so that it makes no difference which average is asked for.
    """
    if sorted(assignment.reviewers) != sorted(reviewer.name for reviewer in CODED):
        return False
    try:
        validated = validate(assignment.domain, assignment.base, spoilt)
    except BlueprintError:
        return True
    case = Case(assignment.domain, *validated, base=assignment.base)
    return not count([reviewer(case) for reviewer in CODED], threshold=0.0).accepted


def _made(assignment: Assignment, draft: Candidate, mistakes: list[Flaw]) -> list[Flaw] | None:
    """Those mistakes with which a draft is the last attempt; None where it is another draft."""
    previous = assignment.previous
    assert previous is not None  # noqa: S101  (the caller has looked)
    for left in _subsets(mistakes):
        if _same(_dressed(_flawed(assignment, draft, left), previous.persona), previous):
            return left
    return None


def _subsets(mistakes: list[Flaw]) -> Iterator[list[Flaw]]:
    """All of them first, then fewer and fewer."""
    for left in range(len(mistakes), -1, -1):
        yield from map(list, combinations(mistakes, left))


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates are the same apart from id and what the checks fill in."""

    def bare(candidate: Candidate) -> Candidate:
        actions = tuple(msgspec.structs.replace(action, origins={}) for action in candidate.actions)
        untaken = {goal: msgspec.structs.replace(a, origins={}) for goal, a in candidate.untaken.items()}
        return msgspec.structs.replace(candidate, id="", actions=actions, untaken=untaken)

    return bare(one) == bare(other)


def _repaired(assignment: Assignment, flaw: Flaw) -> bool:
    """Whether a mistake was named and is mended this time."""
    named = assignment.plan is not None and bool(flaw.shows & assignment.plan.checks)
    return named and not assignment.seed.child("repair", assignment.attempt, flaw.name).chance(FAILED_REPAIR)


def _dressed(candidate: Candidate, persona: Persona | None) -> Candidate:
    """The candidate with another way to behave; the person stays who they are."""
    if persona is None or persona.description == candidate.persona.description:
        return candidate
    own = msgspec.structs.replace(persona, name=candidate.persona.name)
    old = candidate.persona.description
    if old and old in candidate.instruction:
        instruction = candidate.instruction.replace(old, own.description)
    else:
        instruction = f"{candidate.instruction} {own.description}"
    return msgspec.structs.replace(candidate, persona=own, instruction=instruction)
