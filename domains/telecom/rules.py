"""Rules: the sentences of `policy.md` that can be enforced.

Each judges one call, by the agent or by the customer, on the state before it. What the customer does with their
phone is theirs; the one rule about it judges whether the agent had prepared it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from interplay.domains.telecom.contracts import may_resume
from interplay.domains.telecom.faults import MOST_GB
from interplay.domains.telecom.rows import BillId, Customer, CustomerId, DeviceId, Line, LineId, TelecomDatabase
from interplay.domains.telecom.sync import data_used_up
from interplay.domains.telecom.tools import HUMAN_TOOLS, TOOLS
from interplay.engine.policy import Rule, Situation, rule
from interplay.engine.worldkit.rules import (
    authenticate_first,
    confirm_before_write,
    first_result,
    hand_over_last,
    no_invented_ids,
    one_call_at_a_time,
    one_person,
    values_named,
)

Case: TypeAlias = Situation[TelecomDatabase]

KNOWING = "Knowing who you are talking to"
WORKING = "How you work"
SUSPENDED = "Suspended lines"
BILLS = "Bills"
DATA = "Adding data"

FINDERS = tuple(each for each in TOOLS if each.name in ("get_customer_by_phone", "get_customer_by_name"))
WRITES = tuple(each for each in TOOLS if each.writes)
PERSONAL = tuple(each for each in TOOLS if each not in FINDERS and not each.hands_over)
_FINDER_NAMES = frozenset(each.name for each in FINDERS)
_BY_NAME = {each.name: each for each in (*TOOLS, *HUMAN_TOOLS)}
_IDS = ("customer_id", "line_id", "bill_id", "id")
_WHO = ("phone_number", "full_name", "dob")


def _found(case: Case) -> str | None:
    """Id of the customer whom the first successful search found."""
    result = first_result(case, _FINDER_NAMES)
    document = None if result is None else msgspec.json.decode(result)
    if isinstance(document, list):
        document = document[0] if document else None
    return document["customer_id"] if isinstance(document, dict) else None


def _owner(db: TelecomDatabase, thing: str) -> str | None:
    """Id of the customer who has a thing; None where nobody does: a plan, or nothing at all.

    Only the line or the device of somebody else, which a good agent never looks at, takes a walk over everybody.
    """
    if CustomerId(thing) in db.customers:
        return thing
    bill = db.bills.get(BillId(thing))
    if bill is not None:
        return bill.customer_id
    if LineId(thing) not in db.lines and DeviceId(thing) not in db.devices:
        return None
    for customer in db.customers.values():
        if _lists(db, customer.customer_id, thing):
            return customer.customer_id
    return None


def _concerned(case: Case) -> str | None:
    """Whom a call concerns."""
    given = case.arguments
    if "customer_id" in given:
        return str(given["customer_id"])
    thing = str(given.get("id", ""))
    known = _found(case)
    if known is not None and _lists(case.db, known, thing):  # the usual case, without a walk over everybody
        return known
    return _owner(case.db, thing)


def _lists(db: TelecomDatabase, customer_id: str, thing: str) -> bool:
    customer: Customer | None = db.customers.get(customer_id)  # type: ignore[arg-type]  # a search's result, as text
    if customer is None:
        return False
    lines = [db.lines.get(line_id) for line_id in customer.line_ids]
    return thing in (*customer.line_ids, *customer.bill_ids, *(line.device_id for line in lines if line is not None))


def _describes(case: Case, customer_id: str) -> bool:
    """Whether a search's arguments are those of this customer."""
    customer = case.db.customers.get(customer_id)  # type: ignore[arg-type]  # a search's result, as text
    given = case.arguments
    if customer is None:
        return False
    if "phone_number" in given:
        own = {case.db.lines[line_id].phone_number for line_id in customer.line_ids}
        return given["phone_number"] in {customer.phone_number, *own}
    return (given["full_name"].lower(), given["dob"]) == (customer.full_name.lower(), customer.date_of_birth)


def _line(case: Case) -> Line | None:
    return case.db.lines.get(case.arguments.get("line_id", ""))


def _customer(case: Case) -> Customer | None:
    return case.db.customers.get(case.arguments.get("customer_id", ""))


@rule("own-things", section=KNOWING, on=[each for each in PERSONAL if len(each.parameters) > 1])
def own_things(case: Case) -> str | None:
    """The line or the bill is in the account that is named with it."""
    customer = _customer(case)
    if customer is None:
        return None
    for name, listed in (("line_id", customer.line_ids), ("bill_id", customer.bill_ids)):
        if name in case.arguments and case.arguments[name] not in listed:
            return f"{case.arguments[name]} is not in the account {customer.customer_id}"
    return None


