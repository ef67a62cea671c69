"""Setups: what may be done to the world before anybody speaks; most make a fault.

They act on either side, as chance, a third person or the network would. Whatever touches what a phone
searches a network by has it search; `simulate_network_search` first lets it see what the company granted.
"""

# ruff: noqa: D417  (the database is no argument that a blueprint gives)

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import msgspec

from interplay.domains.telecom.rows import (
    MINE,
    AppName,
    Bill,
    BillId,
    CustomerId,
    FullName,
    Gigabytes,
    LineId,
    LineItem,
    PhoneNumber,
    TelecomDatabase,
    VpnDetails,
)
from interplay.domains.telecom.sync import sync
from interplay.domains.telecom.tools.carrier.billing import DAYS_TO_PAY, add_bill
from interplay.domains.telecom.tools.carrier.calendar import last_month, month_end, today
from interplay.domains.telecom.tools.carrier.requirements import customer_of, line_of, plan_of
from interplay.domains.telecom.tools.phone.apps import PERMISSIONS, with_permission
from interplay.domains.telecom.tools.phone.handset import around_of, phone_of, set_phone
from interplay.engine.errors import Refusal
from interplay.engine.tools import Tool, tool

BAD_VPN = VpnDetails(server_address="192.168.1.1", protocol="OpenVPN", server_performance="poor")


@tool(writes=True)
def set_user_info(db: TelecomDatabase, name: FullName, phone_number: PhoneNumber) -> str:
    """Say who holds the phone.

    Args:
        name: their full name.
        phone_number: the number of the line that the phone is on.
    """
    return _set_around(db, name=name, phone_number=phone_number)


@tool(writes=True)
def set_user_location(db: TelecomDatabase, abroad: bool) -> str:
    """Say whether they are abroad.

    Args:
        abroad: outside the company's own network.
    """
    return _set_around(db, is_abroad=abroad)


@tool(writes=True)
def simulate_network_search(db: TelecomDatabase) -> str:
    """Have the phone look for a network, by what the company grants its line now."""
    sync(db)
    return _set(db, search=True)


@tool(writes=True)
def turn_airplane_mode_on(db: TelecomDatabase) -> str:
    """Turn airplane mode on."""
    return _set(db, search=True, airplane_mode=True, wifi_connected=False, wifi_signal_strength="none")


@tool(writes=True)
def turn_data_off(db: TelecomDatabase) -> str:
    """Turn mobile data off."""
    return _set(db, search=True, data_enabled=False)


@tool(writes=True)
def turn_roaming_on(db: TelecomDatabase) -> str:
    """Turn data roaming on, on the phone."""
    return _set(db, search=True, roaming_enabled=True)


@tool(writes=True)
def turn_roaming_off(db: TelecomDatabase) -> str:
    """Turn data roaming off, on the phone."""
    return _set(db, search=True, roaming_enabled=False)


@tool(writes=True)
def turn_data_saver_mode_on(db: TelecomDatabase) -> str:
    """Turn data saver on."""
    return _set(db, data_saver_mode=True)


@tool(writes=True)
def unseat_sim_card(db: TelecomDatabase) -> str:
    """Let the SIM card come loose."""
    return _set(db, search=True, sim_card_missing=True)


@tool(writes=True)
def lock_sim_card(db: TelecomDatabase, mode: Literal["pin", "puk"]) -> str:
    """Lock the SIM card.

    Args:
        mode: what it wants to be unlocked with.
    """
    return _set(db, search=True, sim_card_status=f"locked_{mode}")


@tool(writes=True)
def break_apn_settings(db: TelecomDatabase) -> str:
    """Set an access point that does not exist."""
    settings = msgspec.structs.replace(phone_of(db).active_apn_settings, apn_name="broken")
    return _set(db, search=True, active_apn_settings=settings)


@tool(writes=True)
def break_apn_mms_setting(db: TelecomDatabase) -> str:
    """Lose the address of the picture message server."""
    settings = msgspec.structs.replace(phone_of(db).active_apn_settings, mmsc_url=None)
    return _set(db, active_apn_settings=settings)


@tool(writes=True)
def break_vpn(db: TelecomDatabase) -> str:
    """Connect the phone to a VPN server that does badly."""
    return _set(db, vpn_connected=True, vpn_details=BAD_VPN)


