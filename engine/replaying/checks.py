"""Checks: what a replay compared, and how many of them agree.

Every form of recording is compared in parts: calls, states, rewards. A part is a check with a name and an
outcome that was recorded; a disagreement is told in words, and its absence is agreement.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

FINAL_STATE = "(final state)"
NO_SUCH_TOOL = "(no such tool)"
SKIPPED = "skip"
"""Outcome of a call that runs and is not compared."""


class Check(NamedTuple):
    """One part of a recording, with how ours differs."""

    part: str
    """The tool's name; in brackets what is no call: "(final state)"."""
    outcome: str
    """What was recorded: a "value", "refused", or "skip" for what is run and not compared."""
    disagreement: str | None = None
    """What differs, for a person; None when it agrees or is not compared."""
    at: int | None = None
    """Place of a call in its recording."""
    arguments: dict[str, Any] | None = None
    """Of a call."""


class Replayed(NamedTuple):
    """What came of replaying one recording."""

    name: str
    """Which: a session's number, a task's id."""
    checks: tuple[Check, ...]
    record: dict[str, Any]
    """What ours did, in the recording's form."""

    @property
    def agrees(self) -> bool:
        """Whether all that is compared agrees, and nothing broke."""
        return all(check.disagreement is None for check in self.checks)


class Disagreement(NamedTuple):
    """One check that failed, with whose it is."""

    name: str
    """The recording's."""
    check: Check


class Tally:
    """Counts over recordings, by part and outcome, and the first disagreements.

    Args:
        first: how many disagreements to keep.
    """

    def __init__(self, first: int = 10) -> None:
        self.first = first
        self.recordings = 0
        self.agreeing = 0
        self.runs: Counter[tuple[str, str]] = Counter()
        """Checks by part and by what the recording has."""
        self.agreements: Counter[tuple[str, str]] = Counter()
        self.disagreed = 0
        """Disagreements in all."""
        self.disagreements: list[Disagreement] = []
        """The first of them."""
        self.calls = 0
        """Calls that were run, compared or not."""

    @property
    def agrees(self) -> bool:
        """Whether every recording agreed."""
        return self.agreeing == self.recordings

    @property
    def compared(self) -> tuple[int, int]:
        """How many calls agree, of how many that are compared."""
        keys = [key for key in self.runs if is_call(key[0]) and key[1] != SKIPPED]
        return sum(self.agreements[key] for key in keys), sum(self.runs[key] for key in keys)

    def rows(self) -> list[tuple[str, str, int, int]]:
        """Part, outcome, how many agree, of how many; sorted, what is no call last.

        A `skip` is not compared: it agrees when nothing broke.
        """
        keys = sorted(self.runs, key=lambda key: (not is_call(key[0]), key))
        return [(*key, self.agreements[key], self.runs[key]) for key in keys]

    def add(self, replayed: Replayed) -> None:
        """Count one recording."""
        self.recordings += 1
        self.agreeing += replayed.agrees
        for check in replayed.checks:
            key = check.part, check.outcome
            self.runs[key] += 1
            self.agreements[key] += check.disagreement is None
            self.calls += is_call(check.part)
            if check.disagreement is not None:
                self._keep(Disagreement(replayed.name, check))

    def add_broken(self, name: str, text: str) -> None:
        """Count a recording that could not be replayed at all.

        Args:
            name: where it stands.
            text: what is wrong with it.
        """
        self.recordings += 1
        self._keep(Disagreement(name, Check("(recording)", "broken", text)))

    def _keep(self, found: Disagreement) -> None:
        self.disagreed += 1
        if len(self.disagreements) < self.first:
            self.disagreements.append(found)


def is_call(part: str) -> bool:
    """Whether a part is a call, and no state or reward; calls of tools that are not there are calls."""
    return part == NO_SUCH_TOOL or not part.startswith("(")
