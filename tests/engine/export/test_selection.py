"""What is kept is what was asked for, and what was asked for is checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.export.conftest import BAD, played

from interplay.engine.errors import UsageError
from interplay.engine.export.samples import Made, Sample
from interplay.engine.export.selection import Range, Selection, check_faults, parse_difficulty
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.messages import HumanMessage

EASY = Difficulty(reads=3, writes=1, depth=2, entities=1, rules=0, hidden=0)


def sample(trajectory, difficulty=EASY):
    return Sample(None, Made(0, difficulty=difficulty), trajectory)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 40))
def test_a_range_holds_what_lies_between_its_ends(least, more, number):
    found = parse_difficulty([f"writes={least}-{least + more}"])["writes"]
    assert (number in found) is (least <= number <= least + more)


def test_ranges_may_be_open_or_a_single_number():
    found = parse_difficulty(["reads=3-; depth=-2", "hidden=0"])
    assert found == {"reads": Range(3, None), "depth": Range(0, 2), "hidden": Range(0, 0)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wites=2", "did you mean 'writes'"),
        ("writes", "such as"),
        ("writes=", "such as"),
        ("writes=-", "such as"),
        ("writes=a-b", "such as"),
        ("writes=4-2", "nothing lies from 4 to 2"),
        ("writes=1;writes=2", "asked for twice"),
    ],
)
def test_a_range_that_cannot_be_is_refused_with_the_reason(text, said):
    with pytest.raises(UsageError, match=said):
        parse_difficulty([text])


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), ""),
        (Selection("rejected"), "outcome verified"),
        (Selection(difficulty={"writes": Range(1, 1)}), ""),
        (Selection(difficulty={"reads": Range(4, None)}), "difficulty in reads"),
        (Selection("all", faults=("duty",)), ""),
    ],
)
def test_a_verified_conversation_is_kept_where_outcome_and_difficulty_fit(selection, kept):
    assert selection.reason(sample(played(0))) == kept


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        (Selection(), "outcome rejected"),
        (Selection("rejected"), ""),
        (Selection("all", faults=("duty",)), ""),
        (Selection("all", faults=("duty:end",), whose="agent"), ""),
        (Selection("all", faults=("dut",)), "no fault that is wanted"),
        (Selection("all", without=("duty",)), "a fault that is not wanted"),
        (Selection("all", whose="human"), "the fault of agent"),
    ],
)
def test_a_rejected_conversation_is_chosen_by_its_faults(selection, kept):
    assert selection.reason(sample(played(0, outcome=BAD))) == kept


def test_what_cannot_be_told_or_learned_from_is_left_out():
    assert Selection(difficulty={"reads": Range(0, 9)}).reason(sample(played(0), None)) == "difficulty not known"
    silent = played(0, messages=[HumanMessage(text="Hello?")])
    assert Selection().reason(sample(silent)) == "the agent did nothing"


def test_a_fault_of_no_known_sort_is_refused_with_a_guess():
    with pytest.raises(UsageError, match="did you mean 'state'"):
        check_faults(["stat:missing"])
    assert check_faults(["policy:authenticate", "claim"]) == ("policy:authenticate", "claim")
