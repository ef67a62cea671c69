"""Wi-Fi, and calls that go over it."""

from __future__ import annotations

from typing import Any

from interplay.domains.telecom.rows import TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import around_of, on_off, phone_of, set_phone, with_bar
from interplay.engine.tools import Guidance, tool


def wifi_state(db: TelecomDatabase, *, enabled: bool) -> dict[str, Any]:
    """The phone's Wi-Fi fields once the switch is so: connected where a known network is in reach."""
    strength = "none" if not enabled or phone_of(db).airplane_mode else around_of(db).wifi_in_reach
    return {"wifi_enabled": enabled, "wifi_connected": strength != "none", "wifi_signal_strength": strength}


@tool(
    guidance=Guidance(
        ask="Please check your Wi-Fi status.",
        cues=(("wi-fi", "wifi"), ("check", "status", "look")),
        report="About Wi-Fi it says: {result}",
    )
)
def check_wifi_status(db: TelecomDatabase) -> str:
    """See whether Wi-Fi is on and connected.

    Returns:
        The switch, the connection and its signal.

    Source: our own.
    """
    phone = phone_of(db)
    if not phone.wifi_enabled:
        return "Wi-Fi is OFF."
    if not phone.wifi_connected:
        return "Wi-Fi is ON and not connected to a network."
    return f"Wi-Fi is ON and connected; signal strength: {phone.wifi_signal_strength}."


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn Wi-Fi on.",
        cues=(("wi-fi", "wifi"), ("turn", "toggle", "switch", "disable", "enable")),
    ),
)
def toggle_wifi(db: TelecomDatabase) -> str:
    """Turn Wi-Fi on, or off where it is on; on, it connects where a network that the phone knows is in reach.

    Returns:
        What it is now, and the status bar.

    Source: our own.
    """
    on = not phone_of(db).wifi_enabled
    return with_bar(set_phone(db, **wifi_state(db, enabled=on)), f"Wi-Fi is now {on_off(on)}.")


@tool(
    guidance=Guidance(
        ask="Please check whether Wi-Fi calling is on.",
        cues=(("wi-fi calling", "wifi calling"), ("check", "whether", "status", "look")),
    )
)
def check_wifi_calling_status(db: TelecomDatabase) -> str:
    """See whether calls, and picture messages with them, go over Wi-Fi.

    Returns:
        The two switches.

    Source: our own.
    """
    phone = phone_of(db)
    over = on_off(phone.wifi_calling_enabled and phone.wifi_calling_mms_over_wifi)
    return f"Wi-Fi Calling is {on_off(phone.wifi_calling_enabled)}. MMS over Wi-Fi is {over}."


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn Wi-Fi calling off.",
        cues=(("wi-fi calling", "wifi calling"), ("turn", "toggle", "switch", "disable", "enable")),
    ),
)
def toggle_wifi_calling(db: TelecomDatabase) -> str:
    """Turn Wi-Fi calling on, or off where it is on.

    Returns:
        What it is now, and the status bar.

    Source: recorded behaviour.
    """
    on = not phone_of(db).wifi_calling_enabled
    return with_bar(set_phone(db, wifi_calling_enabled=on), f"Wi-Fi Calling is now {on_off(on)}.")
