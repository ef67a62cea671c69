"""Flaws: ways to spoil a good blueprint, of any world.

They have two uses. A scripted writer makes its honest mistakes with them, so that checks, committee and
feedback have something to do. And reviewers are measured with those that no check can see: who passes a
blueprint that was spoilt on purpose is no judge of the others.

Each flaw is a plain function of the world, its data, a candidate and a seed; it gives the spoilt candidate,
or None where the candidate has nothing that could be spoilt in this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import msgspec

from interplay.engine.blueprint import Action, Candidate, Duty, Goal, Output
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.instruction import compose
from interplay.engine.forge.provenance import leaves
from interplay.engine.seeds import Seed
from interplay.engine.telling import told
from interplay.engine.tools import Arithmetic, Prose, Toolset
from interplay.engine.truth import execute

Spoil: TypeAlias = Callable[[Domain[Any], Base[Any], Candidate, Seed], Candidate | None]

TRIES = 4
"""Other values that are tried for an argument until one can be carried out."""
_NEAR = 1000
"""Rows of a table among which another one is looked for; finding it costs no walk through all of them."""


class Flaw(NamedTuple):
    """One way to spoil a blueprint."""

    name: str
    spoil: Spoil
    shows: frozenset[str]
    """The checks, or the committee's criteria, that should find it."""
    hidden: bool
    """Whether every check passes it, so that only a reviewer can find it."""


