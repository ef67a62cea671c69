"""Network: seeing what the phone is connected to, and choosing what it may connect to."""

# ruff: noqa: D417  (the database is no argument that a caller gives)

from __future__ import annotations

from interplay.domains.telecom.rows import NetworkMode, TelecomDatabase
from interplay.domains.telecom.tools.phone.handset import around_of, on_off, phone_of, set_phone, status_bar, with_bar
from interplay.domains.telecom.tools.phone.signal import grade, speed
from interplay.engine.tools import Guidance, tool


@tool(
    guidance=Guidance(
        ask="Please look at the status bar at the top of your screen and tell me what it shows.",
        cues=(("status bar", "top of your screen"),),
        report="The status bar says: {result}",
    )
)
def check_status_bar(db: TelecomDatabase) -> str:
    """Look at the icons at the top of the screen.

    They show the signal and kind of network, mobile data, and whichever of airplane mode, data saver, Wi-Fi
    and VPN is on, and the battery.

    Returns:
        The status bar.

    Source: recorded status bars; airplane mode and Wi-Fi are ours.
    """
    return f"Status Bar: {status_bar(phone_of(db))}"


@tool(
    guidance=Guidance(
        ask="Please open your network settings and tell me the network status that they show.",
        cues=(("network",), ("status", "connection", "connected"), ("open", "check", "settings", "look")),
        report="The network settings say: {result}",
    )
)
def check_network_status(db: TelecomDatabase) -> str:
    """Read the phone's connection settings: airplane mode, SIM card, signal, mobile data, roaming and Wi-Fi.

    Returns:
        One setting a line.

    Source: our own.
    """
    phone = phone_of(db)
    return "\n".join(
        (
            f"Airplane Mode: {on_off(phone.airplane_mode)}",
            f"SIM Card: {'missing' if phone.sim_card_missing else phone.sim_card_status}",
            f"Connection: {phone.network_connection_status}",
            f"Signal Strength: {phone.network_signal_strength}",
            f"Network Type: {phone.network_technology_connected}",
            f"Mobile Data: {on_off(phone.data_enabled)}",
            f"Data Roaming: {on_off(phone.roaming_enabled)}",
            f"Wi-Fi: {on_off(phone.wifi_enabled)}",
            f"Wi-Fi Connected: {'yes' if phone.wifi_connected else 'no'}",
        )
    )


@tool(
    guidance=Guidance(
        ask="Please check which preferred network mode your phone is set to.",
        cues=(("network mode", "network preference", "preferred network", "network type"), ("check", "which", "tell")),
    )
)
def check_network_mode_preference(db: TelecomDatabase) -> str:
    """See which kinds of network the phone is set to use.

    Returns:
        The preferred network mode.

    Source: our own.
    """
    return f"Preferred Network Mode: {phone_of(db).network_mode_preference}"


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please set your preferred network mode to {mode}.",
        cues=(("network mode", "network preference", "preferred network", "network type"), ("set", "change", "switch")),
    ),
)
def set_network_mode_preference(db: TelecomDatabase, mode: NetworkMode) -> str:
    """Choose which kinds of network the phone uses; it looks for one at once.

    Args:
        mode: "4g_5g_preferred" takes the best there is; each other one takes that kind or nothing.

    Returns:
        What it is set to, and the status bar.

    Source: recorded behaviour.
    """
    phone = set_phone(db, search=True, network_mode_preference=mode)
    return with_bar(phone, f"Preferred Network Mode set to: {mode}")


@tool(
    guidance=Guidance(
        ask="Please run a speed test and tell me the result.",
        cues=(("speed",), ("test", "measure", "check")),
        report="The speed test says: {result}",
    )
)
def run_speed_test(db: TelecomDatabase) -> str:
    """Measure how fast mobile data is.

    Returns:
        Megabits a second and a word for it, or that there is no connection to measure.

    Source: our own; what makes a speed excellent is what the recordings' assertions ask.
    """
    found = speed(phone_of(db), around_of(db))
    if found is None:
        return "Speed test failed: there is no mobile data connection."
    return f"Speed test result: {found:.2f} Mbps ({grade(found)})."
