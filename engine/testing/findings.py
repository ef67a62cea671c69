"""Finding: one thing that is wrong with a world, in words for whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "tool_name",
    "annotation",
    "docstring",
    "schema",
    "speech",
    "policy",
    "rule_id",
    "rule_mark",
    "rule_section",
    "rule_tool",
    "row",
    "result",
    "raises",
    "read_writes",
    "refusal_writes",
    "in_place",
    "nondeterministic",
    "patch",
    "unreachable",
    "generation",
    "writer",
]
"""What may be wrong, for counting and for tests."""
SidedKind: TypeAlias = Literal["guidance", "side", "assertion", "sync"]
"""What may be wrong besides where the human has tools and tables of their own."""


class Finding(NamedTuple):
    """One thing that is wrong."""

    kind: Kind | SidedKind
    where: str
    """The tool, tool and parameter, rule or table that it is about."""
    text: str
    """What was found and what was expected, a sentence."""

    def __str__(self) -> str:
        return f"{self.kind} [{self.where}]: {self.text}"


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those that repeat a kind at a place."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.kind, finding.where), finding)
    return list(first.values())
