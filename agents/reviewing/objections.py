"""Objections: what can be held against a blueprint that every check has passed, each a plain function.

None of them understands a sentence. Each looks for one way in which words and deeds come apart, says nothing
where it cannot tell, and is wrong only where people speak in unusual ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from typing import NamedTuple, TypeAlias

from interplay.agents.reviewing.evidence import Evidence
from interplay.agents.reviewing.wording import (
    Spoken,
    called,
    doing,
    flat,
    ids,
    names,
    purpose,
    stems,
    things,
    vocabulary,
)
from interplay.engine.blueprint import Action, Goal
from interplay.engine.errors import Refusal
from interplay.engine.forge.provenance import leaves
from interplay.engine.forge.review import Case, Criterion
from interplay.engine.messages import ToolCall, ToolResult
from interplay.engine.telling import claims, reports, sentences, told

_ASKS = re.compile(r"\?|\b(?:tell me|let me know|how (?:much|many|far|long)|what|which|whether)\b", re.IGNORECASE)
_QUESTION = re.compile(r"(?:what|how|which|where|when|who|why)\b[^?]*\?", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|suppose|only want to know)\b", re.IGNORECASE)
_DEPENDS = re.compile(r"\b(?:if|otherwise|unless|either)\b", re.IGNORECASE)
"""What is wanted depends on what there is; from the words nobody can tell which of the two it is."""
_MEASURED = re.compile(r"\b(?:cheap|dear|larg|small|new|old|long|short|light|heav|high|low)\w*est\b", re.IGNORECASE)
"""What is wanted is told in part by its words and in part by comparing."""
_BEFORE = re.compile(r"\b(?:has|have|had|was|were|is|are|been|got|gets?)\s+(?:been\s+|just\s+)?[a-z]+ed\b")
"""What was done to somebody, who speaks of it because they want something else."""

_BARE = frozenset(("yes", "no", "with", "without"))


class Objection(NamedTuple):
    """One thing against a blueprint."""

    criterion: Criterion
    text: str


Check: TypeAlias = Callable[[Evidence], Iterator[Objection]]


def another_change(evidence: Evidence) -> Iterator[Objection]:
    """A wish names a change that nothing of its goal has to do with."""
    for goal in evidence.blueprint.goals:
        if goal.kind == "hand_over":
            continue
        wish = _BEFORE.sub(" ", evidence.wording[goal.id]) if evidence.sided else evidence.wording[goal.id]
        if goal.kind == "read":  # who asks what a change would bring does not ask for it
            wish = " ".join(s for s in sentences(wish) if not (s.endswith("?") or _SUPPOSED.search(s)))
        spoken = stems(wish) - evidence.vocabulary(goal)
        if evidence.sided:
            spoken -= set().union(*(purpose(evidence.tools.every[action.tool]) for action in evidence.meant(goal)))
        for tool, words in evidence.changes_besides(goal).items():
            asked = doing(evidence.tools.every[tool]) - things(evidence.tools) if goal.kind == "read" else words
            named = sorted(asked & spoken)
            if named:
                word = next((each for each in wish.split() if named[0] in each), named[0]).strip(".,;:!?")
                text = f"the wish of {goal.id} speaks of {word!r}, as in {tool}, and nothing done for it is that"
                yield Objection("completeness", text)
                break


def unserved(evidence: Evidence) -> Iterator[Objection]:
    """A wish names something by its key, or by a name, and what is done for it is done elsewhere."""
    arguments = {goal.id: evidence.arguments(goal) for goal in evidence.blueprint.goals}
    for goal in evidence.blueprint.goals:
        named = list(dict.fromkeys(ids(goal.wish)))
        changed = {str(v) for action in evidence.meant(goal) for _, v in leaves(action.arguments)}
        told = {value for fact in evidence.blueprint.facts if fact.goal in ("", goal.id) for value in fact.values}
        for key in named:
            own, others = key in arguments[goal.id], [g for g in arguments if g != goal.id and key in arguments[g]]
            if own and key not in changed and any(other in changed for other in named):
                yield Objection("completeness", f"{goal.id} names {key} beside another, and only the other is changed")
            elif not own and others and key not in told:
                yield Objection(
                    "completeness", f"{goal.id} names {key}, with which something is done for {others[0]} only"
                )
            elif not own and not others and key not in told and key.lower() not in evidence.haystack:
                yield Objection("completeness", f"{goal.id} names {key}, and nothing is done about it")
        yield from _aside(evidence, goal, named)
        if goal.kind in ("write", "read"):
            yield from _nowhere(evidence, goal)


def unwished(evidence: Evidence) -> Iterator[Objection]:
    """A change is made that the words of its goal do not ask for."""
    for goal in evidence.blueprint.goals:
        writes = evidence.writes(goal)
        if writes and goal.kind == "read":
            yield Objection("completeness", f"{goal.id} only asks something, and {writes[0].tool} changes something")
        elif writes and all(_QUESTION.match(sentence) for sentence in sentences(goal.wish)):
            yield Objection(
                "completeness", f"{goal.id} is worded as a question, and {writes[0].tool} changes something"
            )
        if len(writes) < 2 or goal.kind == "read":
            continue
        said = stems(f"{goal.wish} {goal.revision}")
        for write in writes:
            others = set().union(
                *(called(evidence.tools.every[each.tool]) for each in writes if each.tool != write.tool)
            )
            by_name = (called(evidence.tools.every[write.tool]) - others) & said
            by_key = any(str(v) in goal.wish for _, v in leaves(write.arguments) if len(str(v)) > 5)
            if not by_name and not by_key and not evidence.is_means(goal, write):
                yield Objection("completeness", f"nobody wished for {write.tool} in {goal.id}")


def astray(evidence: Evidence) -> Iterator[Objection]:
    """A wish names something that was looked up, and what is changed has nothing to do with it."""
    for goal in evidence.blueprint.goals:
        if not evidence.writes(goal):
            continue
        near = evidence.surroundings(goal)
        for name in dict.fromkeys(names(goal.revision or goal.wish)):
            low = name.lower()
            if low in evidence.haystack and low not in near:
                yield Objection(
                    "correctness", f"{goal.id} speaks of {name!r}, and nothing that is changed for it is that"
                )


def better_choice(evidence: Evidence) -> Iterator[Objection]:
    """Something else that was looked up is more like what was asked for than what was taken."""
    for goal in evidence.blueprint.goals:
        untaken = evidence.blueprint.untaken.get(goal.id)
        first = dict(leaves(untaken.arguments)) if untaken is not None and goal.revision else {}
        for action in evidence.writes(goal):
            for path, value in leaves(action.arguments):
                if not action.origins.get(path, "").startswith("read:"):
                    continue
                revised = path in first and first[path] != value
                text = goal.revision if revised else evidence.words(goal)
                if not _DEPENDS.search(text):
                    yield from _better(evidence, action, path, text)


def unasked(evidence: Evidence) -> Iterator[Objection]:
    """Something has to be told that nobody asked about."""
    goals = {goal.id: goal for goal in evidence.blueprint.goals}
    for output in evidence.blueprint.outputs:
        goal = goals[output.goal]
        matter = stems(output.statement) - stems(output.value)
        asked = matter & stems(goal.wish)
        if goal.kind == "read":
            asked |= {sign for sign in goal.signs if told(sign, output.statement)}
        elif not _ASKS.search(goal.wish):
            asked = set()
        if not asked:
            yield Objection("completeness", f"nobody asked in {goal.id} to be told {output.value!r}")


def unsettled(evidence: Evidence) -> Iterator[Objection]:
    """Nothing that a good employee says would show the person that a goal was met, who cannot see it, either."""
    for goal in evidence.blueprint.goals:
        if goal.check is not None:
            continue
        if goal.kind == "read":
            statements = [o.statement for o in evidence.blueprint.outputs if o.goal == goal.id]
            met = any(reports(statement, goal.signs) for statement in statements)
        elif goal.kind == "write":
            done = [speech.done for a in evidence.writes(goal) if (speech := evidence.tools.every[a.tool].speech)]
            met = not done or any(True for text in done for _ in claims(text, goal.signs))
        else:
            continue
        if not met:
            yield Objection("satisfaction", f"no answer would tell the person that {goal.id} was met: {goal.signs}")


def untold(evidence: Evidence) -> Iterator[Objection]:
    """The one who plays the person is not told what the person is to say."""
    instruction = evidence.blueprint.instruction
    for goal in evidence.blueprint.goals:
        for key in ids(evidence.words(goal)):
            if key not in instruction:
                yield Objection("satisfaction", f"the instruction does not tell {key}, which {goal.id} is about")


def needless(evidence: Evidence) -> Iterator[Objection]:
    """Something is declined that tools and policy would have allowed, all of it as the person said."""
    for goal in evidence.blueprint.goals:
        action = evidence.blueprint.untaken.get(goal.id)
        if goal.kind != "refuse" or action is None:
            continue
        chosen = {p.name for p in evidence.tools.every[action.tool].parameters if "enum" in p.schema}
        said = all(
            origin.startswith(("told:", "composed"))
            or (origin.startswith("read:") and path.split("/", 1)[0] not in chosen)
            for path, origin in action.origins.items()
        )
        if said and _allowed(evidence, action):
            yield Objection(
                "correctness", f"{goal.id} is declined, and nothing forbids {action.tool} as it was asked for"
            )


def _aside(evidence: Evidence, goal: Goal, named: Sequence[str]) -> Iterator[Objection]:
    """Things of another kind than what the goal is about, which a wish names, and which are only looked at."""
    about = evidence.about(goal)
    for action in evidence.blueprint.actions if about else ():
        tool = evidence.tools.every[action.tool]
        if action.goal == goal.id and not tool.writes and tool.consumes and tool.consumes.isdisjoint(about):
            for _, value in leaves(action.arguments):
                if value in named:
                    yield Objection("completeness", f"{goal.id} names {value}, which is looked at and nothing more")


def _nowhere(evidence: Evidence, goal: Goal) -> Iterator[Objection]:
    """Names in a wish that stand in nothing that was looked up or given to a tool."""
    near = evidence.surroundings(goal)
    for name in dict.fromkeys(names(goal.wish)):
        low = name.lower()
        if evidence.sided and re.search(rf"\b(?:in|to|from|for|on|since|until) {re.escape(name)}\b", goal.wish):
            continue  # where somebody is, or goes, or when: nobody has to do anything about that
        if low not in evidence.haystack and low not in near:
            yield Objection("completeness", f"{goal.id} speaks of {name!r}, and nothing is done about it")


def _better(evidence: Evidence, action: Action, path: str, text: str) -> Iterator[Objection]:
    """Where an object beside the one taken is said in all in which the two differ, and the one taken is not.

    Where something is wanted by measure ("the cheapest with ..."), its words tell only a part of it; then the
    one taken has at least to be nearer to the words than what it shall replace, another argument of the action.
    """
    arguments = dict(leaves(action.arguments))
    value, others = arguments[path], set(arguments.values())
    spoken, measured, empty = Spoken(text), _MEASURED.search(text), vocabulary(evidence.tools.every[action.tool])
    for held, beside in evidence.holding(value):
        taken = dict(flat(held))
        for key, other in beside.items():
            rival = dict(flat(other))
            if other is held or value in rival.values() or (measured and others.isdisjoint((key, *rival.values()))):
                continue
            differing = [
                at for at in taken if at in rival and taken[at] != rival[at] and _describes(taken[at], rival[at], empty)
            ]
            said = [spoken.says(taken[at]) for at in differing]
            if (
                differing
                and all(spoken.says(rival[at]) for at in differing)
                and not (any(said) if measured else all(said))
            ):
                name = f"{action.goal} takes {value}"
                yield Objection("correctness", f"{name}, and {key} is more like what was asked for")
                return


def _describes(one: str, other: str, empty: Set[str]) -> bool:
    """Whether two values say something about things that a person would say, too: no keys, no bare yes or no."""
    return not any(ids(each) or each.lower() in _BARE or stems(each) & empty for each in (one, other))


def _allowed(evidence: Evidence, action: Action) -> bool:
    """Whether a change could be made at the end, by tool and policy; not where nobody gave the data to try it on."""
    case = evidence.case
    if case.base is None:
        return False
    db = case.truth.start.fork()
    db.write(case.truth.changes)
    mark = db.mark()
    try:
        content = evidence.tools.every[action.tool].run(db, action.arguments)
    except Refusal:
        return False
    call = ToolCall(call_id="tried", tool=action.tool, arguments=action.arguments, by=action.by)
    done = [m for i, m in enumerate(case.truth.messages) if not evidence.tools.every[_tool(case, i)].hands_over]
    messages = (*done, call, ToolResult(call_id="tried", content=content, by=action.by))
    effects = {**case.truth.effects, "tried": db.changes(mark)}
    violations = case.domain.policy.violations(case.truth.start, messages, effects, dialogue=False)
    return all(each.message != len(messages) - 2 for each in violations)


def _tool(case: Case, index: int) -> str:
    """Name of the tool that a message of the executed actions is about."""
    return case.blueprint.actions[index // 2].tool
