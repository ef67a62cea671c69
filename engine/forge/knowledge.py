"""Knowledge: what the person can know, what they are told to say, and what only a tool can tell.

A task is fair when an honest agent can fulfil it and an honest person can ask for it: whatever the agent
needs is told by somebody who can know it or returned before it is needed, and nothing that has to be found
out stands in the person's own words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from interplay.engine.blueprint import Action, Blueprint
from interplay.engine.database import Base
from interplay.engine.errors import BlueprintError
from interplay.engine.messages import ToolResult
from interplay.engine.telling import told
from interplay.engine.tools import Toolset
from interplay.engine.truth import Truth, execute

ID_LENGTH = 6
"""Text of fewer characters is taken for a word or a number and not for an id."""
ID_DIGITS = 4
"""Digits that an id has at least."""
WISH_TOLD = 0.34
"""Share of a wish's words that the instruction has at least, whatever its wording."""

_TOKEN = re.compile(r"#?\w[\w@.-]*\w")
_STEM = 5
_EMPTY = re.compile(
    r"\b(?:about|again|also|and|anything|are|because|can|could|do|for|from|get|have|help|into|its?|just|know|like|"
    r"more|need|not|only|orders?|please|shall|should|tell|than|that|their|them|then|there|these|they|this|those|"
    r"want|was|what|when|where|which|will|with|would|you|your)\b|'\w+"
)
"""Words that say nothing about the matter."""


def check_reachable(
    tools: Toolset, base: Base[Any], blueprint: Blueprint, truth: Truth, tells: Collection[Any] | None
) -> None:
    """An honest agent that serves goal after goal can make every call, and the person can know what they tell.

    Args:
        tools: the world's tools.
        base: its data.
        blueprint: traced.
        truth: its actions, executed.
        tells: entities that a person can know; None for all.
    Raises:
        BlueprintError: "reachability".
    """
    places = places_of(blueprint)
    for what, action in _calls(blueprint):
        parameters = {parameter.name: parameter for parameter in tools.every[action.tool].parameters}
        for path, origin in action.origins.items():
            how, _, source = origin.partition(":")
            parameter, value = parameters[path.split("/", 1)[0]], at_path(action.arguments, path)
            entity = parameter.entity
            if how == "told" and entity is not None and tells is not None and entity not in tells:
                raise BlueprintError(
                    "reachability",
                    f"{what}: {path} = {value!r} is told by the person (fact {source}), "
                    f"and a person cannot know a {entity.__name__}; leave it out of the fact and add the lookup that "
                    "returns it",
                )
            fixed = value in parameter.schema.get("enum", ())  # the policy tells it, whatever else does
            if how == "read" and not fixed and places[blueprint.actions[int(source)].goal] > places[action.goal]:
                raise BlueprintError(
                    "reachability",
                    f"{what}: {path} comes from action {source}, which serves a later goal; add that lookup to goal "
                    f"{action.goal}",
                )
    _check_order(tools, base, blueprint, truth, places)


def _check_order(
    tools: Toolset, base: Base[Any], blueprint: Blueprint, truth: Truth, places: Mapping[str, int]
) -> None:
    """Goal after goal, the actions end as they do in the order in which they stand."""
    served = tuple(sorted(blueprint.actions, key=lambda action: places[action.goal]))
    if served == blueprint.actions:
        return
    advice = "list the actions goal after goal, in the goals' order"
    try:
        other = execute(tools, base, msgspec.structs.replace(blueprint, actions=served))
    except BlueprintError as error:
        raise BlueprintError("reachability", f"goal after goal, {error.text}; {advice}") from None
    if other.changes != truth.changes:
        raise BlueprintError("reachability", f"goal after goal, the actions end differently; {advice}")


def check_instruction(blueprint: Blueprint) -> None:
    """Every goal is told in the instruction, and every value that the agent needs to hear.

    Raises:
        BlueprintError: "instruction"; "format" where a goal has no words.
    """
    instruction = blueprint.instruction.casefold()
    for what, action in _calls(blueprint):
        for path, origin in action.origins.items():
            value = str(at_path(action.arguments, path))
            if origin.startswith("told:") and value.casefold() not in instruction:
                raise BlueprintError(
                    "instruction",
                    f"{what} needs {value!r} from the person (fact {origin[5:]}), and the instruction does not state "
                    "it; state it, in the same spelling",
                )
    stems: set[str] = set()
    for goal in blueprint.goals:
        if not goal.wish.strip():
            raise BlueprintError("format", f"goal {goal.id} has no words")
        if goal.wish in blueprint.instruction or (goal.story and goal.story in blueprint.instruction):
            continue
        stems = stems or _stems(blueprint.instruction)
        wished = _stems(goal.wish)
        if len(wished & stems) < WISH_TOLD * len(wished):
            raise BlueprintError(
                "instruction", f"the instruction says nothing of goal {goal.id}, {goal.wish!r}; say that they want it"
            )


