"""Tau2: blueprints as task files of that project, with the data, the policy and the tools' world beside them.

A task is only written when it means there what it means here: its actions, run with that project's tools,
change what ours change in the same way, though that project may keep more books of it, and run on the data
as they are read there. What its files cannot say it does not need; which rows they cannot hold is told. A
grader that runs the reference without keeping a world's two sides in step may end elsewhere; then the
state is not what such a task is judged by, and one that has nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Literal, NamedTuple

import msgspec

from interplay.engine.blueprint import Assertion, Blueprint, Setup
from interplay.engine.database import Base
from interplay.engine.domain import load_domain
from interplay.engine.edition import Edition
from interplay.engine.errors import BlueprintError, UsageError
from interplay.engine.grading.shelf import Shelf
from interplay.engine.importing.cases import BEHAVIOUR, KNOWN, UNKNOWN
from interplay.engine.messages import Caller
from interplay.engine.tools import Tool
from interplay.engine.truth import execute

PROJECT = "tau2"
SPLIT = "base"
"""The one split that is written: all tasks."""
SIDES: Mapping[Caller, Literal["assistant", "user"]] = {"agent": "assistant", "human": "user"}


class LeftOut(NamedTuple):
    """A blueprint that is not written."""

    id: str
    text: str
    """Why."""


class Export(NamedTuple):
    """Blueprints as that project's tasks."""

    edition: Edition[Any]
    base: Base[Any]
    tasks: tuple[dict[str, Any], ...]
    left_out: tuple[LeftOut, ...]
    lost: tuple[str, ...] = ()
    """Rows that that project's files cannot hold as they are: "clock/today"."""

    @property
    def splits(self) -> dict[str, list[str]]:
        """The tasks' ids by split."""
        return {SPLIT: [task["id"] for task in self.tasks]}


def export(shelf: Shelf) -> Export:
    """Make tasks of blueprints.

    Args:
        shelf: the blueprints and their data.

    Raises:
        UsageError: the world has no edition of that project.
    """
    name = shelf.domain.name.partition("@")[0]
    edition = load_domain(name).editions.get(PROJECT)
    if edition is None:
        raise UsageError(f"world {name!r} has no edition of {PROJECT}, so there is nothing to write its tasks for")
    there = _as_read(edition, shelf.base)
    writer = _Writer(edition, shelf, there)
    tasks: list[dict[str, Any]] = []
    left_out: list[LeftOut] = []
    for blueprint in shelf.blueprints:
        try:
            tasks.append(writer.task(blueprint))
        except BlueprintError as error:
            left_out.append(LeftOut(blueprint.id, error.text))
    return Export(edition, shelf.base, tuple(tasks), tuple(left_out), tuple(_unlike(shelf.base, there)))


def _as_read(edition: Edition[Any], base: Base[Any]) -> Base[Any]:
    """Data as that project finds them: written to its files and read from there.

    Raises:
        UsageError: there is nowhere to write them.
    """
    try:
        with TemporaryDirectory() as directory:
            edition.write(base, Path(directory))
            return edition.read(Path(directory))
    except OSError as error:
        raise UsageError(f"cannot write temporary files in {gettempdir()}: {error.strerror or error}") from None


def _unlike(base: Base[Any], there: Base[Any]) -> Iterator[str]:
    """Rows that are not the same in both, as TABLE/KEY."""
    for name, table in base.tables.items():
        rows, kept = table.rows, there.tables[name].rows
        yield from (f"{name}/{key}" for key in {**rows, **kept} if rows.get(key) != kept.get(key))


