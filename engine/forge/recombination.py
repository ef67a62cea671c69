"""Recombination: several tasks of one person, joined into one.

Whether they can be joined is not assumed but executed: the parts run one after the other, and in the
opposite order, and each must find what it found alone. Every action succeeds, every argument comes from
where it came from, every answer is still told by what its own lookups return, what had to be left undone
would still be refused for the same reason, and the end is the same in both orders.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import msgspec

from interplay.engine.blueprint import Action, Blueprint, Candidate, Fact, Persona
from interplay.engine.database import Base, Changes
from interplay.engine.domain import Domain
from interplay.engine.environment import Environment
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.checks import check_outputs, tellings
from interplay.engine.forge.duplicates import DONE, LEFT, effects
from interplay.engine.forge.instruction import compose
from interplay.engine.forge.provenance import trace
from interplay.engine.messages import AnyMessage, ToolCall
from interplay.engine.policy import Situation
from interplay.engine.seeds import Seed
from interplay.engine.telling import told
from interplay.engine.tools import Toolset
from interplay.engine.truth import Truth, execute

MOST_PARTS = 5
MOST_GOALS = 8
"""What one person brings up in one conversation at most."""
JOINED = "joined"
"""The trait of a blueprint that was made of others; such a one is not joined again."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def joinable(one: Blueprint, other: Blueprint) -> bool:
    """Whether two tasks can be one person's: the same name, and what says who they are agrees."""
    if one.persona.name != other.persona.name:
        return False
    mine, theirs = ({fact.key: fact.values for fact in each.facts if not fact.goal} for each in (one, other))
    shared = mine.keys() & theirs.keys()
    return all(mine[key] == theirs[key] for key in shared) and (bool(shared) or not (mine or theirs))


def join(parts: Sequence[Blueprint], domain: Domain[Any], base: Base[Any], seed: Seed) -> Candidate:
    """One task of several, in an order that the seed decides; a hand-over is always the last.

    Args:
        parts: two to five validated blueprints.
        domain: their world.
        base: the data that they were made for.
        seed: decides the order, and whose way to behave is kept.
    Returns:
        A candidate without an id; which of the checks it passes is not known yet.
    Raises:
        BlueprintError: "recombination"; says which part stands in the way and why.
    """
    if not 2 <= len(parts) <= MOST_PARTS:
        raise _apart(f"{len(parts)} parts; a task is joined from 2 to {MOST_PARTS}")
    order = list(parts)
    seed.child("order").random().shuffle(order)
    order.sort(key=_hands_over)
    _check_parts(domain, order)
    alone = [_alone(domain, base, part) for part in order]
    if len({each.who for each in alone}) > 1:
        raise _apart(f"{_names(order)} find different persons")
    forwards = _together(domain, base, order, alone)
    backwards = _together(domain, base, order[::-1], alone[::-1])
    if forwards != backwards:
        raise _apart(f"the end of {_names(order)} depends on their order")
    return _joined(domain, order, seed.child("persona").pick([part.persona for part in order]))


class People:
    """Blueprints by person, for finding some that may be joined.

    Entries carry the number of their unit, and a question sees only units below its limit.
    """

    def __init__(self) -> None:
        self._units: list[int] = []
        self._person: dict[int, str] = {}
        self._of: dict[str, list[tuple[int, Blueprint]]] = {}

    def add(self, unit: int, blueprint: Blueprint) -> None:
        """Remember a blueprint, unless it was joined itself or cannot be; units may come in any order."""
        if JOINED in blueprint.traits or len(blueprint.goals) >= MOST_GOALS or _stands_alone(blueprint):
            return
        insort(self._units, unit)
        self._person[unit] = blueprint.persona.name
        insort(self._of.setdefault(blueprint.persona.name, []), (unit, blueprint), key=lambda entry: entry[0])

    def pick(self, limit: int, seed: Seed, *, tries: int = 32) -> tuple[Blueprint, ...]:
        """Two to five blueprints of one person that may be joined; two most often.

        Args:
            limit: units from this number on are not seen.
            seed: decides.
            tries: persons that are looked at.
        Returns:
            The parts, in unit order; nothing where no person looked at has two.
        """
        below = bisect_left(self._units, limit)
        for at in range(tries if below else 0):
            here = seed.child("person", at)
            entries = self._of[self._person[self._units[here.number % below]]]
            seen = [blueprint for unit, blueprint in entries if unit < limit]
            found = _some(seen, here)
            if len(found) >= 2:
                return found
        return ()


