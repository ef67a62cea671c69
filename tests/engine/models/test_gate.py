"""Who may send when, and that no leave to send is ever lost."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.models.gate import Admission, Gate, Limits, Slot
from interplay.engine.models.pace import BURST_SECONDS, Pace, Reckoning
from interplay.engine.models.replica import FIRST_WINDOW, Outcome, Replica


class Time:
    """A clock that goes on only when somebody waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def watch(self, event: anyio.Event, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        if not event.is_set():
            self.now += seconds
            self.waited.append(seconds)


def gate(in_flight: int = 8, replicas: int = 1, time: Time | None = None, **limits: float) -> Gate:
    time = time or Time()
    return Gate(Limits(in_flight, **limits), replicas, random.Random(0), time, time.watch)


def send(admission: Admission, now: float = 0.0, tokens: float = 0.0) -> Slot:
    slot = admission.admit(tokens, now)
    assert isinstance(slot, Slot), slot
    return slot


@given(
    st.floats(1, 1e5),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), min_size=1, max_size=60),
)
def test_pace_never_lets_more_begin_than_its_share_a_burst_and_the_last(
    per_minute: float, steps: list[tuple[float, float]]
):
    pace, now, began = Pace(per_minute), 0.0, []
    for amount, idle in steps:
        now += idle
        now += pace.wait(now)
        assert pace.wait(now) <= 1e-6
        pace.take(amount, now)
        began.append((now, amount))
    for first in range(len(began)):
        for last in range(first, len(began)):
            span = began[last][0] - began[first][0]
            amount = sum(each[1] for each in began[first:last])
            assert amount <= per_minute / 60 * (span + BURST_SECONDS) * (1 + 1e-6) + 1e-6


def test_pace_takes_back_what_was_less_than_thought():
    pace = Pace(60)
    pace.take(30, 0.0)
    assert pace.wait(0.0) == 29
    pace.correct(-20)
    assert pace.wait(0.0) == 9


def test_reckoning_comes_near_what_servers_report():
    reckoning = Reckoning()
    assert reckoning.expected(4000) == 1200
    for _ in range(200):
        reckoning.learn(3000, 1000, 50)
        reckoning.learn(3000, 0, 0)
    assert reckoning.expected(3000) == pytest.approx(1050, rel=0.01)


def test_window_doubles_with_each_round_of_answers_until_it_is_as_wide_as_allowed():
    replica = Replica(2000, random.Random(0))
    widths = [replica.window]
    sent = [replica.send() for _ in range(replica.window)]
    for _ in range(7):
        answered, sent = sent, []
        for number in answered:
            replica.done(number, Outcome.GOOD, 0.0)
            sent += [replica.send() for _ in range(replica.window - replica.in_flight)]
        widths.append(replica.window)
    assert widths == [FIRST_WINDOW * 2**n for n in range(6)] + [2000, 2000]


def test_window_does_not_open_while_it_is_not_full():
    replica = Replica(100, random.Random(0))
    for _ in range(500):
        replica.done(replica.send(), Outcome.GOOD, 0.0)
    assert replica.window == FIRST_WINDOW


def test_one_overload_closes_the_window_once_however_many_requests_met_it():
    replica = Replica(100, random.Random(0))
    numbers = [replica.send() for _ in range(FIRST_WINDOW)]
    for number in numbers:
        replica.done(number, Outcome.OVERLOADED, 0.0)
    assert replica.window == FIRST_WINDOW // 2
    replica.done(replica.send(), Outcome.OVERLOADED, 0.0)
    assert replica.window == 1


def test_after_trouble_a_windowful_of_answers_opens_it_by_one():
    replica = Replica(100, random.Random(0))
    for number in [replica.send() for _ in range(FIRST_WINDOW)]:
        replica.done(number, Outcome.OVERLOADED, 0.0)
    width = replica.window
    numbers = [replica.send() for _ in range(width)]
    for _ in range(width + 1):
        replica.done(numbers.pop(0), Outcome.GOOD, 0.0)
        numbers.append(replica.send())
    assert replica.window == width + 1


