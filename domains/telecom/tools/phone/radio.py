"""Radio: airplane mode, the SIM card, and switching the phone off and on again."""

from __future__ import annotations

from interplay.domains.telecom.rows import ApnSettings, SimStatus, TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import on_off, phone_of, set_phone, with_bar
from interplay.domains.telecom.tools.phone.wifi import wifi_state
from interplay.engine.tools import Guidance, tool

SIM: dict[SimStatus, str] = {
    "active": "the SIM card is active and working.",
    "missing": "the SIM card is missing or not seated.",
    "locked_pin": "the SIM card is locked; it wants its PIN.",
    "locked_puk": "the SIM card is locked; it wants its PUK.",
}


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please turn airplane mode off.",
        cues=(("airplane", "flight"), ("turn", "toggle", "switch", "disable", "enable")),
    ),
)
def toggle_airplane_mode(db: TelecomDatabase) -> str:
    """Turn airplane mode on, or off where it is on.

    In airplane mode the phone has no network and no Wi-Fi. Turned off, it looks for both.

    Returns:
        What it is now, and the status bar.

    Source: recorded behaviour.
    """
    on = not phone_of(db).airplane_mode
    phone = set_phone(db, search=True, airplane_mode=on)
    phone = set_phone(db, **wifi_state(db, enabled=phone.wifi_enabled))
    return with_bar(phone, f"Airplane Mode is now {on_off(on)}.")


@tool(
    guidance=Guidance(
        ask="Please check the status of your SIM card.",
        cues=(("sim",), ("check", "status", "look")),
        report="About the SIM card it says: {result}",
    )
)
def check_sim_status(db: TelecomDatabase) -> str:
    """See whether the SIM card is there, works, or is locked.

    Returns:
        The card's state in words.

    Source: our own.
    """
    phone = phone_of(db)
    return f"SIM Card Status: {SIM['missing' if phone.sim_card_missing else phone.sim_card_status]}"


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please take your SIM card out and put it back in.",
        cues=(("sim",), ("reseat", "re-seat", "reinsert", "re-insert", "take", "remove", "put")),
    ),
)
def reseat_sim_card(db: TelecomDatabase) -> str:
    """Take the SIM card out and put it back in; a card that was loose sits again, a locked one stays locked.

    Returns:
        That it was done, and the status bar.

    Source: recorded behaviour.
    """
    phone = set_phone(db, search=True, sim_card_missing=False)
    return with_bar(phone, "SIM card re-seated successfully.")


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please restart your phone.",
        cues=(("restart", "reboot", "off and on"), ("phone", "device", "it")),
    ),
)
def reboot_device(db: TelecomDatabase) -> str:
    """Restart the phone: it looks for a network anew, and what waits for a restart happens.

    Returns:
        What happened, and the status bar.

    Source: recorded behaviour.
    """
    done = []
    settings = phone_of(db).active_apn_settings
    if settings.reset_at_reboot:
        settings = ApnSettings()
        done.append("Resetting APN settings...")
    done.append("Restarting network services...")
    phone = set_phone(db, search=True, active_apn_settings=settings)
    return with_bar(phone, *done)
