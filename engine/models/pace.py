"""Pace: how much may begin per minute, be it requests or tokens.

A pace is one number: the moment at which everything that began would have been due if it had come evenly.
Something may begin as long as that moment is no further ahead than the burst that is allowed, and pushes it on
by its own share of the minute. What is large goes through whole and makes the next wait longer, so a request that
is dearer than a burst is not stuck. Whatever the interval, no more begins in it than its share, one burst and the
last to begin.
"""

from __future__ import annotations

BURST_SECONDS = 1.0
"""What was not used is kept for so long."""
CHARACTERS_A_TOKEN = 4.0
"""Until servers have said otherwise."""
FIRST_COMPLETION = 200.0
"""Tokens that an answer is expected to have, until servers have answered."""
MEMORY = 0.05
"""Weight of the latest answer in the running averages."""


class Pace:
    """So much a minute.

    Args:
        per_minute: above 0.
    """

    def __init__(self, per_minute: float) -> None:
        self._seconds_each = 60.0 / per_minute
        self._due = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until something may begin; 0 if it may now."""
        return max(0.0, self._due - BURST_SECONDS - now)

    def take(self, amount: float, now: float) -> None:
        """Something of this amount begins."""
        self._due = max(self._due, now) + amount * self._seconds_each

    def correct(self, amount: float) -> None:
        """What began was this much more than was thought; less, if negative."""
        self._due += amount * self._seconds_each


class Reckoning:
    """Guesses the tokens of a request before it is sent, from what servers reported of the ones before."""

    def __init__(self) -> None:
        self._per_byte = 1 / CHARACTERS_A_TOKEN
        self._completion = FIRST_COMPLETION

    def expected(self, size: int) -> float:
        """Tokens of the whole exchange.

        Args:
            size: bytes of the request's body.
        """
        return size * self._per_byte + self._completion

    def learn(self, size: int, prompt: int, completion: int) -> None:
        """Take in what a server reported; one that reports nothing changes nothing."""
        if prompt > 0 and size > 0:
            self._per_byte += MEMORY * (prompt / size - self._per_byte)
            self._completion += MEMORY * (completion - self._completion)