def test_trouble_in_a_row_makes_the_pauses_longer_and_an_answer_ends_the_row():
    replica, now, pauses = Replica(100, random.Random(0)), 0.0, []
    for _ in range(12):
        replica.done(replica.send(), Outcome.OVERLOADED, now)
        pauses.append(replica.rests_until - now)
        now = replica.rests_until
    assert pauses[5] > 8 * pauses[0]
    assert max(pauses) <= 45
    replica.done(replica.send(), Outcome.GOOD, now)
    replica.done(replica.send(), Outcome.OVERLOADED, now)
    assert replica.rests_until - now < 1


@given(
    st.integers(1, 40),
    st.integers(1, 3),
    st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.sampled_from(Outcome), st.floats(0, 3)), max_size=200),
)
def test_admission_keeps_count_stays_in_bounds_and_never_shuts_for_good(
    bound: int, replicas: int, steps: list[tuple[bool, int, Outcome, float]]
):
    admission, held, now = Admission(Limits(bound), replicas, random.Random(0)), [], 0.0
    for enters, which, outcome, later in steps:
        now += later
        if enters:
            slot = admission.admit(0.0, now)
            if isinstance(slot, Slot):
                held.append(slot)
            else:
                assert slot > 0
        elif held:
            admission.give_back(held.pop(which % len(held)), outcome, now, later if which == 0 else None)
        assert admission.in_flight == len(held) <= bound
        assert sum(each.in_flight for each in admission.replicas) == len(held)
        assert all(1 <= each.window <= bound for each in admission.replicas)
    for slot in held:
        admission.give_back(slot, Outcome.NEUTRAL, now)
    wait = admission.admit(0.0, now)
    if not isinstance(wait, Slot):
        assert wait < math.inf
        assert isinstance(admission.admit(0.0, now + wait + 1e-6), Slot)


def test_replica_with_least_in_flight_gets_the_next_and_equals_take_turns():
    admission = Admission(Limits(100), 3, random.Random(0))
    slots = [send(admission) for _ in range(6)]
    assert [slot.replica for slot in slots] == [0, 1, 2, 0, 1, 2]
    admission.give_back(slots[1], Outcome.GOOD, 0.0)
    assert send(admission).replica == 1


def test_replica_that_does_not_answer_rests_and_is_tried_with_one_request():
    admission = Admission(Limits(100), 2, random.Random(0))
    first, second = send(admission), send(admission)
    admission.give_back(first, Outcome.UNREACHABLE, 0.0)
    assert admission.reachable
    assert [send(admission).replica for _ in range(3)] == [1, 1, 1]
    later = admission.replicas[0].rests_until
    assert [send(admission, later).replica for _ in range(3)] == [0, 1, 1]
    admission.give_back(second, Outcome.UNREACHABLE, later)
    assert not admission.reachable


def test_replica_that_says_when_to_come_back_is_left_alone_until_then():
    admission = Admission(Limits(100), 1, random.Random(0))
    admission.give_back(send(admission), Outcome.OVERLOADED, 5.0, retry_after=7.0)
    assert admission.admit(0.0, 5.0) == 7.0
    assert isinstance(admission.admit(0.0, 12.0), Slot)


async def test_callers_pass_in_the_order_in_which_they_came_and_those_who_ask_again_first():
    door, passed = gate(in_flight=1), []
    held = await door.enter()

    async def caller(name: int, again: bool = False) -> None:
        slot = await door.enter(again=again)
        passed.append(name)
        door.leave(slot, Outcome.GOOD)

    async with anyio.create_task_group() as group:
        for name in range(5):
            group.start_soon(caller, name)
            await anyio.wait_all_tasks_blocked()
        group.start_soon(caller, 5, True)
        await anyio.wait_all_tasks_blocked()
        door.leave(held, Outcome.GOOD)
    assert passed == [5, 0, 1, 2, 3, 4]


async def test_first_in_line_waits_until_the_server_wants_to_be_asked_again():
    time = Time()
    door = gate(time=time)
    door.leave(await door.enter(), Outcome.OVERLOADED, retry_after=30.0)
    door.leave(await door.enter(), Outcome.GOOD)
    assert time.waited == [30.0]