def check_leak(base: Base[Any], blueprint: Blueprint, truth: Truth, tells: Collection[Any] | None) -> None:
    """Nothing in the person's words is what only a tool can tell: no id, no answer to what they ask.

    Args:
        base: the world's data.
        blueprint: traced.
        truth: its actions, executed.
        tells: entities that a person can know; None for those that the blueprint's facts hold.
    Raises:
        BlueprintError: "leak"; says which value stands where.
    """
    known = {value for fact in blueprint.facts for value in fact.values}
    spoken = dict(_spoken(blueprint))
    every = "\n".join(text for text in dict.fromkeys(spoken.values()) if text not in blueprint.instruction)
    every = f"{blueprint.instruction}\n{every}"
    secrets = [value for value in _read_values(blueprint) if value in every]
    secrets += [token for token in _TOKEN.findall(every) if _is_id(token)]
    for value in dict.fromkeys(secrets):
        if value not in known and _returned(truth, value) and not _is_row(base, value, tells):
            raise _leak(next((where for where, text in spoken.items() if value in text), "the instruction"), value)
    for output in blueprint.outputs:
        for fact in blueprint.facts:
            if fact.goal == output.goal and output.value in fact.values:
                raise BlueprintError(
                    "leak",
                    f"fact {fact.key} has the person know {output.value!r}, which is what goal {output.goal} asks for",
                )
        if output.value not in known and _tells_much(output.value) and told(output.value, every):
            where = next((where for where, text in spoken.items() if told(output.value, text)), "the instruction")
            raise _leak(where, output.value)


def _read_values(blueprint: Blueprint) -> Iterator[str]:
    """Text in arguments that a tool returned."""
    for _, action in _calls(blueprint):
        for path, origin in action.origins.items():
            value = at_path(action.arguments, path)
            if origin.startswith("read:") and isinstance(value, str) and len(value) >= ID_LENGTH:
                yield value


def _is_id(token: str) -> bool:
    return len(token) >= ID_LENGTH and sum(letter.isdigit() for letter in token) >= ID_DIGITS


def _returned(truth: Truth, token: str) -> bool:
    """Whether an agent's result holds this as a whole; what the person's own tools return is theirs to tell."""
    quoted = f'"{token}"'
    results = (m for m in truth.messages if isinstance(m, ToolResult) and m.by == "agent")
    return any(quoted in result.content or result.content == token for result in results)


def _is_row(base: Base[Any], value: str, tells: Collection[Any] | None) -> bool:
    """Whether this is the key of a row, of a kind that a person can know."""
    if tells is None:
        return False
    return any(value in base.tables[name].rows for name, kind in _key_types(base.kind).items() if kind in tells)


def _key_types(kind: type[Any]) -> dict[str, Any]:
    """What the keys of each table are, by table name."""
    return {name: get_args(hint)[0] for name, hint in get_type_hints(kind).items() if len(get_args(hint)) == 2}


def _leak(where: str, value: str) -> BlueprintError:
    return BlueprintError(
        "leak", f"{where} holds {value!r}, which the person cannot know, for only a tool tells it; leave it out"
    )


def _tells_much(value: str) -> bool:
    """Whether a value is unlikely to stand in a text by accident."""
    return len(value) >= 4 and (any(letter.isdigit() for letter in value) or " " in value)


def _calls(blueprint: Blueprint) -> Iterator[tuple[str, Action]]:
    """Every call that is to be made or left undone, with words for it."""
    for index, action in enumerate(blueprint.actions):
        yield f"action {index} ({action.tool})", action
    for goal, action in blueprint.untaken.items():
        yield f"what goal {goal} must leave undone ({action.tool})", action


def places_of(blueprint: Blueprint) -> dict[str, int]:
    """When each goal is served; finding out who the person is comes first."""
    return {"": -1} | {goal.id: place for place, goal in enumerate(blueprint.goals)}


def _spoken(blueprint: Blueprint) -> Iterator[tuple[str, str]]:
    """The person's words, and what is told to who plays them, each with where it stands."""
    yield "the instruction", blueprint.instruction
    for goal in blueprint.goals:
        yield f"the wish of goal {goal.id}", goal.wish
        yield f"the revision of goal {goal.id}", goal.revision
        yield f"the insistence of goal {goal.id}", goal.insistence
        yield f"the story of goal {goal.id}", goal.story
    for fact in blueprint.facts:
        yield f"fact {fact.key}", fact.say


def _stems(text: str) -> set[str]:
    """The words that say what a text is about, cut short, for endings differ."""
    words = _TOKEN.findall(_EMPTY.sub(" ", text.casefold()))
    return {word[:_STEM] if word.isalpha() else word for word in words if len(word) > 2}


def at_path(value: Any, path: str) -> Any:
    """What stands in arguments at a path: "item_ids/0"."""
    for step in path.split("/"):
        value = value[int(step)] if isinstance(value, list | tuple) else value[step]
    return value
