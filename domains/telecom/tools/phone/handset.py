"""Handset: the phone and its surroundings, as the tools of the one who holds it find and leave them."""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.telecom.rows import MINE, Phone, SignalStrength, Surroundings, TelecomDatabase
from interplay.domains.telecom.tools.phone.signal import has_signal, searched

BARS: dict[SignalStrength, str] = {"none": "⁰", "poor": "¹", "fair": "²", "good": "³", "excellent": "⁴"}


def phone_of(db: TelecomDatabase) -> Phone:
    """The phone."""
    return db.device[MINE]


def around_of(db: TelecomDatabase) -> Surroundings:
    """What is true around it."""
    return db.surroundings[MINE]


def set_phone(db: TelecomDatabase, *, search: bool = False, **switches: Any) -> Phone:
    """Set switches of the phone.

    Args:
        db: the fork.
        search: the phone looks for a network afterwards.
        switches: fields of the phone, with what they become.

    Returns:
        The phone afterwards.
    """
    phone = msgspec.structs.replace(phone_of(db), **switches)
    return db.device.put(MINE, searched(phone, around_of(db)) if search else phone)


def status_bar(phone: Phone) -> str:
    """What stands at the top of the screen."""
    parts = []
    if phone.airplane_mode:
        parts.append("✈️ Airplane Mode")
    elif has_signal(phone):
        strength = phone.network_signal_strength
        parts += [f"📶{BARS[strength]} {strength.title()}", phone.network_technology_connected]
    else:
        parts.append("📵 No Signal")
    data = phone.data_enabled and has_signal(phone)
    if not phone.airplane_mode:
        parts.append("📱 Data Enabled" if data else "📵 Data Disabled")
    if data and phone.data_saver_mode:
        parts.append("🔽 Data Saver")
    if phone.wifi_connected:
        parts.append("🛜 Wi-Fi Connected")
    if phone.vpn_connected:
        parts.append("🔒 VPN Connected")
    parts.append(f"🔋 {phone.battery_level}%")
    return " | ".join(parts)


def with_bar(phone: Phone, *lines: str) -> str:
    """What a tool answers: what it did, and the status bar afterwards."""
    return "\n".join((*lines, f"Status Bar: {status_bar(phone)}"))


def on_off(value: bool) -> str:
    """A switch in words."""
    return "ON" if value else "OFF"
