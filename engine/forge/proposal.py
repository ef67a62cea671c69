"""Proposal: a task as a model writes it, and the candidate that code makes of it.

Thought, instruction, actions and outputs, and beside them what a ledger needs to play the person: wishes, what the
person knows, what has to be declined. All that code can work out is left out: how an employee asks for a fact, by
which words the person sees that a wish was met. `form` has what is filled in, `sides` what a world of two sides adds.
"""

from __future__ import annotations

import msgspec

from interplay.engine.blueprint import Action, Blueprint, Candidate, Duty, Fact, Goal, Output, Persona
from interplay.engine.forge import sides
from interplay.engine.forge.assignment import Assignment
from interplay.engine.forge.derivation import cues_of, question_of, signs_of, topics_of, traits_of
from interplay.engine.forge.form import Known, Proposal, Step, Told, Wish, is_sided
from interplay.engine.forge.instruction import compose
from interplay.engine.forge.notation import arguments_of, noted, wrong
from interplay.engine.forge.provenance import leaves
from interplay.engine.telling import declines
from interplay.engine.tools import NO_TOOLS, Toolset


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
            raise wrong(f"forbidden call {at} has to name a wish of its own in `goal`; one call for each wish")
        untaken[step.goal] = _action(tools, step, f"forbidden call {at}")
    outputs = tuple(Output(value=o.value, statement=o.statement, goal=o.goal) for o in proposal.outputs)
    goals = tuple(_goal(tools, wish, actions, untaken, outputs) for wish in proposal.wishes)
    called = (*actions, *untaken.values())
    facts = tuple(_fact(known, called, sided=is_sided(tools)) for known in proposal.knows)
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
        **sides.held(tools, proposal),
    )


def from_blueprint(blueprint: Blueprint, tools: Toolset = NO_TOOLS) -> Proposal:
    """A blueprint as a model would have written it, to show how it is done or what was wrong.

    Args:
        blueprint: one that was checked, or a candidate.
        tools: its world's, which say what parts there are beside those that every world has.
    """
    said = {duty.goal: duty.statement for duty in blueprint.duties}
    plain = Proposal(
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
    return sides.told(tools, blueprint, plain) if is_sided(tools) else plain


def _step(action: Action, goal: str) -> Step:
    return Step(tool=action.tool, arguments=noted(action.arguments), goal=goal)


def _action(tools: Toolset, step: Step, what: str) -> Action:
    by = sides.caller_of(tools, step, what)
    arguments = arguments_of(tools.of(by)[step.tool], step.arguments, what)
    return Action(tool=step.tool, arguments=arguments, goal=step.goal, by=by)


def _goal(
    tools: Toolset,
    wish: Wish,
    actions: tuple[Action, ...],
    untaken: dict[str, Action],
    outputs: tuple[Output, ...],
) -> Goal:
    if wish.kind == "refuse" and wish.id not in untaken:
        raise wrong(f"wish {wish.id} has to be declined; put the call that must not be made into `forbidden`")
    if wish.revision and wish.id not in untaken:
        raise wrong(f"wish {wish.id} has a revision; put the call that was asked for first into `forbidden`")
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
        check=sides.check_of(tools, wish),
    )


def _fact(known: Known, actions: tuple[Action, ...], *, sided: bool) -> Fact:
    if not known.values and not sided:  # of what is theirs, people say what no call is made of: where they are
        raise wrong(f"what the person knows as {known.key!r} has no values")
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
                raise wrong(f'wish {wish.id} has to be declined; its statement has to say no clearly: "I cannot ..."')
            found.append(Duty(kind="refuse", goal=wish.id, statement=wish.statement))
        elif wish.kind == "hand_over":
            if not wish.statement.strip():
                raise wrong(f"wish {wish.id} is handed over; its statement has to say so")
            found.append(Duty(kind="hand_over", goal=wish.id, statement=wish.statement))
    return found


def _persona(proposal: Proposal, asked: Persona | None) -> Persona:
    name = proposal.person.strip()
    if not name:
        raise wrong("`person` has to be the person's full name, as in the records")
    return msgspec.structs.replace(asked, name=name) if asked else Persona(name=name, description="")
