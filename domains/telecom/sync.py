"""Sync: what one side does shows on the other.

The company knows the customer's phone by its number. What the company grants that line is what the network
around the phone grants; a bill that waits for payment is a request on the phone; what the customer paid is
paid at the company.
"""

from __future__ import annotations

import msgspec

from interplay.domains.telecom.rows import (
    MINE,
    Bill,
    BillId,
    Line,
    LineId,
    PaymentRequest,
    PhoneNumber,
    TelecomDatabase,
)
from interplay.engine.database import Index

BY_NUMBER: Index[Line] = Index(lambda line: line.phone_number)
AWAITED: Index[Bill] = Index(lambda bill: bill.status == "Awaiting Payment" or None)


def sync(db: TelecomDatabase) -> None:
    """Bring the two sides in step; where nobody holds the phone, or their number is no line, nothing is done."""
    around = db.surroundings.get(MINE)
    line_id = None if around is None else line_of_number(db, around.phone_number)
    if around is None or line_id is None:
        return
    request = around.payment_request
    if request is not None and request.paid:
        _settle(db, request.bill_id)
    line = db.lines[line_id]
    found = msgspec.structs.replace(
        around,
        line_active=line.status == "Active",
        roaming_allowed=line.roaming_enabled,
        mobile_data_usage_exceeded=data_used_up(db, line),
        payment_request=_requested(db, line_id),
    )
    if found != around:
        db.surroundings.put(MINE, found)


def line_of_number(db: TelecomDatabase, number: PhoneNumber | None) -> LineId | None:
    """The line with this phone number, or None."""
    return next(iter(db.lines.find(BY_NUMBER, number)), None)


def data_used_up(db: TelecomDatabase, line: Line) -> bool:
    """Whether nothing is left of the line's allowance and of what was bought on top."""
    plan = db.plans.get(line.plan_id)
    return plan is not None and line.data_used_gb >= plan.data_limit_gb + line.data_refueling_gb


def _settle(db: TelecomDatabase, bill_id: BillId) -> None:
    bill = db.bills.get(bill_id)
    if bill is not None:
        db.bills.put(bill_id, msgspec.structs.replace(bill, status="Paid"))


def _requested(db: TelecomDatabase, line_id: LineId) -> PaymentRequest | None:
    """The bill that the line's customer is asked to pay, if any."""
    for bill_id in db.bills.find(AWAITED, value=True):
        bill = db.bills[bill_id]
        customer = db.customers.get(bill.customer_id)
        if customer is not None and line_id in customer.line_ids:
            return PaymentRequest(bill_id=bill_id, amount_due=bill.total_due)
    return None
