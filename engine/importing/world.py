"""World: one world of a checkout, read, run and audited.

A task that cannot be read or run is told among the findings and hides no other. What cannot go on is a
world without data, or without a single task that can be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base, Changes
from interplay.engine.edition import Edition
from interplay.engine.errors import BlueprintError, DataError
from interplay.engine.importing import tau, tau2
from interplay.engine.importing.audit import Auditor, duplicates
from interplay.engine.importing.blueprints import finished, framed
from interplay.engine.importing.cases import Case, Project, from_tau, from_tau2
from interplay.engine.importing.checkouts import Checkout, holds_scenarios, task_files
from interplay.engine.importing.files import Unreadable
from interplay.engine.importing.findings import KINDS, Finding
from interplay.engine.importing.rehearsal import rehearse

TASKS, SPLITS = "tasks.json", "split_tasks.json"


class Read(NamedTuple):
    """The tasks of a world, as files have them."""

    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]
    """Of what could not be read."""


class Imported(NamedTuple):
    """One world, imported."""

    project: Project
    world: str
    base: Base[Any]
    tasks: int
    """Those in its files, the unreadable ones among them."""
    calls: int
    """Calls of all references."""
    blueprints: tuple[Blueprint, ...]
    findings: tuple[Finding, ...]
    """By kind, what weighs most first, then as the tasks stand."""


def import_world(project: Project, checkout: Checkout, split: str | None = None) -> Imported:
    """Read a world's data and tasks, run every task, and say what was found.

    Args:
        project: whose layout it has.
        checkout: where it is.
        split: take the tasks of this split alone.

    Raises:
        DataError: its data cannot be read, or no task can, or there is no such split.
    """
    read = _read_tau2(checkout, split) if project == "tau2" else _read_tau(checkout, split)
    unreadable = sum(each.kind == "unreadable_task" for each in read.findings)
    if not read.cases:
        raise DataError(_without_tasks(project, checkout, read))
    base = checkout.edition.read(checkout.data if project == "tau" else checkout.directory)
    blueprints, findings = _imported(checkout.edition, base, read.cases)
    order = {kind: place for place, kind in enumerate(KINDS)}
    every = sorted((*read.findings, *findings), key=lambda each: order[each.kind])
    calls = sum(len(case.steps) for case in read.cases)
    return Imported(project, checkout.world, base, len(read.cases) + unreadable, calls, tuple(blueprints), tuple(every))


def _imported(edition: Edition[Any], base: Base[Any], cases: Sequence[Case]) -> tuple[list[Blueprint], list[Finding]]:
    auditor = Auditor(edition, base)
    blueprints: list[Blueprint] = []
    ends: list[tuple[Case, Changes | None]] = []
    cases, findings = _told_apart(cases)
    for case in cases:
        findings += auditor.contradictions(case)
        try:
            frame = framed(edition, base, case)
            rehearsal = rehearse(edition.domain.tools, base, case, frame)
        except BlueprintError as error:
            findings.append(Finding("no_start", case.label, "initialisation", error.text))
            ends.append((case, None))
            continue
        ends.append((case, rehearsal.end.changes))
        found = auditor.audit(case, rehearsal)
        findings += found
        if not any(each.kind == "tool_broke" for each in found):
            try:
                blueprints.append(finished(edition.domain.tools, base, case, frame, rehearsal))
            except BlueprintError as error:
                findings.append(Finding("no_blueprint", case.label, "reference", error.text))
    return blueprints, [*findings, *duplicates(ends)]


def _told_apart(cases: Sequence[Case]) -> tuple[list[Case], list[Finding]]:
    """The cases, with a number after each id that an earlier one has."""
    seen: Counter[str] = Counter()
    found: list[Case] = []
    findings: list[Finding] = []
    for case in cases:
        seen[case.id] += 1
        if seen[case.id] > 1:
            findings.append(Finding("duplicate_id", case.label, "id", f"{seen[case.id]} tasks have it by now"))
            case = case._replace(task=f"{case.task}~{seen[case.id]}")
        found.append(case)
    return found, findings


def _read_tau(checkout: Checkout, split: str | None) -> Read:
    files = task_files(checkout.directory)
    splits = [tau.split_of(path) for path in files]
    if split is not None and split not in splits:
        known = ", ".join(repr(each) for each in splits)
        raise DataError(f"{checkout.directory}: there is no split {split!r}; its splits are {known}")
    cases: list[Case] = []
    findings: list[Finding] = []
    for path in files:
        if split in (None, tau.split_of(path)):
            try:
                read = tau.read_tasks(path)
            except DataError as error:
                findings.append(Finding("unreadable_file", "", path.name, str(error)))
                continue
            cases += [from_tau(task, checkout.world, read.split) for task in read.tasks]
            findings += [_unreadable(each, f"{read.split} {each.id}".strip()) for each in read.unreadable]
    return Read(tuple(cases), tuple(findings))


def _read_tau2(checkout: Checkout, split: str | None) -> Read:
    tasks = tau2.read_tasks(checkout.directory / TASKS)
    if split is not None:
        where = checkout.directory / SPLITS
        tasks = tau2.in_split(tasks, tau2.read_splits(where), split, where)
    cases = tuple(from_tau2(task, checkout.world) for task in tasks.tasks)
    return Read(cases, tuple(_unreadable(each, each.id) for each in tasks.unreadable))


def _unreadable(found: Unreadable, task: str) -> Finding:
    return Finding("unreadable_task", task, found.where, found.text)


def _without_tasks(project: Project, checkout: Checkout, read: Read) -> str:
    if not read.findings:
        return f"{checkout.directory}: its task files hold no tasks"
    first = read.findings[0]
    if first.kind == "unreadable_file":
        return first.text
    where = checkout.directory / TASKS
    hint = "" if project == "tau" or holds_scenarios(where) else f"; try `interplay import tau {checkout.directory}`"
    return (
        f"{checkout.directory}: none of its {len(read.findings)} tasks can be read, as if it were of another version; "
        f"the first is {first.where}: {first.text}{hint}"
    )