@rule("resume-when-paid", section=SUSPENDED, on=(_BY_NAME["resume_line"],))
def resume_when_paid(case: Case) -> str | None:
    """No bill is overdue, and none awaits payment."""
    customer = _customer(case)
    owed = [each for each in (customer.bill_ids if customer else ()) if _is_owed(case.db, each)]
    return f"bill {owed[0]} is not paid yet" if owed else None


@rule("resume-in-contract", section=SUSPENDED, on=(_BY_NAME["resume_line"],))
def resume_in_contract(case: Case) -> str | None:
    """The line's contract goes on."""
    line = _line(case)
    if line is None or line.status != "Suspended" or may_resume(line):
        return None
    return f"the contract of line {line.line_id} ended on {line.contract_end_date}"


@rule("suspend-active", section=SUSPENDED, on=(_BY_NAME["suspend_line"],))
def suspend_active(case: Case) -> str | None:
    """Only active lines are suspended."""
    line = _line(case)
    return None if line is None or line.status == "Active" else f"line {line.line_id} is {line.status}, not active"


@rule("one-request", section=BILLS, on=(_BY_NAME["send_payment_request"],))
def one_request(case: Case) -> str | None:
    """The bill is to be paid, and no other one is being asked for."""
    customer, bill = _customer(case), case.db.bills.get(case.arguments["bill_id"])
    if customer is None or bill is None:
        return None
    waiting = [each for each in customer.bill_ids if case.db.bills[each].status == "Awaiting Payment"]
    if waiting:
        return f"bill {waiting[0]} awaits payment already"
    return None if bill.status in ("Issued", "Overdue") else f"bill {bill.bill_id} is {bill.status}; nothing is due"


@rule("pay-on-request", section=BILLS, on=(_BY_NAME["make_payment"],))
def pay_on_request(case: Case) -> str | None:
    """The customer pays what the agent has sent them a request for."""
    if any(call.tool == "send_payment_request" and call.by == "agent" for call, _ in case.done_before()):
        return None
    return "the customer paid before the agent had sent them a payment request"


@rule("refuel-when-spent", section=DATA, on=(_BY_NAME["refuel_data"],))
def refuel_when_spent(case: Case) -> str | None:
    """The line's allowance is used up."""
    line = _line(case)
    if line is None or line.plan_id not in case.db.plans or data_used_up(case.db, line):
        return None
    return f"line {line.line_id} has used {line.data_used_gb} GB and has some left"


@rule("refuel-at-most", section=DATA, on=(_BY_NAME["refuel_data"],))
def refuel_at_most(case: Case) -> str | None:
    """No more than may be added at a time."""
    amount = case.arguments["gb_amount"]
    return f"{amount:g} GB are more than the {MOST_GB:g} that may be added at a time" if amount > MOST_GB else None


def _is_owed(db: TelecomDatabase, bill_id: str) -> bool:
    bill = db.bills.get(bill_id)  # type: ignore[arg-type]  # an id of the customer's list
    return bill is not None and bill.status in ("Overdue", "Awaiting Payment")


def _listing(case: Case) -> Iterator[str | tuple[str, ...]]:
    """What a message has to mention to have listed the change."""
    given = case.arguments
    if "bill_id" in given:
        yield (given["bill_id"], "bill", "payment request")
    line = _line(case)
    if line is not None:
        yield (line.line_id, line.phone_number, "your line", "the line", "this line")
    words = {
        "suspend_line": ("suspend", "suspended", "suspending"),
        "resume_line": ("resume", "reactivate", "lift", "restore"),
        "enable_roaming": ("enable", "activate", "turn on", "allow"),
        "disable_roaming": ("disable", "deactivate", "turn off"),
        "refuel_data": ("add", "refuel", "top up"),
        "send_payment_request": ("send", "payment request"),
    }
    yield words[case.call.tool]
    if "gb_amount" in given:
        yield (f"{given['gb_amount']:g}", f"{given['gb_amount']}")


RULES: tuple[Rule, ...] = (
    authenticate_first(
        section=KNOWING, on=PERSONAL, known=_found, how="found by phone number or by name and date of birth"
    ),
    one_person(section=KNOWING, on=PERSONAL, finders=FINDERS, known=_found, concerns=_concerned, describes=_describes),
    own_things,
    confirm_before_write(section=WORKING, on=WRITES, listing=_listing),
    no_invented_ids(
        section=WORKING,
        on=(*FINDERS, *PERSONAL),
        named=lambda case: values_named(case.arguments, _WHO if case.call.tool in _FINDER_NAMES else _IDS),
    ),
    one_call_at_a_time(section=WORKING, on=(*TOOLS, *HUMAN_TOOLS)),
    hand_over_last(section=WORKING, on=TOOLS),
    resume_when_paid,
    resume_in_contract,
    suspend_active,
    one_request,
    pay_on_request,
    refuel_when_spent,
    refuel_at_most,
)
"""All of them, about in the order of the text."""
