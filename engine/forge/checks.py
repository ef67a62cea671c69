"""Checks: what makes a candidate a blueprint.

Each is a plain function that raises `BlueprintError` with what is wrong. They run in an order in which
the cheap ones come first, and everything that can be executed is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from interplay.engine.blueprint import Blueprint, Candidate
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.errors import BlueprintError, Refusal
from interplay.engine.forge.knowledge import check_instruction, check_leak, check_reachable, places_of
from interplay.engine.forge.provenance import trace
from interplay.engine.messages import ToolResult
from interplay.engine.policy import Policy
from interplay.engine.telling import told
from interplay.engine.tools import Toolset
from interplay.engine.truth import Truth, described, execute, holds, shows


class Validated(NamedTuple):
    """A blueprint that passed every check, and what its actions do."""

    blueprint: Blueprint
    truth: Truth


def validate(domain: Domain[Any], base: Base[Any], candidate: Candidate) -> Validated:
    """Run every check.

    Args:
        domain: the world.
        base: the data that the candidate was written for.
        candidate: what to check.
    Returns:
        The blueprint, with the origin of every argument filled in.
    Raises:
        BlueprintError: the first check that failed.
    """
    tools = domain.tools
    check_format(tools, candidate)
    truth = check_execution(tools, base, candidate)
    check_expectation(candidate, truth)
    check_assertions(tools, candidate, truth)
    check_sights(tools, candidate, truth)
    check_policy(domain.policy, truth)
    blueprint = trace(tools, candidate, truth, domain.policy)
    check_outputs(blueprint, truth)
    check_reachable(tools, base, blueprint, truth, domain.tells)
    check_instruction(blueprint)
    check_leak(base, blueprint, truth, domain.tells)
    return Validated(blueprint, truth)


def check_format(tools: Toolset, candidate: Candidate) -> None:
    """Ids are unique and known, calls are valid, sentences hold the values that they tell."""
    goals = [goal.id for goal in candidate.goals]
    if not goals:
        raise BlueprintError("format", "there are no goals")
    for what, names in (("goal", goals), ("fact", [fact.key for fact in candidate.facts])):
        if len(set(names)) != len(names):
            raise BlueprintError("format", f"two {what}s share a name: {', '.join(names)}")
    mentioned = [fact.goal for fact in candidate.facts] + [action.goal for action in candidate.actions]
    mentioned += [output.goal for output in candidate.outputs] + [duty.goal for duty in candidate.duties]
    mentioned += candidate.untaken
    for name in mentioned:
        if name and name not in goals:
            raise BlueprintError(
                "format", f"goal {name!r} is mentioned and does not exist; goals are {', '.join(goals)}"
            )
    for goal, action in candidate.untaken.items():
        if action.goal != goal:
            raise BlueprintError("format", f"what goal {goal} must leave undone says that it serves {action.goal!r}")
    for index, action in enumerate((*candidate.actions, *candidate.untaken.values())):
        try:
            tools.of(action.by).named(action.tool).validate(action.arguments)
        except Refusal as refusal:
            raise BlueprintError("format", f"action {index}: {refusal.text}") from None
    for fact in candidate.facts:
        for value in fact.values:
            if value not in fact.say:
                raise BlueprintError("format", f"fact {fact.key}: {value!r} does not stand in {fact.say!r}")
    for output in candidate.outputs:
        if not told(output.value, output.statement):
            raise BlueprintError("format", f"output {output.value!r} is not told by {output.statement!r}")


def check_execution(tools: Toolset, base: Base[Any], candidate: Candidate) -> Truth:
    """The actions run, twice, on fresh forks, with no refusal and with the same end and results."""
    first, second = execute(tools, base, candidate), execute(tools, base, candidate)
    if first.changes != second.changes or first.messages != second.messages:
        raise BlueprintError("execution", "the actions ended differently when they were run again")
    return first


def check_expectation(candidate: Candidate, truth: Truth) -> None:
    """Something is expected, of each goal and in all, so that doing nothing earns nothing."""
    if not (truth.changes or candidate.outputs or candidate.duties or candidate.assertions):
        raise BlueprintError("expectation", "nothing is expected: no change, no output, no duty, no assertion")
    duties = {duty.goal: duty.kind for duty in candidate.duties}
    outputs = {output.goal for output in candidate.outputs}
    writers = {candidate.actions[int(call_id)].goal for call_id in truth.effects}
    asserted = {assertion.goal for assertion in candidate.assertions}
    for goal in candidate.goals:
        met = {
            "write": goal.id in writers or goal.id in asserted,
            "read": goal.id in outputs,
            "refuse": duties.get(goal.id) == "refuse" and goal.id not in writers,
            "hand_over": duties.get(goal.id) == "hand_over",
        }
        if not met[goal.kind]:
            raise BlueprintError("expectation", f"goal {goal.id} ({goal.kind}) has nothing that would show it was met")


def check_assertions(tools: Toolset, candidate: Candidate, truth: Truth) -> None:
    """What has to be true at the end is, after the actions; and where nothing else is expected, it was not before."""
    before, after = truth.start.fork(), truth.start.fork()
    after.write(truth.changes)
    for each in candidate.assertions:
        if not holds(tools, after, each):
            raise BlueprintError("assertion", f"{described(each)} does not hold after the actions")
    decided = candidate.judged != "none" and truth.changes
    if decided or candidate.outputs or candidate.duties or not candidate.assertions:
        return
    if all(holds(tools, before, each) for each in candidate.assertions):
        raise BlueprintError("assertion", "all that has to be true at the end is true before anybody does anything")


def check_sights(tools: Toolset, candidate: Candidate, truth: Truth) -> None:
    """Where the person sees for themselves that a goal was met, they see it once all is done that is done for it."""
    waiting = {goal.id: goal.check for goal in candidate.goals if goal.check is not None}
    if not waiting:
        return
    last = {action.goal: index for index, action in enumerate(candidate.actions)}
    ends = {last[goal]: (goal, check) for goal, check in waiting.items() if goal in last}
    for goal in waiting:
        if goal not in last:
            raise BlueprintError("check", f"goal {goal} has a check, and nothing is done for it")
    db = truth.start.fork()
    for index in range(len(candidate.actions)):
        db.write(truth.effects.get(str(index), {}))
        if index in ends:
            goal, check = ends[index]
            if not shows(tools, db, check):
                raise BlueprintError(
                    "check",
                    f"after all that is done for goal {goal}, {check.tool} does not show {check.contains!r}, so that "
                    "the person would never see that it was met; add what is lacking, or wait for what it does show",
                )


def check_policy(policy: Policy, truth: Truth) -> None:
    """No action breaks a rule that can be judged without the dialogue."""
    for violation in policy.violations(truth.start, truth.messages, truth.effects, dialogue=False):
        raise BlueprintError("policy", f"action {violation.message // 2} breaks {violation.rule}: {violation.text}")


def check_outputs(blueprint: Blueprint, truth: Truth) -> None:
    """Every output can be told from what was returned by then, as it is or by counting.

    What finds out who the person is counts, and what serves the output's goal or one before it.
    """
    places = places_of(blueprint)
    results: list[list[ToolResult]] = [[] for _ in places]
    for index, action in enumerate(blueprint.actions):
        results[places[action.goal]].append(truth.result(index))
    for output in blueprint.outputs:
        seen = [*results[-1], *(each for goal in results[: places[output.goal] + 1] for each in goal)]
        if any(told(output.value, content) for result in seen for content in scalars(result.document)):
            continue
        if not any(output.value == str(count) for result in seen for count in counts(result.document)):
            raise BlueprintError(
                "outputs",
                f"output {output.value!r} does not follow from what the actions of goal {output.goal} and before it "
                "returned; add the lookup that returns it, or correct the value",
            )


def tellings(truth: Truth) -> Iterator[str]:
    """Every scalar that the actions returned, as a reader would say it."""
    for message in truth.messages:
        if isinstance(message, ToolResult):
            yield from scalars(message.document)


def scalars(document: Any) -> Iterator[str]:
    """The scalars of a JSON value, and its keys, as a reader would say them."""
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += value.values()
            yield from value
        elif isinstance(value, list):
            stack += value
        else:
            yield str(value)


def counts(document: Any) -> Iterator[int]:
    """Lengths of the collections in a JSON value, and how many objects in each have a flag set."""
    if isinstance(document, dict | list):
        inner = list(document.values()) if isinstance(document, dict) else document
        yield len(inner)
        objects = [value for value in inner if isinstance(value, dict)]
        for flag in {key for value in objects for key, held in value.items() if held is True}:
            yield sum(value.get(flag) is True for value in objects)
        for value in inner:
            yield from counts(value)
