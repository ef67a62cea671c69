"""Report: an audit as a page, for those who keep the benchmark.

Counts first, then every finding, by kind. What is said of many tasks in the same words is said once, with
the tasks that it holds for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from interplay.engine.importing.findings import KINDS, Finding, counted
from interplay.engine.importing.world import Imported

WEIGHTS = {
    "wrong": "the task does not test what it says",
    "doubtful": "a person should look",
    "note": "good to know",
}
LISTED = 30
"""Tasks that one line names before it goes on in another."""


def summary(imported: Imported) -> dict[str, Any]:
    """Counts of one world, as JSON values."""
    return {
        "project": imported.project,
        "world": imported.world,
        "tasks": imported.tasks,
        "calls": imported.calls,
        "blueprints": len(imported.blueprints),
        "counts": {
            kind: {"weight": KINDS[kind].weight, "findings": number, "tasks": tasks}
            for kind, (number, tasks) in counted(imported.findings).items()
        },
    }


def document(imported: Imported) -> dict[str, Any]:
    """The whole audit of one world, as JSON values."""
    kinds = {
        kind: {"title": KINDS[kind].title, "means": KINDS[kind].meaning, "advice": KINDS[kind].advice}
        for kind in counted(imported.findings)
    }
    return {**summary(imported), "kinds": kinds, "findings": imported.findings}


def page(worlds: Sequence[Imported], passed_over: Sequence[str] = ()) -> str:
    """All worlds as Markdown."""
    return "\n".join(_page(worlds, passed_over)) + "\n"


def _page(worlds: Sequence[Imported], passed_over: Sequence[str]) -> Iterator[str]:
    yield f"# Audit of {worlds[0].project}: {', '.join(each.world for each in worlds)}"
    yield ""
    yield "Every task was run on the original data: the reference's calls in order, the expectations before and after,"
    yield "ids looked up, rules of the policy asked. Each finding is what came of that; some are the point of a task."
    yield ""
    yield "| world | tasks | reference calls | blueprints | wrong | doubtful | notes |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for each in worlds:
        weights = [sum(KINDS[found.kind].weight == weight for found in each.findings) for weight in WEIGHTS]
        counts = " | ".join(f"{number:,}" for number in (each.tasks, each.calls, len(each.blueprints), *weights))
        yield f"| {each.world} | {counts} |"
    if passed_over:
        yield ""
        yield "Passed over:"
        yield ""
        yield from (f"- {_inline(text)}" for text in passed_over)
    for each in worlds:
        yield from _world(each)


def _world(imported: Imported) -> Iterator[str]:
    yield ""
    yield f"## {imported.world}"
    if not imported.findings:
        yield ""
        yield "Nothing was found."
        return
    counts = counted(imported.findings)
    yield ""
    yield "| what | weight | findings | tasks |"
    yield "|---|---|---:|---:|"
    for kind, (number, tasks) in counts.items():
        weight = KINDS[kind].weight
        yield f"| [{KINDS[kind].title}](#{_anchor(imported, kind)}) | {weight} | {number:,} | {tasks:,} |"
    for kind, (number, tasks) in counts.items():
        yield from _kind(imported, kind, number, tasks)


def _kind(imported: Imported, kind: str, number: int, tasks: int) -> Iterator[str]:
    found = KINDS[kind]
    yield ""
    yield f'<a id="{_anchor(imported, kind)}"></a>'
    yield ""
    yield f"### {found.title}"
    yield ""
    yield f"`{kind}`, {number:,} in {tasks:,} tasks; {found.weight}: {WEIGHTS[found.weight]}."
    yield ""
    yield f"{found.meaning} **What to do:** {found.advice}"
    yield ""
    for (where, text), told in grouped(each for each in imported.findings if each.kind == kind):
        said = f"{_inline(where)}: {_inline(text)}"
        if len(told) == 1:
            yield f"- {_code(told[0])}, {said}"
            continue
        yield f"- {said} ({len(told):,} tasks)"
        for start in range(0, len(told), LISTED):
            yield f"  - {', '.join(map(_code, told[start : start + LISTED]))}"


def grouped(findings: Iterable[Finding]) -> list[tuple[tuple[str, str], list[str]]]:
    """Findings that say the same, with the tasks that they are about; in the order in which they first stand."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in findings:
        found.setdefault((each.where, each.text), {})[each.task] = None
    return [(said, list(tasks)) for said, tasks in found.items()]


def _anchor(imported: Imported, kind: str) -> str:
    return f"{imported.world}-{kind.replace('_', '-')}"


def _inline(text: str) -> str:
    """A text as part of a line of Markdown: nothing in it is markup."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#~" else letter for letter in plain)


def _code(task: str) -> str:
    fence = "``" if "`" in task else "`"
    return f"{fence}{task or '(file)'}{fence}"
