"""VPN: the server that the phone's traffic may go through."""

from __future__ import annotations

from interplay.domains.telecom.rows import TelecomDatabase, VpnDetails
from interplay.domains.telecom.tools.phone.handset import phone_of, set_phone, with_bar
from interplay.engine.errors import Refusal
from interplay.engine.tools import Guidance, tool

GOOD = VpnDetails(server_address="10.20.0.1", protocol="WireGuard", server_performance="excellent")
"""Where the phone connects to by itself."""


@tool(
    guidance=Guidance(
        ask="Please check whether a VPN is connected.",
        cues=(("vpn",), ("check", "whether", "status", "look")),
        report="About the VPN it says: {result}",
    )
)
def check_vpn_status(db: TelecomDatabase) -> str:
    """See whether a VPN is connected, and how well its server does.

    Returns:
        The connection and its server.

    Source: our own.
    """
    phone = phone_of(db)
    if not phone.vpn_connected:
        return "VPN: not connected."
    if phone.vpn_details is None:
        return "VPN: connected."
    details = phone.vpn_details
    return (
        f"VPN: connected to {details.server_address} ({details.protocol}); "
        f"server performance: {details.server_performance}."
    )


@tool(writes=True, guidance=Guidance(ask="Please connect your VPN.", cues=(("vpn",), ("connect", "turn on"))))
def connect_vpn(db: TelecomDatabase) -> str:
    """Connect the VPN.

    Returns:
        That it is connected, and the status bar.

    Raises:
        Refusal: already_connected.

    Source: our own.
    """
    if phone_of(db).vpn_connected:
        raise Refusal("The VPN is connected already; disconnect it first to connect anew.", code="already_connected")
    phone = set_phone(db, vpn_enabled_setting=True, vpn_connected=True, vpn_details=GOOD)
    return with_bar(phone, "VPN connected successfully.")


@tool(
    writes=True,
    guidance=Guidance(
        ask="Please disconnect your VPN.",
        cues=(("vpn",), ("disconnect", "turn off", "switch off", "disable")),
    ),
)
def disconnect_vpn(db: TelecomDatabase) -> str:
    """Disconnect the VPN.

    Returns:
        That it is disconnected, and the status bar.

    Raises:
        Refusal: not_connected.

    Source: recorded behaviour.
    """
    if not phone_of(db).vpn_connected:
        raise Refusal("No VPN is connected, so there is nothing to disconnect.", code="not_connected")
    phone = set_phone(db, vpn_enabled_setting=False, vpn_connected=False, vpn_details=None)
    return with_bar(phone, "VPN disconnected successfully.")
