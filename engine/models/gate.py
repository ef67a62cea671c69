"""Gate: who may send to an endpoint now, and to which of its replicas.

It stands before the HTTP client, whose pool slows with what queues in it; behind the gate nothing queues. Callers
pass in the order in which they came, except that one who has to ask again goes before those who have not asked.
Each waits for an event of its own and costs the same however many wait; the first in line alone also watches the
clock, when there is a moment to wait for (a pace, a Retry-After), so the gate needs no task.

`Admission` is the rule and never waits; `Gate` is the waiting.
"""

from __future__ import annotations

import math
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import anyio

from interplay.engine.models.pace import Pace
from interplay.engine.models.replica import Outcome, Replica


class Limits(NamedTuple):
    """What an endpoint bears at most."""

    in_flight: int
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


class Slot(NamedTuple):
    """Leave to send one request; it has to be given back."""

    replica: int
    number: int
    """Of the replica's requests."""
    tokens: float
    """What the request was thought to cost."""


class Admission:
    """Decides who may send; the moments are passed in.

    Args:
        limits: of the whole endpoint.
        replicas: how many there are, at least 1.
        chance: of the replicas' pauses.
    """

    def __init__(self, limits: Limits, replicas: int, chance: random.Random) -> None:
        self.replicas: Sequence[Replica] = [Replica(limits.in_flight, chance) for _ in range(replicas)]
        self.in_flight = 0
        self._bound = limits.in_flight
        self._requests = Pace(limits.requests_per_minute) if limits.requests_per_minute else None
        self._tokens = Pace(limits.tokens_per_minute) if limits.tokens_per_minute else None

    def admit(self, tokens: float, now: float) -> Slot | float:
        """Leave to send, or the seconds after which to ask again if no slot is given back before.

        Returns:
            A slot; or seconds, infinite if only a slot that is given back can help.
        """
        if self.in_flight >= self._bound:
            return math.inf
        wait = max((pace.wait(now) for pace in (self._requests, self._tokens) if pace is not None), default=0.0)
        if wait > 0:
            return wait
        best = self._least_loaded(now)
        if best is None:
            rests = (each.rests_until - now for each in self.replicas if each.in_flight < each.window)
            return min((rest for rest in rests if rest > 0), default=math.inf)
        if self._requests is not None:
            self._requests.take(1, now)
        if self._tokens is not None:
            self._tokens.take(tokens, now)
        self.in_flight += 1
        return Slot(best, self.replicas[best].send(), tokens)

    def give_back(
        self, slot: Slot, outcome: Outcome, now: float, retry_after: float | None = None, tokens: float | None = None
    ) -> None:
        """The request of a slot has ended.

        Args:
            slot: which.
            outcome: what its end says about the replica.
            now: the moment.
            retry_after: seconds that the server asked for.
            tokens: what it really cost, if known.
        """
        self.in_flight -= 1
        self.replicas[slot.replica].done(slot.number, outcome, now, retry_after)
        if self._tokens is not None and tokens is not None:
            self._tokens.correct(tokens - slot.tokens)

    @property
    def reachable(self) -> bool:
        """Whether any replica answered when it was last asked."""
        return any(each.reachable for each in self.replicas)

    def _least_loaded(self, now: float) -> int | None:
        best, least = None, (0, 0)
        for index, replica in enumerate(self.replicas):
            if replica.has_room(now) and (best is None or (replica.in_flight, replica.sent) < least):
                best, least = index, (replica.in_flight, replica.sent)
        return best


class _Waiter:
    """Someone in line."""

    __slots__ = ("event", "slot", "tokens", "watching")

    def __init__(self, tokens: float) -> None:
        self.tokens = tokens
        self.event = anyio.Event()
        self.slot: Slot | None = None
        self.watching = False


async def wait_for(event: anyio.Event, seconds: float) -> None:
    """Wait until something happened or so many seconds went by."""
    with anyio.move_on_after(seconds):
        await event.wait()


class Gate:
    """Lets callers through as fast as an endpoint bears.

    Args:
        limits: of the whole endpoint.
        replicas: how many there are, at least 1.
        chance: of the replicas' pauses.
        clock: seconds since any moment.
        watch: waits for an event or for seconds; a test's takes no time.
    """

    def __init__(
        self,
        limits: Limits,
        replicas: int,
        chance: random.Random,
        clock: Callable[[], float],
        watch: Callable[[anyio.Event, float], Awaitable[None]] = wait_for,
    ) -> None:
        self.admission = Admission(limits, replicas, chance)
        self._clock = clock
        self._watch = watch
        self._line: OrderedDict[_Waiter, None] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._line)

    async def enter(self, tokens: float = 0.0, *, again: bool = False) -> Slot:
        """Wait for leave to send; who gets it has to `leave`.

        Args:
            tokens: what the request will cost.
            again: whether the caller was let through before, and goes to the head of the line.
        """
        if not self._line:
            slot = self.admission.admit(tokens, self._clock())
            if isinstance(slot, Slot):
                return slot
        waiter = _Waiter(tokens)
        self._line[waiter] = None
        if again:
            self._line.move_to_end(waiter, last=False)
        try:
            return await self._wait(waiter)
        except BaseException:
            if waiter.slot is not None:
                self.leave(waiter.slot, Outcome.NEUTRAL)
            else:
                del self._line[waiter]
                self._call_in()
            raise

    def leave(
        self, slot: Slot, outcome: Outcome, retry_after: float | None = None, tokens: float | None = None
    ) -> None:
        """Give a slot back; arguments as of `Admission.give_back`."""
        self.admission.give_back(slot, outcome, self._clock(), retry_after, tokens)
        if self._line:
            self._call_in()

    async def _wait(self, waiter: _Waiter) -> Slot:
        delay = self._call_in(waiter)
        while waiter.slot is None:
            if delay < math.inf and next(iter(self._line)) is waiter:
                waiter.watching = True
                await self._watch(waiter.event, delay)
                waiter.watching = False
            else:
                await waiter.event.wait()
            if waiter.slot is None:
                waiter.event = anyio.Event()
                delay = self._call_in(waiter)
        return waiter.slot

    def _call_in(self, caller: _Waiter | None = None) -> float:
        """Let in from the head of the line whoever may send.

        Args:
            caller: who calls, if it is someone in line.
        Returns:
            Seconds until the head may, which it watches itself; infinite if no moment is known, or no one waits.
        """
        now = self._clock()
        while self._line:
            head = next(iter(self._line))
            answer = self.admission.admit(head.tokens, now)
            if not isinstance(answer, Slot):
                if answer < math.inf and head is not caller and not head.watching:
                    head.event.set()  # it becomes the one who watches the clock
                return answer
            del self._line[head]
            head.slot = answer
            head.event.set()
        return math.inf