def _some(seen: Sequence[Blueprint], seed: Seed) -> tuple[Blueprint, ...]:
    """Some that go with each other, do not change the same things and are not too much together."""
    wanted = seed.child("parts").random().choices((2, 3, 4, 5), (60, 25, 10, 5))[0]
    places = list(range(len(seen)))
    seed.child("which").random().shuffle(places)
    chosen: list[int] = []
    changed: set[Any] = set()
    goals = 0
    for place in places:
        part = seen[place]
        subjects = _subjects(part)
        alike = all(joinable(seen[each], part) for each in chosen)
        if alike and changed.isdisjoint(subjects) and goals + len(part.goals) <= MOST_GOALS:
            chosen.append(place)
            changed |= subjects
            goals += len(part.goals)
        if len(chosen) == wanted:
            break
    return tuple(seen[each] for each in sorted(chosen))


def _subjects(part: Blueprint) -> set[str]:
    """What a part changes or must not change: a guess, by first arguments, that saves executions."""
    last = {action.goal: action for action in part.actions}
    calls = [last[goal.id] for goal in part.goals if goal.kind == "write" and goal.id in last]
    return {str(next(iter(call.arguments.values()), "")) for call in (*calls, *part.untaken.values())}


# --- whether parts agree


class _Alone(NamedTuple):
    """A part, executed by itself."""

    who: tuple[str, ...]
    """What finding out who the person is returns, in the end."""
    truth: Truth
    outcomes: dict[str, str]
    """What would come of each change that has to be left undone, by goal."""


def _check_parts(domain: Domain[Any], parts: Sequence[Blueprint]) -> None:
    for one, other in combinations(parts, 2):
        if not joinable(one, other):
            raise _apart(f"{_names((one, other))} are not of one person")
        shared = sorted(_asked(domain.tools, one) & _asked(domain.tools, other))
        if shared:
            raise _apart(f"{_names((one, other))} both ask for this: {shared[0]}")
    judged = dict.fromkeys(part.judged for part in parts)
    if len(judged) > 1:
        raise _apart(f"{_names(parts)} are not judged by the same tables' end, but by {', '.join(judged)}")
    alone = [part for part in parts if _stands_alone(part)]
    if alone:
        raise _apart(f"{_names(alone)} begin in a world set up for them alone")
    handing = [part for part in parts if _hands_over(part)]
    if len(handing) > 1:
        raise _apart(f"{_names(handing)} both end in a hand-over")
    goals = sum(len(part.goals) for part in parts)
    if goals > MOST_GOALS:
        raise _apart(f"{goals} goals are too many for one conversation; {MOST_GOALS} are not")


def _asked(tools: Toolset, part: Blueprint) -> set[str]:
    """The changes and answers that a part asks for; a lookup is none."""
    changes = {effect for effect in effects(tools, part) if effect.startswith((DONE, LEFT))}
    return changes | {output.statement for output in part.outputs}


def _stands_alone(part: Blueprint) -> bool:
    """Whether a part begins in a world of its own or has a script, so that nothing can be said beside it."""
    return bool(part.rows or part.setup or part.turns or part.tools is not None)


def _hands_over(part: Blueprint) -> bool:
    return any(goal.kind == "hand_over" for goal in part.goals)


def _alone(domain: Domain[Any], base: Base[Any], part: Blueprint) -> _Alone:
    truth = execute(domain.tools, base, part)
    found = [truth.result(index).content for index, action in enumerate(part.actions) if not action.goal]
    return _Alone(tuple(found[-1:]), truth, _outcomes(domain, part, truth, {}))


