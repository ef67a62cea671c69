"""Billing: tools that ask for money, or charge it."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from datetime import timedelta

import msgspec

from interplay.domains.telecom.rows import (
    Bill,
    BillId,
    Customer,
    CustomerId,
    LineId,
    LineItem,
    TelecomDatabase,
)
from interplay.domains.telecom.tools.carrier.calendar import month_end, next_month, today
from interplay.domains.telecom.tools.carrier.requirements import bill_of, customer_of, line_of, plan_of
from interplay.engine.errors import Refusal
from interplay.engine.tools import Speech, tool
from interplay.engine.worldkit.rows import Row

DAYS_TO_PAY = 14


class Refuelling(Row, frozen=True):
    """What was bought; numbers as text, as the recordings have them."""

    message: str
    new_data_refueling_gb: str
    charge: str


@tool(
    writes=True,
    speech=Speech(
        propose="send you a payment request for bill {bill_id}",
        done="A payment request for bill {bill_id} has been sent to you.",
        claims=("sent", "requested"),
    ),
)
def send_payment_request(db: TelecomDatabase, customer_id: CustomerId, bill_id: BillId) -> str:
    """Ask the customer to pay a bill; the request shows on their phone, where they pay it.

    Args:
        customer_id: whose bill it is.
        bill_id: such as "B0000"; issued or overdue.

    Returns:
        That it was sent.

    Raises:
        Refusal: customer_unknown, bill_unknown, wrong_status, already_awaiting.

    Source: recorded behaviour.
    """
    bill = bill_of(db, customer_id, bill_id)
    for other in customer_of(db, customer_id).bill_ids:
        if db.bills[other].status == "Awaiting Payment":
            raise Refusal(
                f"Bill {other} awaits payment already; a customer is asked to pay one bill at a time.",
                code="already_awaiting",
            )
    if bill.status not in ("Issued", "Overdue"):
        raise Refusal(
            f"Bill {bill_id} is {bill.status!r}; only a bill that is 'Issued' or 'Overdue' can be asked for.",
            code="wrong_status",
        )
    db.bills.put(bill_id, msgspec.structs.replace(bill, status="Awaiting Payment"))
    return f"Payment request sent to the customer for bill {bill_id}"


@tool(
    writes=True,
    speech=Speech(
        propose="add {gb_amount} GB of data to line {line_id}",
        done="{gb_amount} GB of data have been added to line {line_id}.",
        claims=("added", "refueled", "refuelled"),
    ),
)
def refuel_data(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId, gb_amount: float) -> Refuelling:
    """Add data to a line for this period, at its plan's price; it goes on the customer's next bill.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".
        gb_amount: gigabytes, more than 0.

    Returns:
        What was added, what the line has on top now, and what it costs.

    Raises:
        Refusal: customer_unknown, line_unknown, bad_amount.

    Source: recorded behaviour; a customer without a draft of a bill is given one.
    """
    line = line_of(db, customer_id, line_id)
    if gb_amount <= 0:
        raise Refusal(f"{gb_amount} GB cannot be added; give more than 0.", code="bad_amount")
    price = plan_of(db, line).data_refueling_price_per_gb
    charge = round(gb_amount * price, 2)
    item = LineItem(
        description=f"Data refueling: {gb_amount} GB at ${price}/GB",
        amount=charge,
        date=today(db).isoformat(),
        item_type="Charge",
    )
    _charge(db, customer_id, item)
    bought = line.data_refueling_gb + gb_amount
    db.lines.put(line_id, msgspec.structs.replace(line, data_refueling_gb=bought))
    return Refuelling(
        message=f"Successfully added {gb_amount} GB of data for line {line_id} for ${charge:.2f}",
        new_data_refueling_gb=str(bought),
        charge=str(charge),
    )


def add_bill(db: TelecomDatabase, customer: Customer, bill: Bill) -> None:
    """Put a new bill into a customer's account."""
    db.bills.put(bill.bill_id, bill)
    db.customers.put(
        customer.customer_id, msgspec.structs.replace(customer, bill_ids=(*customer.bill_ids, bill.bill_id))
    )


def _charge(db: TelecomDatabase, customer_id: CustomerId, item: LineItem) -> None:
    """Put a charge on the customer's draft of a bill."""
    customer = customer_of(db, customer_id)
    drafts = [each for each in customer.bill_ids if db.bills[each].status == "Draft"]
    if not drafts:
        add_bill(db, customer, _draft(db, customer_id))
        drafts = [customer_of(db, customer_id).bill_ids[-1]]
    bill = db.bills[drafts[0]]
    total = round(bill.total_due + item.amount, 2)
    after = msgspec.structs.replace(bill, line_items=(*bill.line_items, item), total_due=total)
    db.bills.put(bill.bill_id, after)


def _draft(db: TelecomDatabase, customer_id: CustomerId) -> Bill:
    """An empty bill for next month, with the first id that is free."""
    start = next_month(today(db))
    numbers = (int(each[1:]) for each in db.bills if each[1:].isdecimal())
    return Bill(
        bill_id=BillId(f"B{max(numbers, default=1000) + 1}"),
        customer_id=customer_id,
        period_start=start.isoformat(),
        period_end=month_end(start).isoformat(),
        issue_date=start.isoformat(),
        total_due=0.0,
        due_date=(start + timedelta(days=DAYS_TO_PAY)).isoformat(),
    )
