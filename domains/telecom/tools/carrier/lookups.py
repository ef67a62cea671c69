"""Lookups: tools that find and read what the company knows."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.telecom.rows import (
    Bill,
    BirthDate,
    Customer,
    CustomerId,
    FullName,
    Gigabytes,
    LineId,
    PhoneNumber,
    TelecomDatabase,
)
from interplay.domains.telecom.sync import line_of_number
from interplay.domains.telecom.tools.carrier.calendar import month_end, today
from interplay.domains.telecom.tools.carrier.requirements import customer_of, line_of, plan_of
from interplay.engine.database import Index
from interplay.engine.errors import Refusal
from interplay.engine.tools import tool
from interplay.engine.worldkit.requirements import shown
from interplay.engine.worldkit.rows import Row

BY_PHONE: Index[Customer] = Index(lambda customer: customer.phone_number)
BY_NAME_AND_BIRTH: Index[Customer] = Index(
    lambda customer: (customer.full_name.lower(), customer.date_of_birth),
)


class DataUsage(Row, frozen=True):
    """What a line has used of its data in the present period."""

    line_id: LineId
    data_used_gb: Gigabytes
    data_limit_gb: Gigabytes
    data_refueling_gb: Gigabytes
    cycle_end_date: str
    """The last day of the period."""


@tool()
def get_customer_by_phone(db: TelecomDatabase, phone_number: PhoneNumber) -> Customer:
    """Find a customer by a phone number: the one to reach them under, or that of one of their lines.

    Args:
        phone_number: with its hyphens, such as "555-000-0000".

    Returns:
        The customer.

    Raises:
        Refusal: customer_unknown.

    Source: recorded names and parameters; the rest is ours.
    """
    for customer_id in db.customers.find(BY_PHONE, phone_number):
        return db.customers[customer_id]
    line_id = line_of_number(db, phone_number)
    for customer in db.customers.values() if line_id is not None else ():
        if line_id in customer.line_ids:
            return customer
    raise Refusal(f"No customer has the phone number {shown(phone_number)}.", code="customer_unknown")


@tool()
def get_customer_by_id(db: TelecomDatabase, customer_id: CustomerId) -> Customer:
    """Look up a customer by their id.

    Args:
        customer_id: such as "C0000".

    Returns:
        The customer: how to reach them, ways to pay, ids of their lines and bills.

    Raises:
        Refusal: customer_unknown.

    Source: recorded names and parameters; the rest is ours.
    """
    return customer_of(db, customer_id)


@tool()
def get_customer_by_name(db: TelecomDatabase, full_name: FullName, dob: BirthDate) -> list[Customer]:
    """Find customers by their name and date of birth, for those who cannot give a phone number.

    Args:
        full_name: first and last name; capitals do not matter.
        dob: the date of birth, YYYY-MM-DD.

    Returns:
        All customers of that name born on that day; an empty list where there is none.

    Source: recorded names and parameters; the rest is ours.
    """
    return [db.customers[key] for key in db.customers.find(BY_NAME_AND_BIRTH, (full_name.lower(), dob))]


@tool()
def get_details_by_id(db: TelecomDatabase, id: LineId) -> dict[str, Any]:  # noqa: A002
    """Look up anything that has an id: most often a line, and as well a plan, a device, a bill or a customer.

    Args:
        id: a letter and digits: L a line, P a plan, D a device, B a bill, C a customer.

    Returns:
        What has that id.

    Raises:
        Refusal: id_unknown.

    Source: recorded names and parameters; the rest is ours.
    """
    for table in ("lines", "plans", "devices", "bills", "customers"):
        row = db.table(table).get(id)
        if row is not None:
            found: dict[str, Any] = msgspec.to_builtins(row)
            return found
    raise Refusal(
        f"Nothing has the id {shown(id)}. An id is a letter and digits: L a line, P a plan, D a device, B a bill, "
        "C a customer.",
        code="id_unknown",
    )


@tool()
def get_bills_for_customer(db: TelecomDatabase, customer_id: CustomerId, limit: int = 12) -> list[Bill]:
    """List a customer's bills, the latest first.

    Args:
        customer_id: such as "C0000".
        limit: how many at most.

    Returns:
        The bills, amounts in dollars.

    Raises:
        Refusal: customer_unknown, bad_limit.

    Source: recorded names and parameters; the rest is ours.
    """
    if limit < 1:
        raise Refusal(f"limit is {limit}; give a number of bills from 1.", code="bad_limit")
    bills = [db.bills[bill_id] for bill_id in customer_of(db, customer_id).bill_ids]
    return sorted(bills, key=lambda bill: bill.issue_date, reverse=True)[:limit]


@tool()
def get_data_usage(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId) -> DataUsage:
    """See how much data a line has used in the present period, of how much.

    Args:
        customer_id: whose line it is.
        line_id: such as "L0000".

    Returns:
        Gigabytes used, of the plan's allowance, and bought on top; and the day on which the period ends.

    Raises:
        Refusal: customer_unknown, line_unknown.

    Source: recorded names and parameters; the rest is ours.
    """
    line = line_of(db, customer_id, line_id)
    return DataUsage(
        line_id=line_id,
        data_used_gb=line.data_used_gb,
        data_limit_gb=plan_of(db, line).data_limit_gb,
        data_refueling_gb=line.data_refueling_gb,
        cycle_end_date=month_end(today(db)).isoformat(),
    )
