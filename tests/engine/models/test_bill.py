from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import BudgetError
from interplay.engine.models.bill import Account, Price
from interplay.engine.models.exchange import Usage

SMALL = Price(prompt=1.0, completion=2.0)


def test_a_role_costs_its_tokens_at_the_price_of_its_model() -> None:
    account = Account({"small": SMALL})
    account.called("writer", "small", Usage(prompt=1_000_000, completion=500_000))
    account.called("writer", "small", Usage(prompt=1_000_000, completion=0), again=True)
    (row,) = account.bill().roles
    assert (row.calls, row.again, row.prompt, row.completion, row.cost) == (2, 1, 2_000_000, 500_000, 3.0)


def test_a_model_without_a_price_costs_an_unknown_amount_not_nothing() -> None:
    account = Account({"small": SMALL})
    account.called("writer", "small", Usage(prompt=10, completion=1))
    account.called("judge", "dear", Usage(prompt=10, completion=1))
    bill = account.bill()
    assert {row.model: row.cost for row in bill.models} == {"dear": None, "small": 12e-6}
    assert bill.cost is None


def test_a_server_that_counts_no_tokens_makes_the_cost_unknown_unless_its_model_is_free() -> None:
    account = Account({"small": SMALL, "own": Price(prompt=0, completion=0)})
    account.called("agent", "own", Usage())
    assert account.bill().cost == 0.0
    account.called("agent", "small", Usage())
    assert account.bill().cost is None


def test_cached_and_replayed_replies_are_counted_apart_and_cost_nothing() -> None:
    account = Account({})
    account.cached("judge", "dear")
    account.replayed("judge", "dear")
    account.failed("judge", "dear")
    (row,) = account.bill().roles
    assert (row.calls, row.cached, row.replayed, row.failed, row.cost) == (0, 1, 1, 1, 0.0)


def test_a_call_that_begins_when_the_budget_is_spent_is_refused_and_told_how_to_go_on() -> None:
    account = Account({"small": SMALL}, budget=1.0)
    account.expect_funds()
    account.called("agent", "small", Usage(prompt=1_000_000, completion=0))
    with pytest.raises(BudgetError, match=r"the budget of 1 is spent: 1\.0000 .* resume with a larger budget"):
        account.expect_funds()


def test_a_budget_that_nobody_can_hold_is_said_to_be_so() -> None:
    account = Account({"small": SMALL}, budget=1.0)
    account.called("agent", "small", Usage())
    with pytest.raises(BudgetError, match="does not say how many tokens"):
        account.expect_funds()


@given(st.permutations([("a", 3), ("b", 1), ("a", 7), ("c", 11), ("b", 13)]))
def test_the_bill_does_not_depend_on_the_order_of_the_replies(calls: list[tuple[str, int]]) -> None:
    account = Account({"m": Price(prompt=0.1, completion=0.7)})
    for role, tokens in calls:
        account.called(role, "m", Usage(prompt=tokens, completion=tokens))
    assert [(row.role, row.prompt, row.cost) for row in account.bill().roles] == [
        ("a", 10, 10 * 0.8 / 1e6),
        ("b", 14, pytest.approx(14 * 0.8 / 1e6)),
        ("c", 11, pytest.approx(11 * 0.8 / 1e6)),
    ]
    assert account.bill().total.calls == 5
