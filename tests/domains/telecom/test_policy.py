"""The company's rules, both ways: what keeps each, and what breaks it and no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import msgspec
import pytest
from tests.domains.telecom.patient import LEFT_TO_THE_AGENT
from tests.domains.telecom.patient import company as generated

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.contracts import may_resume
from interplay.domains.telecom.faults import MOST_GB
from interplay.domains.telecom.rows import Bill, Customer, Line, TelecomDatabase
from interplay.domains.telecom.rules import RULES
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, AnyMessage, Caller, HumanMessage, ToolCall, ToolResult

POLICY = DOMAIN.policy
ADA, BOB = "C1", "C2"
ACTIVE, SPENT, SUSPENDED, ENDED, BOBS = "L1", "L2", "L3", "L4", "L5"
PAID, OPEN, NEXT, OVERDUE, SECOND = "B1", "B2", "B3", "B4", "B5"
Step: TypeAlias = tuple[str, dict[str, Any]] | AnyMessage


@cache
def company(owing: bool = False) -> Base[TelecomDatabase]:
    """Ada with four lines and an open bill, overdue where she owes, and Bob with one of each."""
    db = generated().fork()
    pattern_line = next(line for line in db.lines.values() if line.status == "Active")
    pattern_bill, pattern = next(iter(db.bills.values())), next(iter(db.customers.values()))
    limit = db.plans[pattern_line.plan_id].data_limit_gb

    def line(line_id: str, number: str, **changes: Any) -> Line:
        usual = {"device_id": None, "data_used_gb": 1.0, "contract_end_date": "2032-01-01"}
        return msgspec.structs.replace(pattern_line, line_id=line_id, phone_number=number, **{**usual, **changes})

    lines = (
        line(ACTIVE, "555-100-0001"),
        line(SPENT, "555-100-0002", data_used_gb=limit + 0.2),
        line(SUSPENDED, "555-100-0003", status="Suspended", suspension_start_date="2031-05-31"),
        line(
            ENDED,
            "555-100-0004",
            status="Suspended",
            contract_end_date="2031-05-31",
            suspension_start_date="2031-06-01",
        ),
        line(BOBS, "555-100-0005"),
    )
    statuses = {
        PAID: "Paid",
        OPEN: "Overdue" if owing else "Issued",
        NEXT: "Draft",
        OVERDUE: "Overdue",
        SECOND: "Issued",
    }

    def customer(customer_id: str, name: str, line_ids: tuple[str, ...], bill_ids: tuple[str, ...]) -> Customer:
        number = next(each.phone_number for each in lines if each.line_id == line_ids[0])
        own: Any = {"customer_id": customer_id, "full_name": name, "phone_number": number, "line_ids": line_ids}
        return msgspec.structs.replace(pattern, date_of_birth="1990-01-01", bill_ids=bill_ids, **own)

    customers = (
        customer(ADA, "Ada Byrne", (ACTIVE, SPENT, SUSPENDED, ENDED), (PAID, OPEN, NEXT)),
        customer(BOB, "Bob Lee", (BOBS,), (OVERDUE,)),
    )
    for each in lines:
        db.lines.put(each.line_id, each)
    for person in customers:
        db.customers.put(person.customer_id, person)
        for bill_id in person.bill_ids:
            bill: Bill = msgspec.structs.replace(
                pattern_bill, bill_id=bill_id, customer_id=person.customer_id, status=statuses[bill_id]
            )
            db.bills.put(bill_id, bill)
    around = msgspec.structs.replace(db.surroundings["mine"], phone_number=lines[0].phone_number)
    db.surroundings.put("mine", around)
    return generated().begun(db.changes())


FOUND = ("get_customer_by_phone", {"phone_number": "555-100-0003"})
NAMED = ("get_customer_by_name", {"full_name": "ada byrne", "dob": "1990-01-01"})
NOBODY = ("get_customer_by_name", {"full_name": "ada byrne", "dob": "1990-01-02"})
OTHER = ("get_customer_by_phone", {"phone_number": "555-100-0005"})
BILLS = ("get_bills_for_customer", {"customer_id": ADA})
PAY: Step = ("make_payment", {})
HAND_OVER = ("transfer_to_human_agents", {"summary": "wants a new number"})


def line(tool: str, line_id: str, owner: str = ADA, **more: Any) -> Step:
    return tool, {"customer_id": owner, "line_id": line_id, **more}


def suspend(line_id: str) -> Step:
    return line("suspend_line", line_id, reason="lost")


def resume(line_id: str) -> Step:
    return line("resume_line", line_id)


def refuel(line_id: str, amount: float) -> Step:
    return line("refuel_data", line_id, gb_amount=amount)


def ask(bill_id: str) -> Step:
    return "send_payment_request", {"customer_id": ADA, "bill_id": bill_id}


def details(thing: str) -> Step:
    return "get_details_by_id", {"id": thing}


def _who(tool: str) -> Caller:
    return "agent" if tool in DOMAIN.tools else "human"


def broken(*steps: Step, dialogue: bool = False, owing: bool = False, lax: bool = True) -> set[str]:
    """Ids of the rules that these steps break, at a company where every call is carried out.

    A call that our tools refuse is recorded as if laxer ones had let it pass, changing nothing.
    """
    base = company(owing)
    environment = Environment(DOMAIN.tools, base.fork())
    messages: list[AnyMessage] = []
    for number, step in enumerate(steps):
        if not isinstance(step, tuple):
            messages.append(step)
            continue
        tool, arguments = step
        call = ToolCall(call_id=str(number), tool=tool, arguments=arguments, by=_who(tool))
        result = environment.apply(call)
        assert lax or result.refusal is None, result
        if result.refusal is not None:
            result = ToolResult(call_id=call.call_id, content="", by=call.by)
        messages += [call, result]
    found = POLICY.violations(base, messages, environment.effects, dialogue=dialogue)
    assert all(each.text for each in found)
    return {each.rule for each in found}


def test_agents_see_no_marks_and_a_text_of_readable_length() -> None:
    assert "<!--" not in POLICY.text
    assert 700 <= len(POLICY.text.split()) <= 1100


def test_the_text_states_the_limit_that_the_rule_enforces() -> None:
    assert f"At most {MOST_GB} GB at a time" in " ".join(POLICY.text.split())
    assert MOST_GB in POLICY.figures


RIGHT: list[tuple[Step, ...]] = [
    (FOUND, details(ACTIVE), details("P2001"), BILLS),
    (NAMED, FOUND, ("get_customer_by_id", {"customer_id": ADA}), line("get_data_usage", SPENT)),
    (FOUND, suspend(ACTIVE)),
    (FOUND, resume(SUSPENDED)),
    (FOUND, ask(OPEN), PAY, resume(SUSPENDED)),
    (FOUND, refuel(SPENT, MOST_GB)),
    (FOUND, refuel(SPENT, 0.5)),
    (FOUND, line("enable_roaming", ACTIVE), line("disable_roaming", ACTIVE)),
    (("check_status_bar", {}), ("reboot_device", {}), FOUND, ("run_speed_test", {})),
    (FOUND, BILLS, HAND_OVER),
    (HAND_OVER,),
]


@pytest.mark.parametrize("steps", RIGHT)
def test_what_the_policy_allows_breaks_no_rule(steps: tuple[Step, ...]) -> None:
    assert broken(*steps, lax=False) == set()


WRONG: list[tuple[str, tuple[Step, ...]]] = [
    ("authenticate-first", (details(ACTIVE),)),
    ("authenticate-first", (suspend(ACTIVE), FOUND)),
    ("authenticate-first", (NOBODY, BILLS)),
    ("one-person", (FOUND, OTHER)),
    ("one-person", (FOUND, NOBODY)),
    ("one-person", (FOUND, details(BOBS))),
    ("one-person", (FOUND, details(OVERDUE))),
    ("one-person", (FOUND, ("get_bills_for_customer", {"customer_id": BOB}))),
    ("one-person", (FOUND, line("suspend_line", BOBS, BOB, reason="lost"))),
    ("own-things", (FOUND, suspend(BOBS))),
    ("own-things", (FOUND, ask(SECOND))),
    ("hand-over-last", (FOUND, HAND_OVER, BILLS)),
    ("hand-over-last", (HAND_OVER, HAND_OVER)),
    ("resume-when-paid", (FOUND, ask(OPEN), resume(SUSPENDED))),
    ("resume-in-contract", (FOUND, resume(ENDED))),
    ("suspend-active", (FOUND, suspend(SUSPENDED))),
    ("suspend-active", (FOUND, suspend(ACTIVE), suspend(ACTIVE))),
    ("one-request", (FOUND, ask(PAID))),
    ("one-request", (FOUND, ask(NEXT))),
    ("one-request", (FOUND, ask(OPEN), ask(OPEN))),
    ("one-request", (FOUND, ask(OPEN), PAY, ask(OPEN))),
    ("pay-on-request", (FOUND, PAY)),
    ("refuel-when-spent", (FOUND, refuel(ACTIVE, 1))),
    ("refuel-when-spent", (FOUND, refuel(SPENT, 1), refuel(SPENT, 1))),
    ("refuel-at-most", (FOUND, refuel(SPENT, MOST_GB + 0.1))),
]


@pytest.mark.parametrize(("rule", "steps"), WRONG)
def test_a_violation_breaks_its_rule_and_no_other(rule: str, steps: tuple[Step, ...]) -> None:
    assert broken(*steps) == {rule}


def test_every_rule_is_broken_by_some_example() -> None:
    dialogue = {rule.id for rule in RULES if rule.dialogue}
    assert {rule for rule, _ in WRONG} | dialogue == {rule.id for rule in RULES}
    assert dialogue == {"confirm-before-write", "no-invented-ids", "one-call-at-a-time"}


def carried_out(*steps: Step) -> bool:
    """Whether our tools let all of these pass."""
    environment = Environment(DOMAIN.tools, company().fork())
    calls = (step for step in steps if isinstance(step, tuple))
    return all(
        environment.apply(ToolCall(call_id="", tool=tool, arguments=arguments, by=_who(tool))).refusal is None
        for tool, arguments in calls
    )


def test_the_rules_that_tools_leave_to_the_agent_are_these() -> None:
    passed = {rule for rule, steps in WRONG if carried_out(*steps)}
    assert passed == set(LEFT_TO_THE_AGENT)


def test_a_line_stays_suspended_until_the_overdue_bill_is_paid() -> None:
    assert broken(FOUND, resume(SUSPENDED), owing=True) == {"resume-when-paid"}
    assert broken(FOUND, ask(OPEN), resume(SUSPENDED), owing=True) == {"resume-when-paid"}
    assert broken(FOUND, ask(OPEN), PAY, resume(SUSPENDED), owing=True, lax=False) == set()


def test_a_contract_has_ended_where_it_did_so_before_the_line_was_suspended() -> None:
    line = company().fork().lines[ENDED]  # type: ignore[index]
    for since, resumable in (("2031-05-31", True), ("2031-06-01", False), (None, True)):
        assert may_resume(msgspec.structs.replace(line, suspension_start_date=since)) == resumable
    assert may_resume(msgspec.structs.replace(line, contract_end_date=None))
    assert not may_resume(msgspec.structs.replace(line, contract_end_date=None, status="Active"))


def test_what_customers_do_with_their_phone_needs_no_account() -> None:
    assert broken(("toggle_airplane_mode", {}), ("toggle_airplane_mode", {}), lax=False) == set()


WISH = HumanMessage(text="My number is 555-100-0003. I have a wish.")
YES = HumanMessage(text="Yes, please.")
SEEN: tuple[Step, ...] = (WISH, FOUND)

LISTED: list[tuple[str, Step]] = [
    ("I can suspend line L1. Shall I go ahead?", suspend(ACTIVE)),
    ("Shall I resume your line 555-100-0003?", resume(SUSPENDED)),
    ("Shall I add 1.5 GB of data to the line 555-100-0002?", refuel(SPENT, 1.5)),
    ("I can add 2 GB to your line. Is that right?", refuel(SPENT, 2.0)),
    ("I'd send you a payment request for it. OK?", ask(OPEN)),
    ("Shall I enable roaming for L1?", line("enable_roaming", ACTIVE)),
    ("Shall I turn off roaming for line L1?", line("disable_roaming", ACTIVE)),
]


@pytest.mark.parametrize(("listing", "write"), LISTED)
def test_a_write_that_was_listed_and_agreed_on_breaks_no_rule(listing: str, write: Step) -> None:
    said = AgentMessage(text=listing)
    assert broken(*SEEN, said, YES, write, dialogue=True, lax=False) == set()
    for before in ((), (said, HumanMessage(text="Wait, which line is that?")), (AgentMessage(text="Ready?"), YES)):
        assert broken(*SEEN, *before, write, dialogue=True) == {"confirm-before-write"}


def test_a_yes_to_one_amount_is_none_to_another() -> None:
    said = AgentMessage(text="Shall I add 1 GB to your line?")
    assert broken(*SEEN, said, YES, refuel(SPENT, 2), dialogue=True) == {"confirm-before-write"}


def test_an_id_that_nobody_named_is_invented() -> None:
    assert broken(FOUND, dialogue=True) == {"no-invented-ids"}
    assert broken(WISH, FOUND, details("P2001"), dialogue=True) == {"no-invented-ids"}
    assert broken(WISH, FOUND, details(ACTIVE), dialogue=True) == set()


def test_two_calls_without_a_result_between_are_not_one_at_a_time() -> None:
    for by, tool in (("agent", "transfer_to_human_agents"), ("human", "check_status_bar")):
        arguments: Mapping[str, Any] = {"summary": "a"} if by == "agent" else {}
        calls: list[AnyMessage] = [
            ToolCall(call_id=each, tool=tool, arguments=dict(arguments), by=by)  # type: ignore[arg-type]
            for each in "ab"
        ]
        results = [ToolResult(call_id=each, content="", by=by) for each in "ab"]  # type: ignore[arg-type]
        found = {each.rule for each in POLICY.violations(company(), [*calls, *results], {})}
        assert "one-call-at-a-time" in found


def test_rules_say_nothing_about_rows_that_do_not_exist() -> None:
    for step in (suspend, resume):
        assert broken(FOUND, step("L77")) == {"own-things"}
    assert broken(FOUND, details("L77")) == set()
    assert broken(FOUND, ("get_bills_for_customer", {"customer_id": "C77"})) == {"one-person"}
