"""Replica: one server of an endpoint, how much it bears at once, and whether it is well.

How much it bears is found out by trying, as TCP does. The window opens by one for each answer while it is in fact
full, which doubles it in the time of one answer, until the first trouble; from then on by one for each windowful
of answers. Trouble (429, 503, a timeout) closes it by a share, once for all that was sent before it
was closed: those requests all met the same overload. A server that says when to come back, or that does
not answer at all, rests; after not answering it is tried with a single request first.

The moments are those of whoever calls; nothing here waits.
"""

from __future__ import annotations

import random
from enum import Enum

FIRST_WINDOW = 32
AFTER_FIRST_TROUBLE, AFTER_TROUBLE = 0.5, 0.7
"""What is left of the window: doubling has overshot by up to two, single steps by little."""
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
"""After trouble without a Retry-After, doubled for each that follows without a good answer in between."""


class Outcome(Enum):
    """What an exchange says about the server."""

    GOOD = "answered well"
    OVERLOADED = "too much at once"
    UNREACHABLE = "no connection"
    ANSWERED = "answered, but not well"
    NEUTRAL = "nothing: it was called off, or the connection broke"


_ANSWERS = (Outcome.GOOD, Outcome.ANSWERED)


class Replica:
    """One server.

    Args:
        bound: the window never opens further.
        chance: of pauses, so that several clients do not come back at once.
    """

    def __init__(self, bound: int, chance: random.Random) -> None:
        self.in_flight = 0
        self.sent = 0
        self.reachable = True
        self.rests_until = float("-inf")
        self._bound = bound
        self._chance = chance
        self._window = float(min(bound, FIRST_WINDOW))
        self._troubled = False
        self._in_a_row = 0
        self._closed_at = 0

    @property
    def window(self) -> int:
        """How many it may have at once, resting apart: 1 while it is not known to be back."""
        return int(self._window) if self.reachable else 1

    def has_room(self, now: float) -> bool:
        """Whether a request may be sent."""
        return self.in_flight < self.window and now >= self.rests_until

    def send(self) -> int:
        """A request is sent.

        Returns:
            Its number, for `done`.
        """
        self.in_flight += 1
        self.sent += 1
        return self.sent

    def done(self, number: int, outcome: Outcome, now: float, retry_after: float | None = None) -> None:
        """A request has ended.

        Args:
            number: what `send` returned.
            outcome: how.
            now: the moment.
            retry_after: seconds that the server asked to be left alone for; None if it did not.
        """
        full = self.in_flight >= self.window
        self.in_flight -= 1
        if outcome in _ANSWERS:
            self.reachable = True
        if outcome is Outcome.GOOD:
            self._in_a_row = 0
            if full:
                self._open()
        elif outcome is Outcome.OVERLOADED:
            self._close(number, now, retry_after)
        elif outcome is Outcome.UNREACHABLE:
            self._lose(number, now)
        if retry_after is not None:
            self.rests_until = max(self.rests_until, now + retry_after)

    def _open(self) -> None:
        step = 1.0 / self._window if self._troubled else 1.0
        self._window = min(float(self._bound), self._window + step)

    def _close(self, number: int, now: float, retry_after: float | None) -> None:
        if number <= self._closed_at:
            return
        share = AFTER_TROUBLE if self._troubled else AFTER_FIRST_TROUBLE
        self._window = max(1.0, min(self._window, self.in_flight + 1.0) * share)
        self._troubled = True
        self._closed_at = self.sent
        if retry_after is None:
            self._pause(now)

    def _lose(self, number: int, now: float) -> None:
        if number <= self._closed_at:
            return
        self.reachable = False
        self._closed_at = self.sent
        self._pause(now)

    def _pause(self, now: float) -> None:
        seconds = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2.0 ** min(self._in_a_row, 16))
        self._in_a_row += 1
        self.rests_until = max(self.rests_until, now + seconds * self._chance.uniform(0.5, 1.5))
