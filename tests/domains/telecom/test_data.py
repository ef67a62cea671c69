"""The company's generated data."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.domains.telecom.contracts import may_resume
from interplay.domains.telecom.data import MOST_PERSONS, NOW, generate
from interplay.domains.telecom.data.catalogue import FOR_PHONES, FOR_TABLETS, PLANS
from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.rows import MINE, TODAY, Customer, TelecomDatabase
from interplay.domains.telecom.sync import data_used_up
from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed

seeds = st.integers(0, 2**32).map(Seed.root)
worlds = settings(max_examples=12, deadline=None)
TODAYS = date.fromisoformat(NOW)


@worlds
@given(seeds, st.integers(1, 80))
def test_data_of_any_size_is_sound(seed: Seed, persons: int) -> None:
    base = generate(seed, persons)
    check(base)
    assert len(base.fork().customers) == persons


@pytest.mark.parametrize("persons", [0, -1, MOST_PERSONS + 1])
def test_a_size_that_cannot_be_is_refused(persons: int) -> None:
    with pytest.raises(DomainError, match="phone company"):
        generate(Seed.root(1), persons)


@worlds
@given(seeds, st.integers(1, 60))
def test_everything_belongs_to_exactly_one_customer(seed: Seed, persons: int) -> None:
    db = generate(seed, persons).fork()
    customers = list(db.customers.values())
    assert sorted(line_id for c in customers for line_id in c.line_ids) == sorted(db.lines)
    assert sorted(bill_id for c in customers for bill_id in c.bill_ids) == sorted(db.bills)
    assert sorted(line.device_id or "" for line in db.lines.values()) == sorted(db.devices)
    numbers = [line.phone_number for line in db.lines.values()]
    assert len(set(numbers)) == len(numbers)
    assert len({(c.full_name.lower(), c.date_of_birth) for c in customers}) == persons


@worlds
@given(seeds, st.integers(1, 60))
def test_the_line_that_a_customer_calls_from_is_in_order(seed: Seed, persons: int) -> None:
    db = generate(seed, persons).fork()
    for customer in db.customers.values():
        first = db.lines[customer.line_ids[0]]
        assert (first.status, first.phone_number) == ("Active", customer.phone_number)
        assert not data_used_up(db, first)
        assert first.device_id is not None
        assert db.devices[first.device_id].device_type == "phone"
        assert 1 <= len(customer.line_ids) <= 4
        check_lines(db, customer)
        check_bills(db, customer)


def check_lines(db: TelecomDatabase, customer: Customer) -> None:
    for line in (db.lines[line_id] for line_id in customer.line_ids):
        assert line.device_id is not None
        tablet = db.devices[line.device_id].device_type == "tablet"
        assert db.plans[line.plan_id] in (FOR_TABLETS if tablet else FOR_PHONES)
        suspended = line.status == "Suspended"
        assert suspended == (line.suspension_start_date is not None)
        assert line.contract_end_date is not None
        assert suspended or date.fromisoformat(line.contract_end_date) > TODAYS
        assert not suspended or may_resume(line) == (date.fromisoformat(line.contract_end_date) > TODAYS)
        assert line.data_used_gb == 0 if suspended else line.data_used_gb > 0


def check_bills(db: TelecomDatabase, customer: Customer) -> None:
    """One for each of three months, paid but perhaps for the last, and the draft of the next."""
    *past, present, draft = (db.bills[bill_id] for bill_id in customer.bill_ids)
    price = round(sum(db.plans[db.lines[each].plan_id].price_per_month for each in customer.line_ids), 2)
    assert [bill.status for bill in past] == ["Paid", "Paid"]
    assert present.status in ("Paid", "Issued")
    assert (draft.status, draft.total_due) == ("Draft", 0)
    assert {bill.total_due for bill in (*past, present)} == {price}
    assert present.period_start <= NOW <= present.period_end < draft.period_start
    assert present.status == "Paid" or date.fromisoformat(present.due_date) >= TODAYS


def test_the_phone_is_in_order_and_nobody_holds_it_yet() -> None:
    db = generate(Seed.root(3), 5).fork()
    assert db.clock[TODAY].today == NOW
    assert db.surroundings[MINE].phone_number is None
    assert db.device[MINE].network_connection_status == "connected"
    assert db.device[MINE].app_statuses["messaging"].permissions.sms  # type: ignore[index]


def test_plans_differ_and_more_data_costs_more() -> None:
    assert len({plan.plan_id for plan in PLANS}) == len(PLANS)
    prices = [plan.price_per_month for plan in FOR_PHONES]
    assert prices == sorted(prices)
    assert all(plan.data_refueling_price_per_gb > 0 for plan in PLANS)


def test_a_large_company_has_some_of_everything_that_a_wish_needs() -> None:
    db = generate(Seed.root(4), 200).fork()
    others = [db.lines[each] for c in db.customers.values() for each in c.line_ids[1:]]
    assert sum(line.status == "Suspended" for line in others) > 20
    assert sum(data_used_up(db, line) for line in others) > 10
    assert sum(line.roaming_enabled for line in others) > 50
    assert sum(bill.status == "Issued" for bill in db.bills.values()) > 40
