"""Observing: what is kept of a run to set it beside another.

Of each blueprint one line of numbers, so that two runs that played the same can be compared blueprint by
blueprint. It takes some 300 bytes a blueprint; of a run with more than `KEPT`, the sums alone are kept.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.statistics.asked import Asked
from interplay.engine.statistics.comparing import Moments
from interplay.engine.statistics.passing import tells
from interplay.engine.trajectory import Scored, Trajectory
from interplay.engine.units import Unit

KEPT = 250_000
"""Blueprints of which a line is kept."""


class Seen(NamedTuple):
    """What a run says of one blueprint."""

    trials: int
    """Conversations that success is counted of: all, or the first alone where more were only played until one
    was verified. 0 where one of them says nothing of the agent."""
    verified: int
    any: int | None
    """Whether any was verified; None where none was scored."""
    turns: float | None
    """Messages of the human, on average; None where no conversation took place."""
    calls: float | None


class Observations:
    """What a run says, blueprint by blueprint.

    Args:
        asked: what it was asked for.
        kept: how many blueprints are kept one by one.
    """

    def __init__(self, asked: Asked, *, kept: int = KEPT) -> None:
        self.fixed = bool(asked.trials)
        """Whether each blueprint was to be played a fixed number of times, and more than once means nothing else."""
        self.trials: Counter[tuple[int, int]] = Counter()
        """Blueprints by how many trials count and how many of them were verified."""
        self.any: Counter[float] = Counter()
        self.turns, self.calls = Moments(), Moments()
        self.faults: dict[str, Counter[float]] = {}
        """By what was wrong: blueprints by the share of their scored conversations, above 0, that had it."""
        self.scored = 0
        """Blueprints with a scored conversation."""
        self.most = 0
        """Conversations of one blueprint at most."""
        self._kept, self._seen = kept, dict[bytes, Seen]()

    def add(self, unit: Unit) -> None:
        """See one unit; one without a blueprint says nothing."""
        if unit.record is None or unit.record.blueprint is None or not unit.played:
            return
        self.most = max(self.most, len(unit.played))
        seen = self._line(unit.played)
        if seen.trials:
            self.trials[seen.trials, seen.verified] += 1
        if seen.any is not None:
            self.any[float(seen.any)] += 1
        if seen.turns is not None and seen.calls is not None:
            self.turns.add(seen.turns)
            self.calls.add(seen.calls)
        self._add_faults(unit.played)
        if len(self._seen) < self._kept:
            self._seen[_digest(unit.record.blueprint)] = seen

    def shared(self, other: Observations) -> list[tuple[Seen, Seen]]:
        """What both say of the blueprints that both played, in this one's order."""
        return [(seen, other._seen[key]) for key, seen in self._seen.items() if key in other._seen]

    def _line(self, played: tuple[Trajectory, ...]) -> Seen:
        counted = played if self.fixed else played[:1]
        telling = all(map(tells, counted))
        lengths = [
            (
                sum(isinstance(message, HumanMessage) for message in trial.messages),
                sum(isinstance(message, ToolCall) for message in trial.messages),
            )
            for trial in played
            if trial.ending is not None
        ]
        scored = any(isinstance(trial.outcome, Scored) for trial in played)
        return Seen(
            trials=len(counted) if telling else 0,
            verified=sum(trial.accepted for trial in counted),
            any=int(any(trial.accepted for trial in played)) if scored else None,
            turns=sum(turns for turns, _ in lengths) / len(lengths) if lengths else None,
            calls=sum(calls for _, calls in lengths) / len(lengths) if lengths else None,
        )

    def _add_faults(self, played: tuple[Trajectory, ...]) -> None:
        verdicts = [trial.outcome.verdict for trial in played if isinstance(trial.outcome, Scored)]
        if not verdicts:
            return
        self.scored += 1
        found = Counter(fault for verdict in verdicts for fault in set(verdict.faults))
        for fault, count in found.items():
            self.faults.setdefault(fault, Counter())[count / len(verdicts)] += 1


def _digest(blueprint: Blueprint) -> bytes:
    """Equal for equal blueprints alone; an id says where one came from and not what it became."""
    return blake2b(msgspec.json.encode(blueprint), digest_size=12).digest()