def _together(domain: Domain[Any], base: Base[Any], parts: Sequence[Blueprint], alone: Sequence[_Alone]) -> Changes:
    """Where the parts end when they run one after the other; who the person is, is found out first.

    Raises:
        BlueprintError: a part does not find what it found alone.
    """
    placed = [(at, action) for first in (True, False) for at, part in enumerate(parts) for action in part.actions
              if first == (not action.goal)]  # fmt: skip
    whole = msgspec.structs.replace(parts[0], actions=tuple(action for _, action in placed))
    truth = _executed(domain, base, whole, parts)
    for at, (part, own) in enumerate(zip(parts, alone, strict=True)):
        indexes = [index for index, (owner, _) in enumerate(placed) if owner == at]
        _check_same(domain, part, own, _share(truth, indexes))
        before = {key: effect for key, effect in truth.effects.items() if int(key) < _start(placed, at)}
        outcomes = _outcomes(domain, part, own.truth, before)
        for goal, outcome in own.outcomes.items():
            if outcomes[goal] != outcome:
                raise _apart(
                    f"in {part.id}, what goal {goal} must leave undone would now come out as {outcomes[goal]}, "
                    f"and alone as {outcome}"
                )
    return truth.changes


def _start(placed: Sequence[tuple[int, Action]], at: int) -> int:
    """Index of the first action with which a part serves a goal."""
    return next((i for i, (owner, action) in enumerate(placed) if owner == at and action.goal), len(placed))


def _executed(domain: Domain[Any], base: Base[Any], whole: Blueprint, parts: Sequence[Blueprint]) -> Truth:
    try:
        return execute(domain.tools, base, whole)
    except BlueprintError as error:
        raise _apart(f"{_names(parts)} do not run one after the other: {error.text}") from None


def _share(truth: Truth, indexes: Sequence[int]) -> Truth:
    """A part's own calls and results of a longer execution, numbered as in the part."""
    messages: list[AnyMessage] = []
    for index, at in enumerate(indexes):
        call, result = truth.messages[2 * at], truth.result(at)
        assert isinstance(call, ToolCall)  # noqa: S101  (calls and results alternate by construction)
        messages += (msgspec.structs.replace(call, call_id=str(index)),)
        messages += (msgspec.structs.replace(result, call_id=str(index)),)
    effects = {str(index): truth.effects[str(at)] for index, at in enumerate(indexes) if str(at) in truth.effects}
    return Truth({}, tuple(messages), effects, truth.start)


def _check_same(domain: Domain[Any], part: Blueprint, alone: _Alone, truth: Truth) -> None:
    """The part's values still come from where they came from, and what is said is still true."""
    try:
        traced = trace(domain.tools, part, truth, domain.policy)
        check_outputs(part, truth)
    except BlueprintError as error:
        raise _apart(f"{part.id} does not find what it needs beside the others: {error.text}") from None
    if traced != trace(domain.tools, part, alone.truth, domain.policy):
        raise _apart(f"{part.id} would take a value from another place beside the others")
    before, after = list(tellings(alone.truth)), list(tellings(truth))
    for statement in (*(each.statement for each in part.outputs), *(each.statement for each in part.duties)):
        for number in _NUMBER.findall(statement):
            if any(told(number, text) for text in before) and not any(told(number, text) for text in after):
                raise _apart(f"{part.id} says {statement!r}, which is not so any more beside the others")


def _outcomes(domain: Domain[Any], part: Blueprint, truth: Truth, before: dict[str, Changes]) -> dict[str, str]:
    """What would come of each change that has to be left undone, made before its goal's own: by goal.

    Args:
        domain: the world.
        part: whose changes.
        truth: the part, executed alone.
        before: what other parts changed earlier.
    """
    found = {}
    for goal, action in part.untaken.items():
        db = truth.start.fork()
        for effect in before.values():
            db.write(effect)
        first = next(index for index, each in enumerate((*part.actions, action)) if each.goal == goal)
        for index in range(first):
            if str(index) in truth.effects:
                db.write(truth.effects[str(index)])
        call = ToolCall(call_id="untaken", tool=action.tool, arguments=action.arguments, by=action.by)
        said = (*truth.messages[: 2 * first], call)
        rules = [rule for rule in domain.policy.on(action.tool) if not rule.dialogue]
        broken = [rule.id for rule in rules if rule.check(Situation(db, call, said, len(said) - 1)) is not None]
        result = Environment(domain.tools, db).apply(call)
        found[goal] = ", ".join(broken) or result.refusal or "done"
    return found


