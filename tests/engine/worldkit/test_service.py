"""The tools of any desk that neither read nor write its data."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.worldkit.lamps import base, get_account

from interplay.engine.errors import Refusal
from interplay.engine.worldkit.arithmetic import MAX_CHARACTERS, evaluate
from interplay.engine.worldkit.service import calculate, think, transfer_to_human_agents

DB = base().fork()


def test_a_thought_leaves_nothing_and_a_hand_over_is_confirmed():
    assert think.run(DB, {"thought": "hm"}) == ""
    assert transfer_to_human_agents.run(DB, {"summary": "wants a shade"}) == "Transfer successful"
    assert transfer_to_human_agents.hands_over
    assert not DB.changes()


def test_a_row_that_is_not_there_is_refused_with_a_hint_and_cut_where_it_is_long():
    with pytest.raises(Refusal) as caught:
        get_account.run(DB, {"account_id": "A" * 100})
    assert caught.value.code == "account_unknown"
    assert caught.value.text == f"There is no account {'A' * 80 + '...'!r}. An account id is 'A' and a digit."


@pytest.mark.parametrize(
    ("expression", "value"),
    [("2 * (19.99 + 5)", "49.98"), ("4**2", "16.0"), (" -7 // 2", "-4.0"), (".1 + 3.", "3.1"), ("+5", "5.0")],
)
def test_calculate_rounds_to_cents(expression, value):
    assert calculate.run(DB, {"expression": expression}) == value


@pytest.mark.parametrize(
    "expression",
    [
        "9**9**9", "9" * 400 + ".", "1" * (MAX_CHARACTERS + 1), "(-8)**0.5", "1/0", "0**-1", "2.**9999", "", "  ", "()",
        "1,000", "1e5", "10%3", "2 + x", "__import__('os')", "08 + 1", "2(3)", "1\n+1", "\uff15+5", "(" * 250,
        "1 .real", "2***2", "[1]", "1 if 2 else 3",
    ],
)  # fmt: skip
def test_calculate_refuses_what_is_no_small_expression(expression):
    with pytest.raises(Refusal) as caught:
        calculate.run(DB, {"expression": expression})
    assert caught.value.code == "bad_expression"


@given(st.text(alphabet="0123456789.+-*/() ", max_size=40))
def test_arithmetic_never_raises_anything_but_a_refusal(expression):
    with suppress(Refusal):
        assert math.isfinite(evaluate(expression))
