"""Census: what an export holds, counted while it is written.

Nothing is kept but counts of what is few by nature (lengths, tools, outcomes), so that memory stays the same however
many conversations there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from interplay.engine.export.samples import Sample
from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty
from interplay.engine.statistics.spread import Spread, descending, spread
from interplay.engine.trajectory import Scored


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted; of the conversations that were kept, and of each what its agent saw."""

    conversations: dict[str, dict[str, int]]
    """By split and world."""
    outcomes: dict[str, int]
    """verified, rejected, failed:WHOSE."""
    faults: dict[str, int]
    """By what was wrong; a conversation may have several."""
    turns: Spread
    """Messages of the human."""
    calls: Spread
    """Tool calls of the agent."""
    tools: dict[str, int]
    """The agent's calls by tool."""
    hidden: int
    """Conversations in which the human used tools of their own, which the agent does not see."""
    tokens: Spread | None
    """None where they were not counted."""
    total_tokens: int
    difficulty: dict[str, Spread]
    """By dimension."""


class Census:
    """Counts conversations as they are written."""

    def __init__(self) -> None:
        self._conversations: Counter[tuple[str, str]] = Counter()  # by split and world
        self._outcomes: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._turns: Counter[int] = Counter()
        self._calls: Counter[int] = Counter()
        self._tools: defaultdict[bytes, int] = defaultdict(int)  # by the name as it stands in the log, as a JSON string
        self._tokens: Counter[int] = Counter()
        self._difficulty: Counter[Difficulty] = Counter()
        self._hidden = 0

    def add(self, split: str, sample: Sample, tokens: int | None = None) -> None:
        """Count one conversation that was kept.

        Args:
            split: that it was put into.
            sample: the conversation.
            tokens: how long it is, where that was counted.
        """
        outcome = sample.record.outcome
        self._conversations[split, sample.domain] += 1
        self._outcomes[sample.outcome] += 1
        if isinstance(outcome, Scored) and not outcome.verdict.accepted:
            for fault in set(outcome.verdict.faults):
                self._faults[fault] += 1
        tools, turns, calls, own = self._tools, 0, 0, 0
        for said in sample.record.messages:
            kind = said.type
            if kind == "human":
                turns += 1
            elif kind == "tool_call":
                if said.by == "agent":
                    calls += 1
                    tools[bytes(said.tool)] += 1
                else:
                    own += 1
        self._hidden += own > 0
        self._turns[turns] += 1
        self._calls[calls] += 1
        if tokens is not None:
            self._tokens[tokens] += 1
        if sample.made.difficulty is not None:
            self._difficulty[sample.made.difficulty] += 1

    def figures(self) -> Figures:
        """What was counted so far."""
        return Figures(
            conversations=self._by_split(),
            outcomes=descending(self._outcomes),
            faults=descending(self._faults),
            turns=spread(self._turns),
            calls=spread(self._calls),
            tools=descending(Counter({str(msgspec.json.decode(name)): count for name, count in self._tools.items()})),
            hidden=self._hidden,
            tokens=spread(self._tokens) if self._tokens else None,
            total_tokens=sum(number * count for number, count in self._tokens.items()),
            difficulty={name: spread(self._dimension(name)) for name in DIMENSIONS} if self._difficulty else {},
        )

    def _by_split(self) -> dict[str, dict[str, int]]:
        found: dict[str, Counter[str]] = {}
        for (split, domain), count in sorted(self._conversations.items()):
            found.setdefault(split, Counter())[domain] = count
        return {split: descending(domains) for split, domains in found.items()}

    def _dimension(self, name: str) -> Counter[int]:
        found: Counter[int] = Counter()
        for difficulty, count in self._difficulty.items():
            found[getattr(difficulty, name)] += count
        return found
