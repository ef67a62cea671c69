"""Patience: how often one request is tried, and how long it is waited between.

Rate limits and failures have budgets of their own: a server that is merely busy is given time, one that fails is
given few chances, and nothing is tried for ever.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from interplay.engine.models.failures import Failure

FIRST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
"""Waited after a failure, doubled for each."""
COST = {"timeout": 2}
"""Failures that a failure counts for: a timeout took long."""


class Allowance(NamedTuple):
    """What each request may use up."""

    failures: int
    """Tries beyond the first that may be lost to anything but rate limits."""
    rate_limits: int
    """Tries that may be lost to rate limits."""
    rate_limit_seconds: float
    """From the first rate limit on; a server that asks for more is not waited for."""


class Patience:
    """What is left of an allowance.

    Args:
        allowance: of each request.
        chance: of the waits, so that those who failed together do not come back together.
    """

    def __init__(self, allowance: Allowance, chance: random.Random) -> None:
        self._allowance = allowance
        self._chance = chance
        self.failures = 0
        self.rate_limits = 0
        self._limited_at: float | None = None

    def bears(self, failure: Failure, now: float) -> bool:
        """Whether to try once more after a failure that may pass; the failure is counted."""
        if failure.kind != "rate":
            self.failures += COST.get(failure.kind, 1)
            return self.failures <= self._allowance.failures
        self.rate_limits += 1
        if self._limited_at is None:
            self._limited_at = now
        left = self._allowance.rate_limit_seconds - (now - self._limited_at)
        return self.rate_limits <= self._allowance.rate_limits and (failure.retry_after or 0.0) <= left

    def delay(self, failure: Failure) -> float:
        """Seconds to wait before the next try; what the gate waits for anyway is left to it."""
        if failure.kind == "rate" or failure.retry_after is not None:
            return 0.0
        seconds = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** (self.failures - 1))
        return seconds * self._chance.uniform(0.5, 1.5)
