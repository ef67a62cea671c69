"""Marks: grades counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from interplay.engine.grading.judging import Grade, Graded, Ungraded


class Agreement(NamedTuple):
    """How often something gave the reward that was recorded."""

    same: int
    of: int


class Marks:
    """Counts over grades.

    Args:
        grades: what was judged, and what was not.
    """

    def __init__(self, grades: Iterable[Grade]) -> None:
        self.grades = tuple(grades)
        self.graded = [each for each in self.grades if isinstance(each, Graded)]
        self.accepted = sum(each.verdict.accepted for each in self.graded)
        self.faults = Counter(each.fault for each in self.graded if each.fault is not None)
        """Conversations that were not accepted, by whose fault."""
        self.wrong = Counter(fault for each in self.graded for fault in each.verdict.faults)
        """Conversations by everything that was wrong in them."""
        self.ungraded = Counter(each.cause for each in self.grades if isinstance(each, Ungraded))
        self.unlike = sum(bool(each.unlike) for each in self.graded)
        """Conversations of which a result is not as recorded."""

    @property
    def verdict_agreement(self) -> Agreement:
        """How often our verdict is the reward that was recorded; where it is not, they judge different things."""
        return self._agreement(lambda each: each.verdict.reward)

    @property
    def rule_agreement(self) -> Agreement:
        """How often the project's own rule gives on our tools what was recorded."""
        return self._agreement(lambda each: each.rule_reward)

    def _agreement(self, reward: Callable[[Graded], float]) -> Agreement:
        rewarded = [each for each in self.graded if each.recorded_reward is not None]
        return Agreement(sum(reward(each) == each.recorded_reward for each in rewarded), len(rewarded))
