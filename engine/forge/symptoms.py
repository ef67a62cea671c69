"""Symptoms: in what a setup shows, and what a person can do about it, found by trying.

A writer that is to make a task of a fault has to know who could notice it and how. Both can be seen: which of the
person's looks answers otherwise once the setup was done, and which of their acts has it answer as before again. Only
calls that need no arguments are tried; of the others nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from interplay.engine.database import Base, Database
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.tools import Tool, Toolset

_found: WeakKeyDictionary[Base[Any], dict[str, tuple[str, ...]]] = WeakKeyDictionary()
"""What was found before, by the data and the setup: trying takes longer than all else that is sampled."""


def symptoms(domain: Domain[Any], base: Base[Any], setup: str) -> tuple[str, ...]:
    """Names of the person's tools that show what a setup did, and of those that undo it.

    Args:
        domain: the world.
        base: its data.
        setup: name of the setup.
    Returns:
        First the look that shows it, then what undoes it; none where that cannot be found out by trying.
    """
    known = _found.setdefault(base, {})
    if setup not in known:
        known[setup] = _tried(domain.tools, base, domain.tools.setups[setup])
    return known[setup]


def _tried(tools: Toolset, base: Base[Any], setup: Tool[..., Any]) -> tuple[str, ...]:
    looks = [tool for tool in tools.human.values() if not tool.writes and not _required(tool)]
    acts = [tool for tool in tools.human.values() if tool.writes and not _required(tool)]
    db = base.fork()
    if _required(setup) or not _done(tools, db):
        return ()
    before = _seen(db, looks)
    if not _done(tools, db, setup):
        return ()
    after = _seen(db, looks)
    shown = [look for look in looks if before[look.name] != after[look.name]]
    undoing = [act.name for act in acts if _undoes(tools, db, act, shown, before)]
    return (*(look.name for look in shown[:1]), *undoing)


def _undoes(
    tools: Toolset, db: Database, act: Tool[..., Any], shown: Iterable[Tool[..., Any]], before: Mapping[str, str]
) -> bool:
    """Whether a look answers as before again once something was done."""
    mark = db.mark()
    done = _done(tools, db, act)
    same = done and any(answer == before[name] for name, answer in _seen(db, shown).items())
    db.rollback(mark)
    return same


def _done(tools: Toolset, db: Database, *acts: Tool[..., Any]) -> bool:
    """Do something, and bring the sides in step; whether it could be done."""
    try:
        for act in acts:
            act.run(db, {})
    except Refusal:
        return False
    if tools.sync is not None:
        tools.sync(db)
    return True


def _seen(db: Database, looks: Iterable[Tool[..., Any]]) -> dict[str, str]:
    """What each look answers, refusals included; nothing is changed by looking."""
    answers = {}
    for look in looks:
        mark = db.mark()
        try:
            answers[look.name] = look.run(db, {})
        except Refusal as refusal:
            answers[look.name] = refusal.text
        db.rollback(mark)
    return answers


def _required(tool: Tool[..., Any]) -> bool:
    return any(parameter.required for parameter in tool.parameters)
