"""Proposal: a task as a model writes it.

Thought, instruction, actions and outputs, and beside them what a ledger needs to play the person: wishes, what the
person knows, what has to be declined. All that code can work out is left out: how an employee asks for a fact, by
which words the person sees that a wish was met.

The schema is what the strictest servers take: every field is there, no other is allowed, nothing refers to
anything, nothing is open. A call's arguments are therefore pairs of a name and a text; the tool's own schema says
whether the text is meant as it is or as JSON.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from interplay.engine.blueprint import Action, Blueprint, Candidate, Duty, Fact, Goal, Output, Persona
from interplay.engine.errors import BlueprintError
from interplay.engine.forge.assignment import Assignment
from interplay.engine.forge.derivation import cues_of, question_of, signs_of, topics_of, traits_of
from interplay.engine.forge.instruction import compose
from interplay.engine.forge.provenance import leaves
from interplay.engine.telling import declines
from interplay.engine.tools import Tool, Toolset

Kind = Literal["write", "read", "refuse", "hand_over"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a proposal."""


class Argument(_Part, frozen=True):
    """One argument of a call."""

    name: str
    value: str
    """A text as it is; anything else as JSON."""


class Step(_Part, frozen=True):
    """One tool call."""

    tool: str
    arguments: tuple[Argument, ...]
    goal: str
    """Id of the wish that it serves; empty for finding out who the person is."""


class Wish(_Part, frozen=True):
    """One thing that the person wants."""

    id: str
    kind: Kind
    wish: str
    """The person's first words about it."""
    revision: str
    """What they say instead of the first yes, where they change their mind; else empty."""
    insistence: str
    """What they say when they are told no; else empty."""
    statement: str
    """What the employee says who has to decline, or who hands over; else empty."""


class Known(_Part, frozen=True):
    """One thing that the person knows."""

    key: str
    goal: str
    """Id of the wish that it belongs to; empty for who the person is."""
    values: tuple[str, ...]
    say: str
    """The sentence that tells them; each value stands in it literally."""


class Told(_Part, frozen=True):
    """One thing that the employee has to tell."""

    value: str
    statement: str
    goal: str


class Proposal(_Part, frozen=True):
    """A task as a model writes it; field by field what the schema asks for, thought first."""

    thought: str
    person: str
    """Full name."""
    wishes: tuple[Wish, ...]
    knows: tuple[Known, ...]
    actions: tuple[Step, ...]
    forbidden: tuple[Step, ...]
    """For a wish that has to be declined, the call that must not be made; for one that is thought better of, the
    call that was asked for first."""
    outputs: tuple[Told, ...]
    instruction: str


def schema(tools: Toolset) -> dict[str, Any]:
    """The JSON schema of a proposal in a world.

    Args:
        tools: the world's.
    """
    text = {"type": "string"}
    step = _object(
        tool={"type": "string", "enum": list(tools)},
        arguments=_list(_object(name=text, value=text)),
        goal=text,
    )
    wish = _object(
        id=text,
        kind={"type": "string", "enum": ["write", "read", "refuse", "hand_over"]},
        wish=text,
        revision=text,
        insistence=text,
        statement=text,
    )
    return _object(
        thought=text,
        person=text,
        wishes=_list(wish),
        knows=_list(_object(key=text, goal=text, values=_list(text), say=text)),
        actions=_list(step),
        forbidden=_list(step),
        outputs=_list(_object(value=text, statement=text, goal=text)),
        instruction=text,
    )


def to_candidate(proposal: Proposal, assignment: Assignment) -> Candidate:
    """The candidate that a proposal stands for, with all that code can work out filled in.

    Args:
        proposal: as a model wrote it.
        assignment: the world, and the persona that was asked for.
    Raises:
        BlueprintError: "format": something in it makes no sense; the text is for the writer.
    """
    tools = assignment.domain.tools
    actions = tuple(_action(tools, step, f"action {at}") for at, step in enumerate(proposal.actions))
    untaken: dict[str, Action] = {}
    for at, step in enumerate(proposal.forbidden):
        if not step.goal or step.goal in untaken:
            raise _wrong(f"forbidden call {at} has to name a wish of its own in `goal`; one call for each wish")
        untaken[step.goal] = _action(tools, step, f"forbidden call {at}")
    outputs = tuple(Output(value=o.value, statement=o.statement, goal=o.goal) for o in proposal.outputs)
    goals = tuple(_goal(tools, wish, actions, untaken, outputs) for wish in proposal.wishes)
    facts = tuple(_fact(known, (*actions, *untaken.values())) for known in proposal.knows)
    persona = _persona(proposal, assignment.context.persona)
    return Candidate(
        id="",
        domain=assignment.domain.name,
        instruction=proposal.instruction.strip() or compose(persona, facts, goals),
        persona=persona,
        facts=facts,
        goals=goals,
        actions=actions,
        outputs=outputs,
        duties=tuple(_duties(proposal)),
        untaken=untaken,
        traits=traits_of(goals, facts),
    )


