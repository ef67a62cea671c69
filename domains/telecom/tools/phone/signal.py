"""Signal: what a phone gets from the network, as its switches and its surroundings have it.

Nothing here reads or writes a database. A phone keeps the network it found until it searches again; what
it can do with that network depends on everything else. How fast a network is are figures of ours: the
fastest, received well, is excellent, and each single hindrance keeps it from being that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from interplay.domains.telecom.rows import (
    AppName,
    NetworkMode,
    Performance,
    Phone,
    SignalStrength,
    Surroundings,
    Technology,
)

LADDER: Mapping[NetworkMode, tuple[Technology, ...]] = {
    "4g_5g_preferred": ("5G", "4G", "3G", "2G"),
    "4g_only": ("4G",),
    "3g_only": ("3G",),
    "2g_only": ("2G",),
}
"""Kinds of network that a preference admits, the best first."""

MEGABITS: Mapping[Technology, float] = {"none": 0.0, "2G": 0.4, "3G": 8.0, "4G": 90.0, "5G": 400.0}
"""A second, where the network is received perfectly."""
RECEPTION: Mapping[SignalStrength, float] = {"none": 0.0, "poor": 0.25, "fair": 0.5, "good": 0.8, "excellent": 1.0}
"""The share of it that comes through."""
TUNNEL: Mapping[Performance, float] = {"poor": 0.1, "fair": 0.3, "unknown": 0.3, "good": 0.45, "excellent": 0.75}
"""The share of that which a VPN server passes on."""
SAVING = 0.2
"""The share of that which is left to an app while data is being saved."""

GRADES: tuple[tuple[float, str], ...] = ((200, "Excellent"), (50, "Good"), (10, "Fair"), (1, "Poor"), (0, "Very Poor"))
"""What a speed of at least so much is called, the best first."""

MESSAGING = AppName("messaging")


class Reception(NamedTuple):
    """What a search for a network finds."""

    technology: Technology
    strength: SignalStrength


NOTHING = Reception("none", "none")


def received(phone: Phone, around: Surroundings) -> Reception:
    """The best network that would take the phone in, or nothing.

    Being abroad matters to data alone; an access point that does not exist leaves a phone without service.
    """
    usable = phone.sim_card_status == "active" and not phone.sim_card_missing and not phone.airplane_mode
    if not usable or not around.line_active or phone.active_apn_settings.apn_name == "broken":
        return NOTHING
    for technology in LADDER[phone.network_mode_preference]:
        strength = around.signal_strength.get(technology, "none")
        if strength != "none":
            return Reception(technology, strength)
    return NOTHING


def searched(phone: Phone, around: Surroundings) -> Phone:
    """The phone after it has looked for a network."""
    found = received(phone, around)
    return msgspec.structs.replace(
        phone,
        network_technology_connected=found.technology,
        network_signal_strength=found.strength,
        network_connection_status="no_service" if found == NOTHING else "connected",
    )


def has_signal(phone: Phone) -> bool:
    """Whether the phone holds a network."""
    return phone.network_connection_status == "connected" and phone.network_signal_strength != "none"


def has_mobile_data(phone: Phone, around: Surroundings) -> bool:
    """Whether anything goes through mobile data, however slowly."""
    roams = phone.roaming_enabled and around.roaming_allowed
    return (
        not phone.airplane_mode
        and has_signal(phone)
        and phone.data_enabled
        and (roams or not around.is_abroad)
        and not around.mobile_data_usage_exceeded
    )


def speed(phone: Phone, around: Surroundings) -> float | None:
    """Megabits a second that an app gets through mobile data; None where there is none."""
    if not has_mobile_data(phone, around):
        return None
    found = MEGABITS[phone.network_technology_connected] * RECEPTION[phone.network_signal_strength]
    if phone.vpn_connected:
        found *= TUNNEL[phone.vpn_details.server_performance if phone.vpn_details else "unknown"]
    return round(found * (SAVING if phone.data_saver_mode else 1.0), 2)


def grade(megabits: float) -> str:
    """What a speed is called."""
    return next(word for least, word in GRADES if megabits >= least)


def can_send_mms(phone: Phone, around: Surroundings) -> bool:
    """Whether a picture message leaves the phone.

    It goes through mobile data of more than the slowest kind, to a server that the phone knows, from an app
    that may read pictures and send messages; while calls and messages go over Wi-Fi it does not get there.
    """
    app = phone.app_statuses.get(MESSAGING)
    access = phone.active_apn_settings
    return (
        has_mobile_data(phone, around)
        and phone.network_technology_connected != "2G"
        and not (phone.wifi_calling_enabled and phone.wifi_calling_mms_over_wifi)
        and bool(access.mms_apn and access.mmsc_url)
        and app is not None
        and app.permissions.storage
        and app.permissions.sms
    )
