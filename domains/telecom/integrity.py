"""Integrity: what holds between the company's rows, whoever wrote them.

The schema judges a row by itself. A tool follows ids from row to row and takes it for granted that they
lead somewhere, so data of one's own is checked once, as it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from interplay.domains.telecom.rows import (
    MINE,
    TODAY,
    Bill,
    BillId,
    Customer,
    CustomerId,
    Device,
    DeviceId,
    Line,
    LineId,
    Plan,
    PlanId,
    TelecomDatabase,
)
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.worldkit.integrity import inspect


def check(base: Base[TelecomDatabase]) -> None:
    """Refuse rows that do not fit together; one pass over each table.

    Raises:
        DataError: names the first such row, its file, and what was expected.
    """
    db = base.fork()
    inspect("plans", db.plans, _wrong_plan)
    inspect("devices", db.devices, _wrong_device)
    inspect("lines", db.lines, partial(_wrong_line, db))
    inspect("bills", db.bills, partial(_wrong_bill, db))
    inspect("customers", db.customers, partial(_wrong_customer, db))
    for table, key in (("clock", TODAY), ("device", MINE), ("surroundings", MINE)):
        if list(db.table(table)) != [key]:
            raise DataError(f"{table}.json: expected one row, {key!r}; it has {list(db.table(table))[:3]}")
    inspect("clock", db.clock, lambda _, clock: _wrong_day("today", clock.today))
    number = db.surroundings[MINE].phone_number
    if number is not None and not any(line.phone_number == number for line in db.lines.values()):
        raise DataError(f"surroundings.json, row {MINE!r}: phone_number is {number!r}; expected that of a line")


def _wrong_day(field: str, value: str | None) -> Iterator[str]:
    try:
        date.fromisoformat(value or "2025-01-01")
    except ValueError:
        yield f"{field} is {value!r}; expected a day, YYYY-MM-DD"


def _wrong_plan(key: PlanId, plan: Plan) -> Iterator[str]:
    if plan.plan_id != key:
        yield f"plan_id is {plan.plan_id!r}; expected the row's key"


def _wrong_device(key: DeviceId, device: Device) -> Iterator[str]:
    if device.device_id != key:
        yield f"device_id is {device.device_id!r}; expected the row's key"


def _wrong_line(db: TelecomDatabase, key: LineId, line: Line) -> Iterator[str]:
    if line.line_id != key:
        yield f"line_id is {line.line_id!r}; expected the row's key"
    if line.plan_id not in db.plans:
        yield f"plan_id is {line.plan_id!r}; expected a row of plans.json"
    if line.device_id is not None and line.device_id not in db.devices:
        yield f"device_id is {line.device_id!r}; expected a row of devices.json"
    yield from _wrong_day("contract_end_date", line.contract_end_date)
    yield from _wrong_day("suspension_start_date", line.suspension_start_date)


def _wrong_bill(db: TelecomDatabase, key: BillId, bill: Bill) -> Iterator[str]:
    if bill.bill_id != key:
        yield f"bill_id is {bill.bill_id!r}; expected the row's key"
    if bill.customer_id not in db.customers:
        yield f"customer_id is {bill.customer_id!r}; expected a row of customers.json"
    elif bill.bill_id not in db.customers[bill.customer_id].bill_ids:
        yield f"is of customer {bill.customer_id!r}; expected that customer to list it"
    yield from _wrong_day("due_date", bill.due_date)


def _wrong_customer(db: TelecomDatabase, key: CustomerId, customer: Customer) -> Iterator[str]:
    if customer.customer_id != key:
        yield f"customer_id is {customer.customer_id!r}; expected the row's key"
    for line_id in customer.line_ids:
        if line_id not in db.lines:
            yield f"lists line {line_id!r}; expected a row of lines.json"
    for bill_id in customer.bill_ids:
        bill = db.bills.get(bill_id)
        if bill is None:
            yield f"lists bill {bill_id!r}; expected a row of bills.json"
        elif bill.customer_id != key:
            yield f"lists bill {bill_id!r}, which is of {bill.customer_id!r}; expected a bill of this customer"