def from_blueprint(blueprint: Blueprint) -> Proposal:
    """A blueprint as a model would have written it, to show how it is done or what was wrong.

    Args:
        blueprint: one that was checked, or a candidate.
    """
    said = {duty.goal: duty.statement for duty in blueprint.duties}
    return Proposal(
        thought="",
        person=blueprint.persona.name,
        wishes=tuple(
            Wish(
                id=goal.id,
                kind=goal.kind,
                wish=goal.wish,
                revision=goal.revision,
                insistence=goal.insistence,
                statement=said.get(goal.id, ""),
            )
            for goal in blueprint.goals
        ),
        knows=tuple(Known(key=f.key, goal=f.goal, values=f.values, say=f.say) for f in blueprint.facts),
        actions=tuple(_step(action, action.goal) for action in blueprint.actions),
        forbidden=tuple(_step(action, goal) for goal, action in blueprint.untaken.items()),
        outputs=tuple(Told(value=o.value, statement=o.statement, goal=o.goal) for o in blueprint.outputs),
        instruction=blueprint.instruction,
    )


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _step(action: Action, goal: str) -> Step:
    arguments = tuple(
        Argument(name=name, value=value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for name, value in action.arguments.items()
    )
    return Step(tool=action.tool, arguments=arguments, goal=goal)


def _action(tools: Toolset, step: Step, what: str) -> Action:
    tool = tools.get(step.tool)
    if tool is None:
        raise _wrong(f"{what}: there is no tool {step.tool[:80]!r}; the tools are {', '.join(tools)}")
    arguments: dict[str, Any] = {}
    for given in step.arguments:
        if given.name in arguments:
            raise _wrong(f"{what} ({tool.name}): the argument {given.name!r} is given twice")
        arguments[given.name] = _value(tool, given, f"{what} ({tool.name})")
    return Action(tool=tool.name, arguments=arguments, goal=step.goal)


def _value(tool: Tool[..., Any], given: Argument, what: str) -> Any:
    """An argument's text as the tool's schema means it."""
    schemas = {parameter.name: parameter.schema for parameter in tool.parameters}
    if given.name not in schemas:
        raise _wrong(f"{what}: there is no argument {given.name[:80]!r}; it takes {', '.join(schemas) or 'none'}")
    if schemas[given.name].get("type") == "string":
        return given.value
    try:
        return msgspec.json.decode(given.value)
    except msgspec.DecodeError:
        if "type" in schemas[given.name]:
            kind = schemas[given.name]["type"]
            raise _wrong(f"{what}: {given.name} has to be a JSON {kind} such as {_SUCH.get(kind, '{}')}") from None
        return given.value


_SUCH = {"array": '["a", "b"]', "integer": "3", "number": "2.5", "boolean": "true"}


def _goal(
    tools: Toolset,
    wish: Wish,
    actions: tuple[Action, ...],
    untaken: dict[str, Action],
    outputs: tuple[Output, ...],
) -> Goal:
    if wish.kind == "refuse" and wish.id not in untaken:
        raise _wrong(f"wish {wish.id} has to be declined; put the call that must not be made into `forbidden`")
    if wish.revision and wish.id not in untaken:
        raise _wrong(f"wish {wish.id} has a revision; put the call that was asked for first into `forbidden`")
    own = [action for action in actions if action.goal == wish.id]
    if wish.id in untaken:
        own.append(untaken[wish.id])
    signs = signs_of(tools, wish.kind, wish.wish, own, [o for o in outputs if o.goal == wish.id])
    return Goal(
        id=wish.id,
        kind=wish.kind,
        wish=wish.wish,
        signs=signs,
        revision=wish.revision,
        insistence=wish.insistence,
    )


def _fact(known: Known, actions: tuple[Action, ...]) -> Fact:
    if not known.values:
        raise _wrong(f"what the person knows as {known.key!r} has no values")
    names = [
        path.split("/", 1)[0]
        for action in actions
        for path, value in leaves(action.arguments)
        if known.goal in ("", action.goal) and str(value) in known.values
    ]
    topics = topics_of(known.key, names)
    return Fact(
        key=known.key,
        values=known.values,
        say=known.say,
        question=question_of(topics),
        cues=cues_of(topics),
        goal=known.goal,
    )


def _duties(proposal: Proposal) -> list[Duty]:
    found = []
    for wish in proposal.wishes:
        if wish.kind == "refuse":
            if not declines(wish.statement):
                raise _wrong(f'wish {wish.id} has to be declined; its statement has to say no clearly: "I cannot ..."')
            found.append(Duty(kind="refuse", goal=wish.id, statement=wish.statement))
        elif wish.kind == "hand_over":
            if not wish.statement.strip():
                raise _wrong(f"wish {wish.id} is handed over; its statement has to say so")
            found.append(Duty(kind="hand_over", goal=wish.id, statement=wish.statement))
    return found


def _persona(proposal: Proposal, asked: Persona | None) -> Persona:
    name = proposal.person.strip()
    if not name:
        raise _wrong("`person` has to be the person's full name, as in the records")
    return msgspec.structs.replace(asked, name=name) if asked else Persona(name=name, description="")


def _wrong(text: str) -> BlueprintError:
    return BlueprintError("format", text)
