"""Statistics: what a run holds, counted.

Units are added one at a time and forgotten. What is counted is small by nature (tools, codes, traits,
lengths), except the number of distinct things; that is exact up to DISTINCT of them and estimated beyond,
so that memory stays bounded however long the run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from heapq import heappush, heappushpop

import msgspec

from interplay.engine.conversation import Ending, Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.generation import BlueprintRecord
from interplay.engine.messages import HumanMessage, ToolCall, ToolResult
from interplay.engine.trajectory import Scored, Trajectory, kind
from interplay.engine.units import Unit

DISTINCT = 200_000
"""So many distinct things are counted one by one; the standard error beyond is 1/sqrt(DISTINCT), 0.22 %."""
GRAMS = (1, 2, 3)
"""Lengths of the runs of words that are counted."""

_MASK = 2**64 - 1
_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*")


class Spread(msgspec.Struct, frozen=True):
    """How numbers are spread; all of it 0 where there are none."""

    mean: float = 0.0
    median: float = 0.0
    p95: int = 0
    """The smallest number that at least 95 % of them do not exceed."""
    min: int = 0
    max: int = 0


class Grams(msgspec.Struct, frozen=True):
    """Runs of so many words."""

    distinct: int
    all: int
    ratio: float
    """distinct / all, 0.0 to 1.0: "distinct-n". Source: Li et al. 2016, arXiv:1510.03055."""


class Report(msgspec.Struct, frozen=True):
    """What a run holds; counts are in descending order."""

    units: int
    """Units in the run."""
    done: int
    """Units with a trajectory."""
    outcomes: dict[str, int]
    """verified, rejected, failed:ROLE, unresolved."""
    scored: int
    acceptance: float
    """Share of scored conversations that were verified; 0.0 where none was scored."""
    endings: dict[str, int]
    turns: Spread
    """Messages of the human, in conversations that took place."""
    calls: Spread
    """Tool calls, in conversations that took place."""
    tools: dict[str, int]
    """Calls by tool."""
    refusals: dict[str, int]
    """Refused calls by code."""
    faults: dict[str, int]
    """Conversations by what was wrong with them; one may have several."""
    traits: dict[str, int]
    """Blueprints by what makes them hard."""
    goals: dict[str, int]
    """Goals by kind."""
    blueprints: int
    """Units that have a blueprint."""
    first_try: float
    """Share of units whose first candidate passed every check."""
    rejected_candidates: dict[str, int]
    """Candidates by the check that they fell at."""
    tool_sequences: int
    """Distinct sequences of tools called, in conversations that took place."""
    words: int
    """Words that humans said."""
    vocabulary: int
    """Distinct ones, whatever their case."""
    grams: dict[str, Grams]
    """By length."""
    estimated: bool
    """Whether some count of distinct things is an estimate."""


class Distinct:
    """Counts distinct things in bounded memory: it keeps the smallest of their hashes.

    Args:
        limit: how many are kept; while there are no more, the count is exact.

    Source: Bar-Yossef et al. 2002, "Counting distinct elements in a data stream".
    """

    def __init__(self, limit: int = DISTINCT) -> None:
        self._limit = limit
        self._kept: set[int] = set()
        self._largest: list[int] = []  # a heap of the kept, negated

    def add(self, number: int) -> None:
        """See one.

        Args:
            number: its hash, evenly spread over 0 to 2**64 - 1; equal things have equal ones.
        """
        if number in self._kept:
            return
        if len(self._kept) < self._limit:
            self._kept.add(number)
            heappush(self._largest, -number)
        elif number < -self._largest[0]:
            self._kept.add(number)
            self._kept.discard(-heappushpop(self._largest, -number))

    @property
    def exact(self) -> bool:
        """Whether all that were seen are kept."""
        return len(self._kept) < self._limit

    @property
    def count(self) -> int:
        """How many were seen; an estimate where it is not exact."""
        if self.exact:
            return len(self._kept)
        return round((self._limit - 1) * 2.0**64 / -self._largest[0])


class Statistics:
    """Counts units as they come.

    Args:
        units: how many the run has.
        distinct: how many distinct things of each sort are counted exactly.
    """

    def __init__(self, units: int, *, distinct: int = DISTINCT) -> None:
        self._units = units
        self._outcomes: Counter[str] = Counter()
        self._endings: Counter[str] = Counter()
        self._turns: Counter[int] = Counter()
        self._calls: Counter[int] = Counter()
        self._tools: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._traits: Counter[str] = Counter()
        self._goals: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._records = self._blueprints = self._first_try = 0
        self._sequences = Distinct(distinct)
        self._grams = {length: Distinct(distinct) for length in GRAMS}
        self._all_grams: Counter[int] = Counter()

    def add(self, unit: Unit) -> None:
        """Count one unit."""
        if unit.record is not None:
            self._add_record(unit.record)
        if unit.trajectory is not None:
            self._add_trajectory(unit.trajectory)

    def report(self) -> Report:
        """What was counted so far."""
        scored = self._outcomes["verified"] + self._outcomes["rejected"]
        grams = {length: self._counted(length) for length in GRAMS}
        return Report(
            units=self._units,
            done=self._outcomes.total(),
            outcomes=_sorted(self._outcomes),
            scored=scored,
            acceptance=_share(self._outcomes["verified"], scored),
            endings=_sorted(self._endings),
            turns=spread(self._turns),
            calls=spread(self._calls),
            tools=_sorted(self._tools),
            refusals=_sorted(self._refusals),
            faults=_sorted(self._faults),
            traits=_sorted(self._traits),
            goals=_sorted(self._goals),
            blueprints=self._blueprints,
            first_try=_share(self._first_try, self._records),
            rejected_candidates=_sorted(self._rejected),
            tool_sequences=self._sequences.count,
            words=self._all_grams[1],
            vocabulary=grams[1].distinct,
            grams={str(length): counted for length, counted in grams.items()},
            estimated=not all(each.exact for each in (self._sequences, *self._grams.values())),
        )

    def _counted(self, length: int) -> Grams:
        distinct, total = self._grams[length].count, self._all_grams[length]
        return Grams(distinct, total, _share(distinct, total))

    def _add_record(self, record: BlueprintRecord) -> None:
        self._records += 1
        self._rejected.update(record.rejected)
        if record.blueprint is not None:
            self._blueprints += 1
            self._first_try += not record.rejected
            self._traits.update(set(record.blueprint.traits))
            self._goals.update(goal.kind for goal in record.blueprint.goals)

    def _add_trajectory(self, trajectory: Trajectory) -> None:
        self._outcomes[kind(trajectory.outcome)] += 1
        self._endings[ending_name(trajectory.ending)] += 1
        if isinstance(trajectory.outcome, Scored):
            self._faults.update(set(trajectory.outcome.verdict.faults))
        if trajectory.ending is None:
            return
        tools = [message.tool for message in trajectory.messages if isinstance(message, ToolCall)]
        said = [message.text for message in trajectory.messages if isinstance(message, HumanMessage)]
        self._turns[len(said)] += 1
        self._calls[len(tools)] += 1
        self._tools.update(tools)
        self._refusals.update(m.refusal for m in trajectory.messages if isinstance(m, ToolResult) and m.refusal)
        self._sequences.add(hashed("\n".join(tools)))
        for text in said:
            self._add_words(text)

    def _add_words(self, text: str) -> None:
        said = [_word(word) for word in words(text)]
        for length, grams in self._grams.items():
            self._all_grams[length] += max(0, len(said) - length + 1)
            for run in zip(*(said[at:] for at in range(length)), strict=False):
                grams.add(hash(run) & _MASK)  # hashes of tuples of numbers are the same in every process


def ending_name(ending: Ending | None) -> str:
    """A short name for how a conversation ended, for counting and for lists."""
    match ending:
        case None:
            return "not played"
        case Stopped(reason=reason):
            return reason.replace("_", " ")
        case HandedOver():
            return "handed over"
        case LimitReached(limit=limit):
            return f"limit: {limit}"
        case TimedOut(waiting_for=role):
            return f"timeout: {role}"
        case Failed(role=role):
            return f"failed: {role}"


def spread(counts: Counter[int]) -> Spread:
    """How numbers are spread.

    Args:
        counts: how often each occurs.
    """
    total = counts.total()
    if not total:
        return Spread()
    ordered = sorted(counts.items())
    middle = (_ranked(ordered, (total + 1) // 2) + _ranked(ordered, total // 2 + 1)) / 2
    mean = sum(number * count for number, count in ordered) / total
    return Spread(round(mean, 4), middle, _ranked(ordered, -(-total * 95 // 100)), ordered[0][0], ordered[-1][0])


def words(text: str) -> list[str]:
    """A text's words without regard to case; letters, digits and what joins them inside a word."""
    return _WORD.findall(text.casefold())


def hashed(text: str) -> int:
    """A text's hash for `Distinct`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


_word = lru_cache(maxsize=1 << 16)(hashed)


def _ranked(ordered: Iterable[tuple[int, int]], rank: int) -> int:
    """The number at a rank, from 1, among numbers given with their counts."""
    number = 0
    for number, count in ordered:  # noqa: B007  (the last one looked at is the answer)
        rank -= count
        if rank <= 0:
            break
    return number


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
