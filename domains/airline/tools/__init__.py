"""Tools: what an agent can do for the airline's customers, one function a tool."""

from __future__ import annotations

from typing import Any

from interplay.domains.airline.tools.booking import book_reservation
from interplay.domains.airline.tools.certificates import send_certificate
from interplay.domains.airline.tools.changes import (
    cancel_reservation,
    update_reservation_baggages,
    update_reservation_flights,
    update_reservation_passengers,
)
from interplay.domains.airline.tools.lookups import (
    get_flight_status,
    get_reservation_details,
    get_user_details,
    list_all_airports,
    search_direct_flight,
    search_onestop_flight,
)
from interplay.engine.tools import Tool
from interplay.engine.worldkit.service import calculate, think, transfer_to_human_agents

TOOLS: tuple[Tool[..., Any], ...] = (
    book_reservation,
    calculate,
    cancel_reservation,
    get_reservation_details,
    get_user_details,
    list_all_airports,
    search_direct_flight,
    search_onestop_flight,
    send_certificate,
    think,
    transfer_to_human_agents,
    update_reservation_baggages,
    update_reservation_flights,
    update_reservation_passengers,
)
"""In the order of the recordings."""

__all__ = [
    "TOOLS",
    "book_reservation",
    "calculate",
    "cancel_reservation",
    "get_flight_status",
    "get_reservation_details",
    "get_user_details",
    "list_all_airports",
    "search_direct_flight",
    "search_onestop_flight",
    "send_certificate",
    "think",
    "transfer_to_human_agents",
    "update_reservation_baggages",
    "update_reservation_flights",
    "update_reservation_passengers",
]
