"""Data: mobile data, roaming, and what slows an app's data down on purpose."""

from __future__ import annotations

from interplay.domains.telecom.rows import TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import on_off, phone_of, set_phone, with_bar
from interplay.engine.tools import Guidance, tool


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn mobile data on.",
        cues=(("mobile data", "cellular data"), ("turn", "toggle", "switch", "enable", "disable")),
    ),
)
def toggle_data(db: TelecomDatabase) -> str:
    """Turn mobile data on, or off where it is on.

    Returns:
        What it is now, and the status bar.

    Source: recorded behaviour.
    """
    on = not phone_of(db).data_enabled
    return with_bar(set_phone(db, search=True, data_enabled=on), f"Mobile Data is now {on_off(on)}.")


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn data roaming on, on your phone.",
        cues=(("roaming",), ("turn", "toggle", "switch", "enable", "disable")),
    ),
)
def toggle_roaming(db: TelecomDatabase) -> str:
    """Turn data roaming on the phone on, or off where it is on; abroad, the line has to allow it too.

    Returns:
        What it is now, and the status bar.

    Source: recorded behaviour.
    """
    on = not phone_of(db).roaming_enabled
    return with_bar(set_phone(db, search=True, roaming_enabled=on), f"Data Roaming is now {on_off(on)}.")


@tool(
    guidance=Guidance(
        ask="Please check whether data saver or any other limit on data is on.",
        cues=(("data",), ("saver", "restriction", "restricted", "limit"), ("check", "whether", "look")),
    )
)
def check_data_restriction_status(db: TelecomDatabase) -> str:
    """See whether something on the phone limits the data of its apps.

    Returns:
        Whether data saver is on.

    Source: our own.
    """
    on = phone_of(db).data_saver_mode
    return f"Data Saver Mode is {on_off(on)}." + (" Apps get less data." if on else " Nothing limits data.")


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn data saver off.",
        cues=(("data saver", "data-saver", "saver mode"), ("turn", "toggle", "switch", "disable", "enable")),
    ),
)
def toggle_data_saver_mode(db: TelecomDatabase) -> str:
    """Turn data saver on, or off where it is on.

    Returns:
        What it is now, and the status bar.

    Source: recorded behaviour.
    """
    on = not phone_of(db).data_saver_mode
    return with_bar(set_phone(db, data_saver_mode=on), f"Data Saver Mode is now {on_off(on)}.")
