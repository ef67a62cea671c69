"""Access: how the phone reaches the internet and the picture message server, its APN settings."""

# ruff: noqa: D417  (the database is no argument that a caller gives)

from __future__ import annotations

import msgspec

from interplay.domains.telecom.rows import ApnSettings, TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import phone_of, set_phone, with_bar
from interplay.engine.tools import Guidance, tool


@tool(
    guidance=Guidance(
        ask="Please check your APN settings and tell me what they say.",
        cues=(("apn", "access point"), ("check", "look", "tell")),
        report="The APN settings say: {result}",
    )
)
def check_apn_settings(db: TelecomDatabase) -> str:
    """Read the APN settings: the access point, and the server for picture messages.

    Returns:
        One setting a line.

    Source: our own.
    """
    settings = phone_of(db).active_apn_settings
    lines = [
        f"APN Name: {settings.apn_name}",
        f"MMS APN: {settings.mms_apn or 'not set'}",
        f"MMSC URL: {settings.mmsc_url or 'not set'}",
        f"MMS Proxy: {settings.mms_proxy or 'not set'}",
        f"MMS Port: {settings.mms_port or 'not set'}",
    ]
    if settings.reset_at_reboot:
        lines.append("They will be reset at the next restart.")
    return "\n".join(lines)


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please enter these APN settings: {apn_settings}.",
        cues=(("apn", "access point"), ("enter", "set", "change", "type")),
    ),
)
def set_apn_settings(db: TelecomDatabase, apn_settings: ApnSettings) -> str:
    """Type in APN settings; what is left out becomes what the company delivers.

    Args:
        apn_settings: the access point and the server for picture messages.

    Returns:
        That they were set, and the status bar.

    Source: our own.
    """
    phone = set_phone(db, search=True, active_apn_settings=apn_settings)
    return with_bar(phone, f"APN settings set to: {apn_settings.apn_name}")


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please reset your APN settings to the defaults.",
        cues=(("apn", "access point"), ("reset", "default", "restore")),
    ),
)
def reset_apn_settings(db: TelecomDatabase) -> str:
    """Have the APN settings go back to those that the company delivers; it happens when the phone restarts.

    Returns:
        That they will be, and the status bar.

    Source: recorded behaviour.
    """
    settings = msgspec.structs.replace(phone_of(db).active_apn_settings, reset_at_reboot=True)
    return with_bar(set_phone(db, search=True, active_apn_settings=settings), "APN settings will reset at reboot.")