class _Writer:
    """Writes tasks of one world.

    Args:
        edition: that project's.
        shelf: the blueprints and their data.
        there: the data as that project will find them.
    """

    def __init__(self, edition: Edition[Any], shelf: Shelf, there: Base[Any]) -> None:
        self._edition, self._shelf, self._there = edition, shelf, there
        self._tools = edition.domain.tools
        rows = {name: table.rows for name, table in shelf.base.tables.items()}
        self._own: Base[Any] = Base(edition.domain.database, rows)  # ours as it is, with what that project does to it
        self._human_tables = edition.domain.human_tables

    def task(self, blueprint: Blueprint) -> dict[str, Any]:
        """A blueprint as a task.

        Raises:
            BlueprintError: that project's files cannot say it, or it ends elsewhere with that project's tools.
        """
        if blueprint.turns:
            raise BlueprintError(
                "export", "it is a script; of a task the person is played, and nothing is said word for word"
            )
        basis = self._basis(blueprint)
        name = self._id(blueprint)
        return {
            "id": name,
            "description": {"purpose": ", ".join(blueprint.traits) or None, "relevant_policies": None, "notes": None},
            "user_scenario": self._scenario(blueprint),
            "initial_state": self._initial(blueprint),
            "evaluation_criteria": {
                "actions": [
                    {
                        "action_id": f"{name}_{number}",
                        "requestor": SIDES[action.by],
                        "name": action.tool,
                        "arguments": action.arguments,
                        "info": None,
                    }
                    for number, action in enumerate(blueprint.actions)
                ],
                "env_assertions": [self._assertion(each) for each in blueprint.assertions],
                "communicate_info": [output.value for output in blueprint.outputs],
                "nl_assertions": [f"The agent tells the user in substance: {d.statement}" for d in blueprint.duties],
                "reward_basis": basis,
            },
        }

    def _id(self, blueprint: Blueprint) -> str:
        """The task's id; of one that was imported from that project, the one that it has there."""
        world = self._shelf.domain.name.partition("@")[0]
        return blueprint.id.removeprefix(f"{PROJECT}-{world}-")

    def _basis(self, blueprint: Blueprint) -> list[str]:
        """What the task is judged by; its actions are run with both projects' tools to know that."""
        tools = self._tools
        ours = execute(self._shelf.domain.tools, self._shelf.base, blueprint)
        theirs = execute(tools, self._own, blueprint)
        other = any(theirs.changes.get(row) != change for row, change in ours.changes.items())  # it may keep more books
        if other or theirs.start.beginning != ours.start.beginning:
            raise BlueprintError("export", "with that project's tools its actions end elsewhere")
        read = execute(tools, self._there, blueprint)  # values may differ, as days do where no file says the day
        if read.changes.keys() != theirs.changes.keys() or read.start.beginning.keys() != ours.start.beginning.keys():
            raise BlueprintError("export", "on the data as that project reads them its actions end elsewhere")
        state = blueprint.judged == "all" or (blueprint.judged == "agent" and not blueprint.assertions)
        if state and tools.sync is not None and self._loose(blueprint, theirs.start) != theirs.changes:
            if not blueprint.assertions:
                raise BlueprintError("export", "that project's grader runs it out of step and ends elsewhere")
            state = False
        counted = {
            "DB": state,
            "ENV_ASSERTION": bool(blueprint.assertions),
            "COMMUNICATE": bool(blueprint.outputs),
            "NL_ASSERTION": bool(blueprint.duties),  # a no or a hand-over leaves no trace that could count instead
        }
        return [name for name, counts in counted.items() if counts]

    def _loose(self, blueprint: Blueprint, start: Base[Any]) -> Any:
        """Where the actions end when the sides are not kept in step; nothing where they are refused so."""
        bare = msgspec.structs.replace(blueprint, rows={}, setup=())
        try:
            return execute(self._tools.out_of_step(), start, bare).changes
        except BlueprintError:
            return None

    @staticmethod
    def _scenario(blueprint: Blueprint) -> dict[str, Any]:
        """The person: who they are, what they want and how they behave."""
        persona = blueprint.persona
        told = _sections(blueprint.instruction.removesuffix(persona.description).strip())
        identity = f"You are {persona.name}."
        return {
            "persona": persona.description or None,
            "instructions": {
                "domain": blueprint.domain.partition("@")[0],
                "reason_for_call": told[""].removeprefix(identity).strip(),
                "known_info": told.get(KNOWN, identity if told[""].startswith(identity) else None),
                "unknown_info": told.get(UNKNOWN),
                "task_instructions": told.get(BEHAVIOUR, ""),
            },
        }

    def _initial(self, blueprint: Blueprint) -> dict[str, Any] | None:
        if not blueprint.rows and not blueprint.setup:
            return None
        return {
            "initialization_data": self._data(blueprint) if blueprint.rows else None,
            "initialization_actions": [self._setup(each) for each in blueprint.setup],
            "message_history": None,
        }

    def _data(self, blueprint: Blueprint) -> dict[str, Any]:
        """Rows as initial data of each side, as far as reading them gives the same rows again."""
        found: dict[str, Any] = {}
        for side, human in (("agent", False), ("user", True)):
            tables = self._of_side(blueprint, human=human)
            if tables and self._edition.rows(side, tables) != tables:
                raise BlueprintError("export", f"that project's initial data cannot hold its rows of the {side}'s side")
            found[f"{side}_data"] = tables or None
        return found

    def _of_side(self, blueprint: Blueprint, *, human: bool) -> dict[str, Any]:
        tables = {name: rows for name, rows in blueprint.rows.items() if (name in self._human_tables) is human}
        if any(row is None for rows in tables.values() for row in rows.values()):
            raise BlueprintError("export", "it takes rows away, which that project's initial data cannot say")
        return tables

    def _setup(self, setup: Setup) -> dict[str, Any]:
        own = None if setup.by == "world" else SIDES[setup.by]
        side = own or self._side(self._tools.setups[setup.tool], setup.arguments)
        return {"env_type": side, "func_name": setup.tool, "arguments": setup.arguments}

    def _assertion(self, assertion: Assertion) -> dict[str, Any]:
        return {
            "env_type": self._side(self._tools.assertions[assertion.tool], assertion.arguments),
            "func_name": assertion.tool,
            "arguments": assertion.arguments,
            "assert_value": assertion.expected,
            "message": None,
        }

    def _side(self, tool: Tool[..., Any], arguments: Mapping[str, Any]) -> str:
        """Whose side something is done to, or asked of: that of the tables it writes, else of those it looks at."""
        db = self._shelf.base.fork()
        with suppress(Exception):  # what it does not do to these rows, it has looked at all the same
            tool.function(db, **tool.validate(arguments))
        written = {table for table, _ in db.changes()}
        looked_at = {name for name in db.row_types() if name in vars(db)}  # a fork makes a table when it is asked for
        return "user" if (written or looked_at) & self._human_tables and written <= self._human_tables else "assistant"


def _sections(instruction: str) -> dict[str, str]:
    """The parts of an instruction by what they begin with; why the person calls under the empty text."""
    found, last = {"": instruction}, ""
    for label in (KNOWN, UNKNOWN, BEHAVIOUR):
        before, mark, after = found[last].partition(f"\n\n{label}")
        if mark:
            found[last], found[label], last = before, after, label
    return found
