"""Units are admitted as there is room for them, and one unit's failure is its own."""

from __future__ import annotations

from collections.abc import Iterator

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.scheduler import work_off


def unexpected(unit: object, error: Exception) -> None:
    """No unit should fail."""
    raise error


class Source:
    """A million units, and how far it was read."""

    def __init__(self, units: int = 1_000_000) -> None:
        self.units, self.read = units, 0

    def __iter__(self) -> Iterator[int]:
        for unit in range(self.units):
            self.read += 1
            yield unit


class Work:
    """Takes as many trips around the event loop as a unit's pause says; counts."""

    def __init__(self, *pauses: int) -> None:
        self.pauses = pauses or (1,)
        self.begun: list[int] = []
        self.done: list[int] = []
        self.most = 0

    async def __call__(self, unit: int) -> None:
        self.begun.append(unit)
        self.most = max(self.most, len(self.begun) - len(self.done))
        for _ in range(self.pauses[unit % len(self.pauses)]):
            await checkpoint()
        self.done.append(unit)


@pytest.mark.parametrize("in_flight", [1, 7, 100])
async def test_a_source_is_read_no_further_than_there_is_room(in_flight: int) -> None:
    source, work = Source(), Work(3, 1, 4, 1, 5)
    ahead: list[int] = []

    async def watched(unit: int) -> None:
        ahead.append(source.read - len(work.done))
        if len(work.done) >= 500:
            tasks.cancel_scope.cancel()
        await work(unit)

    async with anyio.create_task_group() as tasks:
        await work_off(source, watched, in_flight=in_flight, failed=unexpected)
    assert max(ahead) <= in_flight
    assert source.read <= len(work.done) + in_flight
    assert 500 <= len(work.done) < 500 + 2 * in_flight


@given(st.integers(0, 40), st.integers(1, 50), st.lists(st.integers(0, 6), min_size=1, max_size=9))
async def test_every_unit_is_done_once_whatever_its_time_and_never_more_at_once_than_allowed(
    units: int, in_flight: int, pauses: list[int]
) -> None:
    work = Work(*pauses)
    await work_off(range(units), work, in_flight=in_flight, failed=unexpected)
    assert sorted(work.begun) == sorted(work.done) == list(range(units))
    assert work.most <= in_flight


async def test_room_is_used_as_soon_as_it_is_made() -> None:
    holds, third = anyio.Event(), anyio.Event()

    async def work(unit: int) -> None:
        if unit == 0:
            await third.wait()  # it ends only when others were let past it
        elif unit == 3:
            third.set()
        elif unit == 1:
            holds.set()
        else:
            await holds.wait()

    with anyio.fail_after(60):
        await work_off(range(5), work, in_flight=2, failed=unexpected)


@pytest.mark.parametrize("units", [[], [None], [0, None, False, ""]])
async def test_units_of_every_kind_are_done_and_none_is_no_end(units: list[object]) -> None:
    done: list[object] = []

    async def work(unit: object) -> None:
        done.append(unit)

    await work_off(units, work, in_flight=1, failed=unexpected)
    assert done == units


@given(st.sets(st.integers(0, 19)), st.integers(1, 8))
async def test_units_that_fail_are_told_of_and_their_siblings_go_on(bad: set[int], in_flight: int) -> None:
    done: list[int] = []
    failures: dict[int, str] = {}

    async def work(unit: int) -> None:
        for _ in range(unit % 3):
            await checkpoint()
        if unit in bad:
            raise ValueError(unit)
        done.append(unit)

    def failed(unit: int, error: Exception) -> None:
        failures[unit] = repr(error)

    await work_off(range(20), work, in_flight=in_flight, failed=failed)
    assert failures == {unit: f"ValueError({unit})" for unit in bad}
    assert sorted(done) == sorted(set(range(20)) - bad)


async def test_whoever_is_told_of_a_failure_may_end_everything() -> None:
    source, ended = Source(), []

    async def work(unit: int) -> None:
        if unit == 5:
            raise ValueError("enough")
        try:
            await anyio.sleep_forever() if unit > 5 else await checkpoint()
        finally:
            ended.append(unit)

    with pytest.raises(ExceptionGroup) as caught:
        await work_off(source, work, in_flight=8, failed=unexpected)
    assert caught.group_contains(ValueError, match="enough")
    assert source.read <= 5 + 1 + 8
    assert sorted([*ended, 5]) == list(range(len(ended) + 1))


async def test_a_source_that_breaks_ends_everything() -> None:
    def source() -> Iterator[int]:
        yield from range(3)
        raise OSError("no more to read")

    with pytest.raises(ExceptionGroup) as caught:
        await work_off(source(), Work(2), in_flight=2, failed=lambda unit, error: None)
    assert caught.group_contains(OSError, match="no more to read")


@pytest.mark.parametrize("in_flight", [1, 50])
async def test_cancellation_ends_every_unit_and_begins_no_other(in_flight: int) -> None:
    source, ended = Source(), []
    full = anyio.Event()

    async def work(unit: int) -> None:
        try:
            if unit == in_flight - 1:
                full.set()
            await anyio.sleep_forever()
        finally:
            ended.append(unit)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: work_off(source, work, in_flight=in_flight, failed=unexpected))
        await full.wait()
        tasks.cancel_scope.cancel()
    assert source.read == in_flight
    assert sorted(ended) == list(range(in_flight))
