"""Sides: what running a world of two sides shows: who asks for whose tables, what sync, setups and assertions do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.messages import Caller
from interplay.engine.testing.findings import Finding
from interplay.engine.tools import Tool, Toolset


class Watch:
    """Sees which tables of a fork are asked for.

    Args:
        db: the fork; only what is asked of it from now on is seen.
    """

    def __init__(self, db: Database) -> None:
        self.asked: set[str] = set()
        self._looking = True
        kind, watch, tables = type(db), self, frozenset(type(db).row_types())

        class Watched(kind):  # type: ignore[misc, valid-type]
            """The same database, whose tables cannot be had unseen."""

            def __getattribute__(self, name: str) -> Any:
                if name in tables and watch._looking:
                    watch.asked.add(name)
                return super().__getattribute__(name)

        db.__class__ = Watched

    def apart_from_sync(self, tools: Toolset) -> Toolset:
        """The same tools; what brings the sides in step sees both, and is not watched."""
        same, sync = copy(tools), tools.sync

        def unwatched(db: Any, run: Callable[[Any], None]) -> None:
            self._looking = False
            try:
                run(db)
            finally:
                self._looking = True

        if sync is not None:
            same.sync = lambda db: unwatched(db, sync)
        return same

    def strayed(self, tool: Tool[..., Any], by: Caller, own: frozenset[str]) -> Iterator[Finding]:
        """What a call asked for on the other side.

        Args:
            tool: that was called.
            by: whose it is.
            own: names of the human's tables.
        """
        found = self.asked & own if by == "agent" else self.asked - own
        if found:
            whose = "the agent's, and asked for the human's" if by == "agent" else "the human's, and asked for"
            text = f"it is {whose} {', '.join(sorted(found))}; each side sees its own tables, and sync sees both"
            yield Finding("side", tool.name, text)


def in_step(domain: Domain[Any], base: Base[Any]) -> Base[Any]:
    """The data as a conversation begins with it: both sides in step."""
    if domain.sync is None:
        return base
    db = base.fork()
    domain.sync(db)
    return base.begun(db.changes())


def check_sync(domain: Domain[Any], base: Base[Any]) -> Iterator[Finding]:
    """Data is in step as it is: bringing it in step changes nothing, and raises nothing."""
    if domain.sync is None:
        return
    db = base.fork()
    try:
        domain.sync(db)
    except Exception as error:
        yield Finding("sync", "data", f"on data that nothing was done to it raised {error!r}")
        return
    changed = db.changes()
    if changed:
        rows = ", ".join(f"{table}/{key}" for table, key in sorted(changed)[:5])
        yield Finding("sync", "data", f"data that nothing was done to is out of step: {rows}; let it be made in step")


def unsettled(sync: Callable[[Any], None] | None, db: Database, after: str) -> Iterator[Finding]:
    """What is wrong where the sides have just been brought in step and doing it again changes something.

    Args:
        sync: the world's.
        db: the fork, left as it is.
        after: what was done before, in words.
    """
    if sync is None:
        return
    mark = db.mark()
    try:
        sync(db)
    except Exception as error:
        yield Finding("sync", "again", f"done again after {after} it raised {error!r}")
    changed = db.changes(mark)
    db.rollback(mark)
    if changed:
        rows = ", ".join(f"{table}/{key}" for table, key in sorted(changed)[:5])
        yield Finding("sync", "again", f"done again after {after} it changed {rows}; what is in step has to stay so")


def of_setups(domain: Domain[Any]) -> Domain[Any]:
    """The world with its setups for tools, so that they can be walked through; nothing is brought in step between."""
    return replace(domain, tools_in_order=domain.setups, human_tools=(), human_tables=frozenset(), sync=None)


def of_assertions(domain: Domain[Any]) -> Domain[Any]:
    """The world with its assertions for tools; they change nothing."""
    return replace(domain, tools_in_order=domain.assertions, human_tools=(), human_tables=frozenset(), sync=None)


def undeclared(domain: Domain[Any], blueprint: Blueprint) -> Iterator[str]:
    """What a blueprint asks for that the world does not have: setups, assertions, checks by the human, tables.

    Args:
        domain: the world.
        blueprint: a candidate of its writer.
    """
    tools = domain.tools
    asked: list[tuple[str, Toolset, str, Any]] = []
    for setup in blueprint.setup:
        offered = tools.setups if setup.by == "world" else tools.of(setup.by)
        asked.append(("setup", offered, setup.tool, setup.arguments))
    asked += [("assertion", tools.assertions, each.tool, each.arguments) for each in blueprint.assertions]
    checks = [goal.check for goal in blueprint.goals if goal.check is not None]
    asked += [("check", tools.human, each.tool, each.arguments) for each in checks]
    for what, offered, name, arguments in asked:
        try:
            offered.named(name).validate(arguments)
        except Refusal as refusal:
            yield f"its {what} {name} cannot be asked for: {refusal.text}"
    for table in blueprint.rows.keys() - domain.database.row_types().keys():
        yield f"it has rows of {table!r}, which is no table"