async def test_requests_a_minute_are_kept_whoever_waits():
    time = Time()
    door, began = gate(time=time, requests_per_minute=60), []

    async def caller() -> None:
        slot = await door.enter()
        began.append(time.now)
        door.leave(slot, Outcome.GOOD)

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(caller)
    assert began == pytest.approx([0, 0, 1, 2, 3, 4, 5, 6, 7, 8])


async def test_tokens_a_minute_are_kept_and_corrected_by_what_was_used():
    time = Time()
    door = gate(time=time, tokens_per_minute=600)
    door.leave(await door.enter(100), Outcome.GOOD, tokens=50)
    door.leave(await door.enter(100), Outcome.GOOD)
    assert time.waited == pytest.approx([4.0])


async def test_second_in_line_takes_over_the_clock_when_the_first_gives_up():
    time = Time()
    door = gate(time=time)
    door.leave(await door.enter(), Outcome.OVERLOADED, retry_after=30.0)
    never = anyio.Event()

    async def watch(event: anyio.Event, seconds: float) -> None:
        if scope.cancel_called:
            await time.watch(event, seconds)
        else:
            await never.wait()

    door._watch = watch
    passed = anyio.Event()

    async def second() -> None:
        door.leave(await door.enter(), Outcome.GOOD)
        passed.set()

    scope = anyio.CancelScope()

    async def first() -> None:
        with scope:
            await door.enter()

    async with anyio.create_task_group() as group:
        group.start_soon(first)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
        await passed.wait()
    assert door.waiting == 0


async def test_slot_that_reaches_a_caller_who_was_just_cancelled_goes_to_the_next():
    door = gate(in_flight=1)
    held = await door.enter()
    scope = anyio.CancelScope()
    passed = anyio.Event()

    async def cancelled() -> None:
        with scope:
            door.leave(await door.enter(), Outcome.GOOD)  # a loop may still deliver what came before the cancellation

    async def next_one() -> None:
        door.leave(await door.enter(), Outcome.GOOD)
        passed.set()

    async with anyio.create_task_group() as group:
        group.start_soon(cancelled)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(next_one)
        await anyio.wait_all_tasks_blocked()
        door.leave(held, Outcome.GOOD)
        scope.cancel()
        await passed.wait()
    assert (door.waiting, door.admission.in_flight) == (0, 0)


def _storm(plan: list[tuple[str, int]], in_flight: int) -> Callable[[], object]:
    async def run() -> None:
        door = gate(in_flight=in_flight, replicas=2)
        scopes: list[anyio.CancelScope] = []

        async def caller(scope: anyio.CancelScope, holds: int) -> None:
            with scope:
                slot = await door.enter(again=holds == 3)
                outcome = Outcome.NEUTRAL
                try:
                    for _ in range(holds):
                        await anyio.lowlevel.checkpoint()
                    outcome = (Outcome.GOOD, Outcome.OVERLOADED, Outcome.UNREACHABLE, Outcome.GOOD)[holds]
                finally:
                    door.leave(slot, outcome)

        async with anyio.create_task_group() as group:
            for what, number in plan:
                if what == "call":
                    scopes.append(anyio.CancelScope())
                    group.start_soon(caller, scopes[-1], number)
                elif what == "cancel" and scopes:
                    scopes[number % len(scopes)].cancel()
                else:
                    await anyio.lowlevel.checkpoint()
        assert (door.waiting, door.admission.in_flight) == (0, 0)
        with anyio.fail_after(10):
            door.leave(await door.enter(), Outcome.GOOD)

    return run


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@given(
    plan=st.lists(st.tuples(st.sampled_from(("call", "cancel", "wait")), st.integers(0, 3)), max_size=40),
    in_flight=st.integers(1, 3),
)
def test_no_slot_is_lost_whoever_is_cancelled_when(backend: str, plan: list[tuple[str, int]], in_flight: int):
    anyio.run(_storm(plan, in_flight), backend=backend)