@tool(writes=True)
def set_wifi_calling(db: TelecomDatabase, enabled: bool, mms_over_wifi: bool | None = None) -> str:
    """Set Wi-Fi calling.

    Args:
        enabled: calls go over Wi-Fi.
        mms_over_wifi: picture messages go with them; left out: as it is.
    """
    over = phone_of(db).wifi_calling_mms_over_wifi if mms_over_wifi is None else mms_over_wifi
    return _set(db, wifi_calling_enabled=enabled, wifi_calling_mms_over_wifi=over)


@tool(writes=True)
def remove_app_permission(db: TelecomDatabase, app_name: AppName, permission: str) -> str:
    """Take a permission from an app.

    Args:
        app_name: an app on the phone.
        permission: "sms", "storage", "phone" or "network".

    Raises:
        Refusal: app_unknown, permission_unknown.
    """
    app = phone_of(db).app_statuses.get(app_name)
    if app is None:
        raise Refusal(f"There is no app {app_name!r} on the phone.", code="app_unknown")
    if permission not in PERMISSIONS:
        raise Refusal(f"There is no permission {permission!r}; there are {', '.join(PERMISSIONS)}.")
    return _set(db, app_statuses=with_permission(db, app, permission, granted=False))


@tool(writes=True)
def set_data_usage(db: TelecomDatabase, customer_id: CustomerId, line_id: LineId, data_used_gb: Gigabytes) -> str:
    """Say how much data a line has used.

    Args:
        customer_id: whose line it is.
        line_id: the line.
        data_used_gb: in the present period.

    Raises:
        Refusal: customer_unknown, line_unknown.
    """
    line = line_of(db, customer_id, line_id)
    db.lines.put(line_id, msgspec.structs.replace(line, data_used_gb=data_used_gb))
    return "done"


@tool(writes=True)
def suspend_line_for_overdue_bill(
    db: TelecomDatabase,
    customer_id: CustomerId,
    line_id: LineId,
    new_bill_id: BillId,
    contract_ended: bool,
) -> str:
    """Suspend a line today for a bill of last month, which was not paid.

    Args:
        customer_id: whose line it is.
        line_id: the line; its plan's price is what the bill is over.
        new_bill_id: the bill's id, which must be free.
        contract_ended: the line's contract ended with that month.

    Raises:
        Refusal: customer_unknown, line_unknown, wrong_status, bill_exists.
    """
    customer, line = customer_of(db, customer_id), line_of(db, customer_id, line_id)
    if line.status != "Active":
        raise Refusal(f"Line {line_id} is {line.status!r}; expected 'Active'.", code="wrong_status")
    if new_bill_id in db.bills:
        raise Refusal(f"There is a bill {new_bill_id!r} already.", code="bill_exists")
    day = today(db)
    start = last_month(day)
    price = plan_of(db, line).price_per_month
    charge = LineItem(description=f"Charge for line {line_id}", amount=price, date=day.isoformat(), item_type="Charge")
    bill = Bill(
        bill_id=new_bill_id,
        customer_id=customer_id,
        period_start=start.isoformat(),
        period_end=month_end(start).isoformat(),
        issue_date=start.isoformat(),
        total_due=price,
        due_date=(start + timedelta(days=DAYS_TO_PAY)).isoformat(),
        line_items=(charge,),
        status="Overdue",
    )
    add_bill(db, customer, bill)
    until = bill.period_end if contract_ended else line.contract_end_date
    suspended = msgspec.structs.replace(
        line, status="Suspended", suspension_start_date=day.isoformat(), contract_end_date=until
    )
    db.lines.put(line_id, suspended)
    return "done"


def _set(db: TelecomDatabase, *, search: bool = False, **switches: Any) -> str:
    set_phone(db, search=search, **switches)
    return "done"


def _set_around(db: TelecomDatabase, **fields: Any) -> str:
    db.surroundings.put(MINE, msgspec.structs.replace(around_of(db), **fields))
    return "done"


SETUPS: tuple[Tool[..., Any], ...] = (
    set_user_info,
    set_user_location,
    simulate_network_search,
    turn_airplane_mode_on,
    turn_data_off,
    turn_roaming_on,
    turn_roaming_off,
    turn_data_saver_mode_on,
    unseat_sim_card,
    lock_sim_card,
    break_apn_settings,
    break_apn_mms_setting,
    break_vpn,
    set_wifi_calling,
    remove_app_permission,
    set_data_usage,
    suspend_line_for_overdue_bill,
)
"""All of them."""
