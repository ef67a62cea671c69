"""Blueprints: what is made of a case.

The frame is how the world is made ready; it is all that a case needs to be run. When it ran, the actions
that were carried out, and what the original judges the end by, complete it. Refused actions are left out:
they change nothing in the original either, so the end stays the original's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from interplay.engine.blueprint import Action, Assertion, Blueprint, Duty, Goal, Output, Persona, Setup
from interplay.engine.database import Base
from interplay.engine.edition import Edition
from interplay.engine.errors import BlueprintError, DataError
from interplay.engine.importing.cases import CALLERS, Case, Step
from interplay.engine.importing.rehearsal import Rehearsal
from interplay.engine.tools import Toolset
from interplay.engine.truth import execute

GoalKind: TypeAlias = Literal["write", "read", "refuse", "hand_over"]

GOAL = "g"
"""The id of the one goal that an imported blueprint has: its words are not taken apart."""
HANDED_OVER = "I am handing you over to a person who can help you with this."


def framed(edition: Edition[Any], base: Base[Any], case: Case) -> Blueprint:
    """A case's blueprint without what is expected: who calls, why, and how the world is made ready.

    Raises:
        BlueprintError: the world cannot lay the case's data over its own.
    """
    tools = edition.domain.tools
    return Blueprint(
        id=case.id,
        domain=f"{case.world}@{case.project}",
        instruction=f"{case.instruction}\n\n{case.persona}".strip() if case.persona else case.instruction,
        persona=Persona(name=case.name, description=case.persona),
        facts=(),
        goals=(Goal(id=GOAL, kind="refuse", wish=case.wish, signs=()),),
        actions=(),
        rows=_rows(edition, base, case.data),
        setup=tuple(_setup(tools, step) for step in case.setups)
        + tuple(Setup(tool=s.name, arguments=s.arguments, by=CALLERS.get(s.side, "world")) for s in case.history),
    )


def finished(tools: Toolset, base: Base[Any], case: Case, frame: Blueprint, rehearsal: Rehearsal) -> Blueprint:
    """The whole blueprint, run once more to see that it ends where the reference ended.

    Raises:
        BlueprintError: it does not.
    """
    actions = tuple(
        Action(tool=each.step.name, arguments=each.step.arguments, by=CALLERS[each.step.side], goal=GOAL)
        for each in rehearsal.done
        if each.carried_out
    )
    hands_over = any(tools.of(action.by)[action.tool].hands_over for action in actions)
    outputs = case.outputs if case.basis.outputs else ()
    kind = _kind(hands_over=hands_over, writes=bool(rehearsal.end.changes), tells=bool(outputs))
    blueprint = msgspec.structs.replace(
        frame,
        goals=(_goal(tools, case, actions, kind),),
        actions=actions,
        outputs=tuple(Output(value=value, statement=value, goal=GOAL) for value in outputs),
        duties=(Duty(kind="hand_over", goal=GOAL, statement=HANDED_OVER),) if hands_over else (),
        assertions=_assertions(case, rehearsal),
        judged="all" if case.basis.state else "none",
    )
    truth = execute(tools, base, blueprint)
    if truth.changes != rehearsal.end.changes:
        raise BlueprintError("execution", "without the calls that were refused, the reference ends elsewhere")
    return blueprint


def _goal(tools: Toolset, case: Case, actions: tuple[Action, ...], kind: GoalKind) -> Goal:
    claims = [speech.claims for a in actions if (speech := tools.of(a.by)[a.tool].speech) is not None]
    signs = tuple(dict.fromkeys(word for words in claims for word in words))
    return Goal(id=GOAL, kind=kind, wish=case.wish, signs=signs)


def _kind(*, hands_over: bool, writes: bool, tells: bool) -> GoalKind:
    """How the one goal ends well, by what weighs most of what is expected."""
    if hands_over:
        return "hand_over"
    return "write" if writes else "read" if tells else "refuse"


def _assertions(case: Case, rehearsal: Rehearsal) -> tuple[Assertion, ...]:
    """Those that count and can be asked."""
    if not case.basis.questions:
        return ()
    return tuple(
        Assertion(tool=question.name, arguments=question.arguments, expected=question.expected, goal=GOAL)
        for question, answer in zip(case.questions, rehearsal.end.answers, strict=True)
        if not answer.problem
    )


def _setup(tools: Toolset, step: Step) -> Setup:
    """A setup of the world where there is one of this name, else a call of that side's tool."""
    by = CALLERS.get(step.side)
    if by is not None and step.name not in tools.setups and step.name in tools.of(by):
        return Setup(tool=step.name, arguments=step.arguments, by=by)
    return Setup(tool=step.name, arguments=step.arguments)


def _rows(
    edition: Edition[Any], base: Base[Any], data: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, dict[str, Any] | None]]:
    """Initial data as whole rows: what a case says, laid over what the database has."""
    found: dict[str, dict[str, dict[str, Any] | None]] = {}
    for side, said in data.items():
        try:
            laid = edition.rows(side, said)
        except DataError as error:
            raise BlueprintError("setup", str(error)) from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BlueprintError("setup", f"the initial data of side {side!r} fits no table: {error!r}") from None
        for table, rows in laid.items():
            if not isinstance(rows, Mapping):
                raise BlueprintError("setup", f"the initial data of table {table!r} is no object from key to row")
            held = base.tables[table].rows if table in base.tables else {}
            for key, document in rows.items():
                there = msgspec.to_builtins(held[key], str_keys=True) if key in held else {}
                found.setdefault(table, {})[key] = _over(there, document)
    return found


def _over(under: Any, over: Any) -> Any:
    """One document laid over another: objects key by key, everything else as a whole."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        return {**under, **{key: _over(under.get(key), value) for key, value in over.items()}}
    return over
