"""How much of its run a unit knows, and that it waits for it."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.forge.horizon import FIRST_ROUND, Horizon, before_all, before_rounds


@given(st.integers(0, 3_000_000))
def test_a_unit_knows_only_units_before_it_and_later_units_know_no_less(unit: int) -> None:
    assert 0 <= before_rounds(unit) <= unit
    assert before_rounds(unit) <= before_rounds(unit + 1)
    assert before_all(unit) == unit


@given(st.integers(4 * FIRST_ROUND, 3_000_000))
def test_a_later_unit_knows_most_of_what_came_before_its_own_round_and_the_last(unit: int) -> None:
    assert before_rounds(unit) > 0
    assert before_rounds(unit) >= unit / 8


@given(st.permutations(range(12)))
def test_records_become_known_in_unit_order_whatever_order_they_are_made_in(order: list[int]) -> None:
    known: list[str] = []
    horizon: Horizon[str] = Horizon(before_all, known.append)
    for unit in order:
        horizon.enter(unit, f"record {unit}")
    assert known == [f"record {unit}" for unit in range(12)]


@pytest.mark.parametrize("of", [before_all, lambda unit: max(unit - 5, 0)])
async def test_a_unit_waits_until_all_below_its_horizon_are_made(of) -> None:
    known: list[int] = []
    horizon: Horizon[int] = Horizon(of, known.append)
    seen: dict[int, int] = {}

    async def make(unit: int) -> None:
        limit = await horizon.reach(unit)
        seen[unit] = sum(each < limit for each in known)
        await anyio.lowlevel.checkpoint()
        horizon.enter(unit, unit)

    async with anyio.create_task_group() as tasks:
        for unit in range(40):
            tasks.start_soon(make, unit)
    assert seen == {unit: of(unit) for unit in range(40)}
