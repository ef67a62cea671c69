"""What holds at the company whatever is called, by either side."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domains.telecom.patient import LEFT_TO_THE_AGENT

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.rows import HUMAN_TABLES, MINE, TelecomDatabase
from interplay.domains.telecom.sync import data_used_up, line_of_number
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import Caller, ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.testing import check_domain, domain_machine, policy_property, unenforced_rules
from interplay.engine.testing.call import CallMaker, Dice
from interplay.engine.testing.values import Values
from interplay.engine.tools import Tool

SEED = Seed.root(8)


def held() -> Base[TelecomDatabase]:
    """Data in which the first customer holds the phone."""
    base = DOMAIN.generate(SEED, 4)
    db = base.fork()
    customer = next(iter(db.customers.values()))
    around = msgspec.structs.replace(db.surroundings[MINE], name=customer.full_name, phone_number=customer.phone_number)
    db.surroundings.put(MINE, around)
    assert DOMAIN.sync is not None
    DOMAIN.sync(db)
    return base.begun(db.changes())


BASE = held()
ENFORCED = tuple(rule.id for rule in DOMAIN.policy.rules if not rule.dialogue and rule.id not in LEFT_TO_THE_AGENT)


def every_bill_is_of_one_customer_who_lists_it(db: TelecomDatabase) -> bool:
    listed = [bill_id for customer in db.customers.values() for bill_id in customer.bill_ids]
    return sorted(listed) == sorted(db.bills)


def at_most_one_bill_of_a_customer_awaits_payment(db: TelecomDatabase) -> bool:
    return all(
        sum(db.bills[bill_id].status == "Awaiting Payment" for bill_id in customer.bill_ids) <= 1
        for customer in db.customers.values()
    )


def a_bill_is_the_sum_of_its_charges(db: TelecomDatabase) -> bool:
    return all(
        abs(bill.total_due - sum(item.amount for item in bill.line_items)) < 0.011 + 1e-9 * abs(bill.total_due)
        for bill in db.bills.values()
    )


def what_was_bought_is_charged(db: TelecomDatabase) -> bool:
    """A line with data on top has somebody with a charge for it."""
    bought = any(line.data_refueling_gb > 0 for line in db.lines.values())
    charged = any(item.item_type == "Charge" for bill in db.bills.values() for item in bill.line_items)
    return bought == charged


def a_suspended_line_has_a_first_day_of_it(db: TelecomDatabase) -> bool:
    return all((line.status == "Suspended") == (line.suspension_start_date is not None) for line in db.lines.values())


INVARIANTS = (
    every_bill_is_of_one_customer_who_lists_it,
    at_most_one_bill_of_a_customer_awaits_payment,
    a_bill_is_the_sum_of_its_charges,
    what_was_bought_is_charged,
    a_suspended_line_has_a_first_day_of_it,
)
Company = domain_machine(
    DOMAIN,
    BASE,
    invariants=[(each.__name__.replace("_", " "), each) for each in INVARIANTS],
    properties=[policy_property(DOMAIN, ENFORCED)],
)


class TestCompany(Company.TestCase):  # type: ignore[name-defined,misc]
    """Bills and lines fit together on every walk, and each call that is carried out keeps what tools enforce."""

    settings = settings(
        max_examples=25,
        stateful_step_count=15,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def in_step(db: TelecomDatabase) -> bool:
    """Whether the phone's surroundings are as the company has the line."""
    around = db.surroundings[MINE]
    line_id = line_of_number(db, around.phone_number)
    assert line_id is not None
    line = db.lines[line_id]
    return (around.line_active, around.roaming_allowed, around.mobile_data_usage_exceeded) == (
        line.status == "Active",
        line.roaming_enabled,
        data_used_up(db, line),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32).map(Seed.root), st.integers(0, len(DOMAIN.setups) - 1))
def test_both_sides_keep_to_their_own_and_in_step_whatever_either_does(seed: Seed, setup: int) -> None:
    db = BASE.fork()
    made = DOMAIN.setups[setup]
    if not any(parameter.required for parameter in made.parameters):
        made.run(db, {})
    environment = Environment(DOMAIN.tools, db)
    values, dice = Values(BASE), Dice(seed)
    makers: dict[Caller, CallMaker] = {
        "agent": CallMaker(DOMAIN.tools, values),
        "human": CallMaker(DOMAIN.tools.human, values),
    }
    for number in range(12):
        by: Caller = dice.pick(("agent", "human"))
        tool, arguments = makers[by].call(dice)
        result = environment.apply(ToolCall(call_id=str(number), tool=tool, arguments=arguments, by=by))
        touched = {table for table, _ in environment.effects.get(str(number), {})}
        if result.refusal is not None or not DOMAIN.tools.every[tool].writes:
            assert not touched
        elif by == "human":
            assert touched <= HUMAN_TABLES | ({"bills"} if tool == "make_payment" else set())
        else:
            assert touched <= {"customers", "lines", "bills", "surroundings"}  # never the phone itself
        assert in_step(db)


def test_no_rule_but_those_left_to_the_agent_is_broken_by_calls_that_tools_let_pass() -> None:
    found = {each.rule for each in unenforced_rules(DOMAIN, BASE, SEED, walks=60)}
    assert {"authenticate-first", "one-person"} <= found <= set(LEFT_TO_THE_AGENT)


def test_the_world_keeps_its_contract_with_the_engine() -> None:
    base = DOMAIN.generate(Seed.root(0), 5)
    assert check_domain(DOMAIN, base) == []
    check(base)


@pytest.mark.parametrize("tool", DOMAIN.human_tools, ids=lambda tool: tool.name)
def test_whatever_customers_can_do_they_can_be_asked_for(tool: Tool[..., Any]) -> None:
    assert tool.guidance is not None
    assert tool.guidance.ask[0].isupper()
    assert all(f"{{{parameter.name}}}" in tool.guidance.ask for parameter in tool.parameters)
