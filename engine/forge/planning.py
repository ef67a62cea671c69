"""Planning: every finding on an attempt as one plan for the next.

What code found comes before what reviewers said, and nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from interplay.engine.errors import BlueprintError
from interplay.engine.forge.assignment import Finding, Plan, Stage

WRITING = frozenset({"writing", "material"})
"""Failures of a writer that wrote nothing."""
_STAGES: tuple[Stage, ...] = get_args(Stage)
_TOLD = {
    "writing": "Before anything was checked",
    "checks": "Checked by code, which is certain",
    "committee": "Said by reviewers, who may be wrong",
}


def finding(error: BlueprintError) -> Finding:
    """What a failed check found.

    Args:
        error: as the check, or the writer, raised it.
    """
    return Finding(stage="writing" if error.check in WRITING else "checks", check=error.check, text=error.text)


def plan(findings: Iterable[Finding]) -> Plan:
    """One plan: findings in the order of the stages, those of one check together, each once.

    Args:
        findings: of one attempt, in any number.
    """
    found: dict[tuple[str, str], Finding] = {}
    for each in findings:
        found.setdefault((each.check, " ".join(each.text.split()).casefold()), each)
    checks = {each.check: at for at, each in reversed(list(enumerate(found.values())))}
    return Plan(findings=tuple(sorted(found.values(), key=lambda f: (_STAGES.index(f.stage), checks[f.check]))))


def render(improvements: Plan) -> str:
    """The plan as text for a writer who reads.

    Args:
        improvements: the plan; an empty one gives no text.
    """
    lines: list[str] = []
    stage = None
    for number, each in enumerate(improvements.findings, 1):
        if each.stage != stage:
            stage = each.stage
            lines.append(f"{_TOLD[stage]}:")
        by = f" ({each.by})" if each.by else ""
        lines.append(f"{number}. {each.check}{by}: {each.text}")
    return "\n".join(lines)
