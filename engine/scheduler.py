"""Scheduler: thousands of units of work on one event loop.

It admits lazily: a unit is taken from its source only when there is room for it, so a run of a million
units holds as many tasks as are in flight and no more. One unit's failure is its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

import anyio
from anyio.lowlevel import checkpoint

U = TypeVar("U")


async def work_off(
    units: Iterable[U],
    work: Callable[[U], Awaitable[None]],
    *,
    in_flight: int,
    failed: Callable[[U, Exception], None],
) -> None:
    """Do all units, keeping a number of them in flight; returns when all are done.

    Args:
        units: taken one by one, as room is made.
        work: does one unit.
        in_flight: how many at once, at least 1.
        failed: told of a unit whose work raised, and of what; whatever it raises ends everything.
    """
    source = iter(units)
    async with anyio.create_task_group() as tasks:
        for unit in islice(source, in_flight):
            tasks.start_soon(_worker, unit, source, work, failed)


async def _worker(
    first: U,
    source: Iterator[U],
    work: Callable[[U], Awaitable[None]],
    failed: Callable[[U, Exception], None],
) -> None:
    """Do one unit after another until the source is dry."""
    for unit in chain((first,), source):
        try:
            await work(unit)
        except Exception as error:
            failed(unit, error)
        await checkpoint()