def invalid_argument(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:
    """One argument was made up: another row's key, a word that is none of the allowed, or a number that is off."""
    places = list(_values(domain.tools, candidate.actions))
    if not places:
        return None
    index, path, value = seed.child("place").pick(places)
    other = _elsewhere(base, value, seed) or _allowed(domain, candidate.actions[index], path) or _off(value)
    return _with_actions(candidate, {index: _put(candidate.actions[index], path, other)})


def forgotten_output(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """A question whose answer nobody has to tell."""
    asking = [goal.id for goal in candidate.goals if goal.kind == "read"]
    if not asking:
        return None
    goal = seed.pick(asking)
    outputs = tuple(output for output in candidate.outputs if output.goal != goal)
    return msgspec.structs.replace(candidate, outputs=outputs)


def vague_fact(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """Something that the person is supposed to know is worded so that it tells nothing."""
    telling = [at for at, f in enumerate(candidate.facts) if f.goal and f.values and f.values[0] in f.say]
    if not telling:
        return None
    at = seed.pick(telling)
    fact = candidate.facts[at]
    vague = msgspec.structs.replace(fact, say=fact.say.replace(fact.values[0], "the usual one"))
    return _retold(candidate, facts=(*candidate.facts[:at], vague, *candidate.facts[at + 1 :]))


def leaked_truth(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """The instruction tells a value that only a tool can give."""
    known = {value for fact in candidate.facts for value in fact.values}
    secret = [
        (path, value)
        for index, path, value in _values(domain.tools, candidate.actions)
        if len(value) > 5 and value not in known and not _allowed(domain, candidate.actions[index], path)
        if not _tellable(domain, candidate.actions[index], path)
    ]
    if not secret:
        return None
    path, value = seed.pick(secret)
    name = path.split("/")[0].replace("_", " ")
    return msgspec.structs.replace(candidate, instruction=f"{candidate.instruction} (In the records, {name}: {value}.)")


def unwished_action(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """A change that nobody wished for is made beside one that somebody did."""
    pair = _pair(candidate, seed)
    if pair is None:
        return None
    lost, kept = pair
    moved = {lost.id: kept.id}
    return _retold(
        candidate,
        goals=tuple(goal for goal in candidate.goals if goal is not lost),
        facts=tuple(msgspec.structs.replace(f, goal=moved.get(f.goal, f.goal)) for f in candidate.facts),
        actions=tuple(msgspec.structs.replace(a, goal=moved.get(a.goal, a.goal)) for a in candidate.actions),
        outputs=tuple(output for output in candidate.outputs if output.goal != lost.id),
        assertions=tuple(assertion for assertion in candidate.assertions if assertion.goal != lost.id),
        untaken={goal: action for goal, action in candidate.untaken.items() if goal != lost.id},
    )


def unserved_wish(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """A wish is voiced beside another one, things are looked up for it, and the change is never made."""
    pair = _pair(candidate, seed)
    if pair is None:
        return None
    lost, kept = pair
    story = f"{kept.story} {lost.story}" if kept.story and lost.story else ""
    both = msgspec.structs.replace(kept, wish=f"{kept.wish} {lost.wish}", story=story)
    moved = {lost.id: kept.id}
    return _retold(
        candidate,
        goals=tuple(both if goal is kept else goal for goal in candidate.goals if goal is not lost),
        facts=tuple(msgspec.structs.replace(f, goal=moved.get(f.goal, f.goal)) for f in candidate.facts),
        actions=tuple(
            msgspec.structs.replace(action, goal=moved.get(action.goal, action.goal))
            for action in candidate.actions
            if action.goal != lost.id or not domain.tools.every[action.tool].writes
        ),
        outputs=tuple(output for output in candidate.outputs if output.goal != lost.id),
        assertions=tuple(msgspec.structs.replace(a, goal=moved.get(a.goal, a.goal)) for a in candidate.assertions),
        untaken={goal: action for goal, action in candidate.untaken.items() if goal != lost.id},
    )


def swapped_wishes(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """Two wishes changed places: what is done for each is what the other one asks for."""
    pair = _pair(candidate, seed)
    if pair is None:
        return None
    one, other = pair

    def worded(goal: Goal) -> Goal:
        words = other if goal is one else one if goal is other else goal
        return msgspec.structs.replace(goal, wish=words.wish, story=words.story)

    return _retold(candidate, goals=tuple(worded(goal) for goal in candidate.goals))


def unasked_output(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:
    """Something has to be told that nobody asked about."""
    try:
        truth = execute(domain.tools, base, candidate)
    except BlueprintError:
        return None
    said = {output.value for output in candidate.outputs}
    found = [
        (index, key, value)
        for index, action in enumerate(candidate.actions)
        if action.goal
        for key, value in _named_scalars(truth.result(index).document)
        if 3 < len(value) < 40 and value not in said
    ]
    if not found:
        return None
    index, key, value = seed.pick(found)
    statement = f"The {key.replace('_', ' ')} is {value}."
    if not told(value, statement):
        return None
    output = Output(value=value, statement=statement, goal=candidate.actions[index].goal)
    return msgspec.structs.replace(candidate, outputs=(*candidate.outputs, output))


def wrong_choice(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:
    """A change is made with something else than was asked for: another variant, another account, another order."""
    try:
        truth = execute(domain.tools, base, candidate)
    except BlueprintError:
        return None
    places: list[tuple[int, str, str]] = []
    for index, path, value in _values(domain.tools, candidate.actions):
        if domain.tools.every[candidate.actions[index].tool].writes:
            read = [truth.result(before).document for before in range(index)]
            places += [(index, path, each) for each in dict.fromkeys(_siblings(read, value)) if each != value]
    seed.child("order").random().shuffle(places)
    for index, path, other in places[:TRIES]:
        spoilt = _with_actions(candidate, {index: _put(candidate.actions[index], path, other)})
        try:
            execute(domain.tools, base, spoilt)
        except BlueprintError:
            continue
        return spoilt
    return None


def needless_refusal(domain: Domain[Any], base: Base[Any], candidate: Candidate, seed: Seed) -> Candidate | None:  # noqa: ARG001
    """A wish that could be served is to be declined."""
    served = _changing(candidate)
    if not served:
        return None
    goal = seed.pick(served)
    writes = [a for a in candidate.actions if a.goal == goal.id and domain.tools.every[a.tool].writes]
    if not writes:
        return None
    declined = msgspec.structs.replace(goal, kind="refuse", revision="")
    duty = Duty(kind="refuse", goal=goal.id, statement="I'm sorry, but I cannot do that for you.")
    return _retold(
        candidate,
        goals=tuple(declined if each is goal else each for each in candidate.goals),
        actions=tuple(action for action in candidate.actions if action not in writes),
        duties=(*candidate.duties, duty),
        untaken={**candidate.untaken, goal.id: writes[-1]},
    )


_MADE_UP = frozenset({"format", "execution", "provenance", "policy", "outputs"})
_JUDGED = frozenset({"correctness", "completeness", "satisfaction", "average"})

FLAWS: tuple[Flaw, ...] = (
    Flaw("invalid_argument", invalid_argument, _MADE_UP, hidden=False),
    Flaw("forgotten_output", forgotten_output, frozenset({"expectation", "completeness"}), hidden=False),
    Flaw("vague_fact", vague_fact, frozenset({"format", "reachability"}), hidden=False),
    Flaw("leaked_truth", leaked_truth, frozenset({"leak"}), hidden=False),
    Flaw("unwished_action", unwished_action, _JUDGED, hidden=True),
    Flaw("unserved_wish", unserved_wish, _JUDGED | {"reachability", "difficulty", "instruction"}, hidden=True),
    Flaw("swapped_wishes", swapped_wishes, _JUDGED, hidden=True),
    Flaw("unasked_output", unasked_output, _JUDGED, hidden=True),
    Flaw("wrong_choice", wrong_choice, _JUDGED, hidden=True),
    Flaw("needless_refusal", needless_refusal, _JUDGED, hidden=True),
)
"""All of them, those that a check finds first."""

HIDDEN: tuple[Flaw, ...] = tuple(flaw for flaw in FLAWS if flaw.hidden)
"""Those that only a reviewer can find."""


def _changing(candidate: Candidate) -> list[Goal]:
    return [goal for goal in candidate.goals if goal.kind == "write"]


def _pair(candidate: Candidate, seed: Seed) -> tuple[Goal, Goal] | None:
    """A wish for a change, and another wish that something is done for."""
    changing = _changing(candidate)
    if not changing:
        return None
    one = seed.child("one").pick(changing)
    others = [goal for goal in candidate.goals if goal is not one and goal.kind in ("write", "read")]
    return (one, seed.child("other").pick(others)) if others else None


def _retold(candidate: Candidate, **changed: Any) -> Candidate:
    """The candidate with other parts, and an instruction that tells them."""
    spoilt = msgspec.structs.replace(candidate, **changed)
    return msgspec.structs.replace(spoilt, instruction=compose(spoilt.persona, spoilt.facts, spoilt.goals))


def _values(tools: Toolset, actions: tuple[Action, ...]) -> Iterator[tuple[int, str, str]]:
    """Texts among the arguments that have to come from somewhere: index of the action, path, value."""
    for index, action in enumerate(actions):
        tool = tools.get(action.tool)
        if tool is not None:
            composed = {p.name for p in tool.parameters if p.entity in (Prose, Arithmetic)}
            for path, value in leaves(action.arguments):
                if isinstance(value, str) and value and path.split("/", 1)[0] not in composed:
                    yield index, path, value


def _elsewhere(base: Base[Any], value: str, seed: Seed) -> str:
    """The key of another row, where the value is one."""
    for table in base.tables.values():
        if value in table.rows:
            start = seed.child("row").number % min(len(table.rows), _NEAR)
            rest = islice(table.rows, start, None)
            return next((key for key in rest if key != value), "")
    return ""


def _allowed(domain: Domain[Any], action: Action, path: str) -> str:
    """Something that is not allowed, where only certain words are."""
    parameters = {p.name: p.schema for p in domain.tools.every[action.tool].parameters}
    allowed = parameters.get(path.split("/", 1)[0], {}).get("enum", ())
    return "for another reason" if allowed else ""


def _tellable(domain: Domain[Any], action: Action, path: str) -> bool:
    """Whether an argument is of a kind that a person can know."""
    entities = {parameter.name: parameter.entity for parameter in domain.tools.every[action.tool].parameters}
    return domain.tells is not None and entities[path.split("/", 1)[0]] in domain.tells


def _off(value: str) -> str:
    """The value with its last digit raised by one, or with one added."""
    last = next((at for at in range(len(value) - 1, -1, -1) if value[at].isdecimal()), None)
    if last is None:
        return f"{value}0"
    return f"{value[:last]}{(int(value[last]) + 1) % 10}{value[last + 1 :]}"


def _put(action: Action, path: str, value: str) -> Action:
    """The action with another value at a path of its arguments."""

    def put(held: Any, steps: list[str]) -> Any:
        if not steps:
            return value
        if isinstance(held, dict):
            return {**held, steps[0]: put(held[steps[0]], steps[1:])}
        at = int(steps[0])
        return [*held[:at], put(held[at], steps[1:]), *held[at + 1 :]]

    return msgspec.structs.replace(action, arguments=put(action.arguments, path.split("/")), origins={})


def _with_actions(candidate: Candidate, changed: dict[int, Action]) -> Candidate:
    actions = tuple(changed.get(index, action) for index, action in enumerate(candidate.actions))
    return msgspec.structs.replace(candidate, actions=actions)


def _named_scalars(document: Any) -> Iterator[tuple[str, str]]:
    """Texts in a result, with the name that each has there."""
    if isinstance(document, dict):
        for key, value in document.items():
            if isinstance(value, str):
                yield key, value
            else:
                yield from _named_scalars(value)
    elif isinstance(document, list):
        for value in document:
            yield from _named_scalars(value)


def _siblings(documents: list[Any], value: str) -> Iterator[str]:
    """Texts that stand where a value stands: other keys of its object or elements of its list, or under its name."""
    names: set[str] = set()
    objects: list[dict[str, Any]] = []
    stack = list(reversed(documents))
    while stack:
        held = stack.pop()
        if isinstance(held, dict):
            objects.append(held)
            if value in held:
                yield from held
            names.update(key for key, inner in held.items() if inner == value)
            stack += reversed(list(held.values()))
        elif isinstance(held, list):
            if value in held:
                yield from (each for each in held if isinstance(each, str))
            stack += reversed(held)
    for held in objects:
        yield from (inner for key, inner in held.items() if key in names and isinstance(inner, str))
