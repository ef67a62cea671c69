"""Assertions: questions about how a conversation left the world, answered yes or no."""

# ruff: noqa: D417  (the database is no argument that a blueprint gives)

from __future__ import annotations

from typing import Any

from interplay.domains.telecom.rows import (
    BillId,
    CustomerId,
    Gigabytes,
    LineId,
    ServiceStatus,
    TelecomDatabase,
)
from interplay.domains.telecom.tools.carrier.requirements import line_of
from interplay.domains.telecom.tools.phone.handset import around_of, phone_of
from interplay.domains.telecom.tools.phone.signal import can_send_mms, grade, has_mobile_data, speed
from interplay.engine.tools import Tool, tool


@tool()
def assert_service_status(db: TelecomDatabase, expected_status: ServiceStatus) -> bool:
    """Whether the phone's connection to the network is so.

    Args:
        expected_status: "connected" or "no_service", for instance.
    """
    return phone_of(db).network_connection_status == expected_status


@tool()
def assert_mobile_data_status(db: TelecomDatabase, expected_status: bool) -> bool:
    """Whether mobile data works, however slowly, or does not.

    Args:
        expected_status: true: it works.
    """
    return has_mobile_data(phone_of(db), around_of(db)) == expected_status


@tool()
def assert_internet_speed(db: TelecomDatabase, expected_speed: float, expected_desc: str | None = None) -> bool:
    """Whether mobile data is at least so fast, and called so.

    Args:
        expected_speed: megabits a second.
        expected_desc: the word for it, in any capitals; left out: any.
    """
    found = speed(phone_of(db), around_of(db))
    if found is None or found < expected_speed:
        return False
    return expected_desc is None or grade(found).lower() == expected_desc.lower()


@tool()
def assert_can_send_mms(db: TelecomDatabase, expected_status: bool) -> bool:
    """Whether a picture message leaves the phone, or does not.

    Args:
        expected_status: true: it does.
    """
    return can_send_mms(phone_of(db), around_of(db)) == expected_status


@tool()
def assert_data_refueling_amount(
    db: TelecomDatabase, customer_id: CustomerId, line_id: LineId, expected_amount: Gigabytes
) -> bool:
    """Whether a line has exactly so much data bought on top.

    Args:
        customer_id: whose line it is.
        line_id: the line.
        expected_amount: to a thousandth of a gigabyte.
    """
    return abs(line_of(db, customer_id, line_id).data_refueling_gb - expected_amount) < 1e-3


@tool()
def assert_no_overdue_bill(db: TelecomDatabase, overdue_bill_id: BillId) -> bool:
    """Whether a bill was paid, or never was.

    Args:
        overdue_bill_id: the bill.
    """
    bill = db.bills.get(overdue_bill_id)
    return bill is None or bill.status == "Paid"


ASSERTIONS: tuple[Tool[..., Any], ...] = (
    assert_service_status,
    assert_mobile_data_status,
    assert_internet_speed,
    assert_can_send_mms,
    assert_data_refueling_amount,
    assert_no_overdue_bill,
)
"""All of them."""
