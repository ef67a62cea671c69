"""Requirements: rows that a tool needs, or a refusal that says what there is instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from interplay.domains.telecom.rows import (
    Bill,
    BillId,
    Customer,
    CustomerId,
    Line,
    LineId,
    Plan,
    TelecomDatabase,
)
from interplay.engine.database import Table
from interplay.engine.errors import Refusal
from interplay.engine.worldkit.requirements import needed, shown

K = TypeVar("K", bound=str)
R = TypeVar("R", bound=msgspec.Struct)


def customer_of(db: TelecomDatabase, customer_id: CustomerId) -> Customer:
    """The customer of this id, or a refusal."""
    hint = "Find the customer by phone number, or by name and date of birth."
    return needed(db.customers, customer_id, "customer", hint)


def line_of(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId) -> Line:
    """This line of this customer, or a refusal."""
    return _owned(db.lines, line_id, customer_id, customer_of(db, customer_id).line_ids, "line")


def bill_of(db: TelecomDatabase, customer_id: CustomerId, bill_id: BillId) -> Bill:
    """This bill of this customer, or a refusal."""
    return _owned(db.bills, bill_id, customer_id, customer_of(db, customer_id).bill_ids, "bill")


def plan_of(db: TelecomDatabase, line: Line) -> Plan:
    """The plan that a line is on."""
    return db.plans[line.plan_id]


def _owned(table: Table[K, R], key: K, customer_id: CustomerId, owned: Sequence[K], what: str) -> R:
    row = table.get(key)
    if row is None or key not in owned:
        raise Refusal(
            f"Customer {customer_id} has no {what} {shown(key)}; they have {', '.join(owned) or 'none'}.",
            code=f"{what}_unknown",
        )
    return row