# --- putting them together


def _joined(domain: Domain[Any], parts: Sequence[Blueprint], persona: Persona) -> Candidate:
    renamed = _renamed(parts)
    facts = _identity(parts) + [fact for part in renamed for fact in part.facts if fact.goal]
    goals = [goal for part in renamed for goal in part.goals]
    identity = [action for action in renamed[0].actions if not action.goal]
    serving = [action for part in renamed for action in part.actions if action.goal]
    traits = {trait for part in parts for trait in part.traits if not trait.startswith("wishes_")}
    return Candidate(
        id="",
        domain=parts[0].domain,
        instruction=compose(persona, facts, goals),
        persona=persona,
        facts=tuple(facts),
        goals=tuple(goals),
        actions=tuple(_not_again(domain, [*identity, *serving])),
        outputs=tuple(output for part in renamed for output in part.outputs),
        duties=tuple(duty for part in renamed for duty in part.duties),
        assertions=tuple(each for part in renamed for each in part.assertions),
        judged=parts[0].judged,
        untaken={goal: action for part in renamed for goal, action in part.untaken.items()},
        traits=tuple(sorted({*traits, JOINED, f"wishes_{len(goals)}"})),
    )


def _renamed(parts: Sequence[Blueprint]) -> list[Blueprint]:
    """The parts with goals numbered through, and no origins, for those are traced anew."""
    found = []
    count = 0
    for part in parts:
        names = {"": ""} | {goal.id: f"g{count + at}" for at, goal in enumerate(part.goals, 1)}
        count += len(part.goals)
        replace = msgspec.structs.replace
        actions = [replace(action, goal=names[action.goal], origins={}) for action in part.actions]
        untaken = {names[g]: replace(a, goal=names[a.goal], origins={}) for g, a in part.untaken.items()}
        renamed = replace(
            part,
            goals=tuple(replace(goal, id=names[goal.id]) for goal in part.goals),
            facts=tuple(_renamed_fact(fact, names[fact.goal]) for fact in part.facts),
            actions=tuple(actions),
            outputs=tuple(replace(output, goal=names[output.goal]) for output in part.outputs),
            duties=tuple(replace(duty, goal=names[duty.goal]) for duty in part.duties),
            assertions=tuple(replace(each, goal=names[each.goal]) for each in part.assertions),
            untaken=untaken,
        )
        found.append(renamed)
    return found


def _renamed_fact(fact: Fact, goal: str) -> Fact:
    if not fact.goal:
        return fact
    return msgspec.structs.replace(fact, goal=goal, key=f"{goal}.{fact.key.removeprefix(fact.goal + '.')}")


def _identity(parts: Sequence[Blueprint]) -> list[Fact]:
    """What says who the person is, once, as the first part says it."""
    found: dict[str, Fact] = {}
    for part in parts:
        for fact in part.facts:
            if not fact.goal:
                found.setdefault(fact.key, fact)
    return list(found.values())


def _not_again(domain: Domain[Any], actions: Iterable[Action]) -> list[Action]:
    """The actions without lookups that were made before, when nothing was written since."""
    kept: list[Action] = []
    seen: list[tuple[str, Any]] = []
    for action in actions:
        tool = domain.tools.every[action.tool]
        call = (action.tool, action.arguments)
        if tool.writes:
            seen.clear()
        elif not tool.hands_over:
            if call in seen:
                continue
            seen.append(call)
        kept.append(action)
    return kept


def _apart(text: str) -> BlueprintError:
    return BlueprintError("recombination", text)


def _names(parts: Iterable[Blueprint]) -> str:
    return ", ".join(part.id or "one without an id" for part in parts)
