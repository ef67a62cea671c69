"""Reading on while the pages are shown, and telling those who watch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import anyio
import pytest

from interplay.engine.errors import RunError
from interplay.engine.view.following import SLICE_BYTES, Board, Following, Standing


class Read(NamedTuple):
    done_bytes: int
    total_bytes: int
    conversations: int
    complete: bool


class Growing:
    """An index of a run that grows: each reading takes one step, the last one again and again."""

    def __init__(self, *steps: Callable[[], Read]) -> None:
        self.steps, self.asked, self.told = list(steps), 0, threading.Semaphore(0)

    def update(self, budget_bytes: int | None = None) -> Read:
        assert budget_bytes == SLICE_BYTES
        step = self.steps[min(self.asked, len(self.steps) - 1)]
        self.asked += 1
        self.told.release()
        return step()

    def wait_for(self, readings: int) -> None:
        for _ in range(readings):
            assert self.told.acquire(timeout=10)


def at(conversations: int, total: int = 4) -> Callable[[], Read]:
    return lambda: Read(conversations, total, conversations, conversations == total)


def failing(error: Exception) -> Callable[[], Read]:
    def fail() -> Read:
        raise error

    return fail


def test_all_is_read_slice_by_slice_and_then_looked_at_again():
    index, posted = Growing(at(1), at(3), at(4), at(5, 5)), list[Standing]()
    following = Following(index, posted.append, look_seconds=0.0)
    following.start()
    index.wait_for(5)
    following.stop()
    assert [each.conversations for each in posted[:4]] == [1, 3, 4, 5]
    assert [each.complete for each in posted[:4]] == [False, False, True, True]
    assert posted[1].share == 0.75


def test_it_ends_at_once_where_there_is_nothing_more():
    index = Growing(at(4))
    following = Following(index, lambda _: None, look_seconds=3600.0)
    following.start()
    index.wait_for(1)
    following.stop()
    assert index.asked == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RunError("the disk is full"), "the disk is full"),
        (KeyError("x"), "a defect of the index: KeyError: 'x'"),
    ],
)
def test_what_was_read_is_kept_where_no_more_can_be(error, said):
    ended, posted = threading.Event(), list[Standing]()

    def post(standing: Standing) -> None:
        posted.append(standing)
        if standing.trouble:
            ended.set()

    following = Following(Growing(at(2), failing(error)), post)
    following.start()
    assert ended.wait(timeout=10)
    following.stop()
    assert posted[-1] == Standing(conversations=2, done_bytes=2, total_bytes=4, trouble=said)


def test_what_hinders_it_may_pass():
    index, posted = Growing(at(2), failing(RunError("the run is gone")), at(4)), list[Standing]()
    following = Following(index, posted.append, look_seconds=0.0)
    following.start()
    index.wait_for(4)
    following.stop()
    assert [(each.conversations, each.trouble) for each in posted[:3]] == [(2, ""), (2, "the run is gone"), (4, "")]


def test_a_share_is_never_more_than_all_and_nothing_is_all_of_nothing():
    assert Standing().share == 0.0
    assert Standing(complete=True).share == 1.0
    assert Standing(done_bytes=3, total_bytes=2).share == 1.0


async def test_a_watcher_hears_the_latest_and_each_change_until_the_end():
    board, heard = Board(), list[Standing | None]()
    board.post(Standing(conversations=1))

    async def watch() -> None:
        heard.extend([each async for each in board.watch(patience=60.0)])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        await anyio.wait_all_tasks_blocked()
        board.post(Standing(conversations=1))  # no change
        await anyio.wait_all_tasks_blocked()
        board.post(Standing(conversations=2))
        board.post(Standing(conversations=3))  # told at once with the one before
        await anyio.wait_all_tasks_blocked()
        board.close()
    assert heard == [Standing(conversations=1), Standing(conversations=3)]


async def test_a_watcher_who_hears_nothing_is_told_so():
    board = Board()
    watching = board.watch(patience=0.001)
    assert await anext(watching) == Standing()
    assert await anext(watching) is None
    await watching.aclose()


async def test_a_board_tells_when_the_first_standing_is_up():
    board, told = Board(), anyio.Event()

    async def wait() -> None:
        await board.posted()
        told.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        assert not told.is_set()
        board.post(Standing())
        await told.wait()
