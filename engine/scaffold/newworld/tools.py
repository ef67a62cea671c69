"""Tools: what an agent may do.

An agent is shown the first paragraph of a docstring, its Args, and the types. A tool says no by a `Refusal`, which
changes nothing; what it raises besides is a defect of the world.
"""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from typing import Any

import msgspec

from interplay.engine.errors import Refusal
from interplay.engine.tools import Speech, Tool, tool
from interplay.engine.worldkit.requirements import needed
from interplay.engine.worldkit.service import transfer_to_human_agents

from .rows import Reservation, ReservationId, WorldDatabase


@tool()
def get_reservation(db: WorldDatabase, reservation_id: ReservationId) -> Reservation:
    """Look a reservation up.

    Args:
        reservation_id: "R" and four digits.

    Raises:
        Refusal: reservation_unknown.
    """
    return needed(db.reservations, reservation_id, "reservation", "A reservation id is 'R' and four digits.")


@tool(
    writes=True,
    speech=Speech(
        propose="change reservation {reservation_id} to {persons} persons",
        done="Reservation {reservation_id} is for {persons} persons now.",
        claims=("changed", "is for"),
    ),
)
def change_persons(db: WorldDatabase, reservation_id: ReservationId, persons: int) -> Reservation:
    """Change for how many persons a reservation is.

    Args:
        reservation_id: "R" and four digits.
        persons: how many, at least 1.

    Returns:
        The reservation afterwards.

    Raises:
        Refusal: reservation_unknown, too_few.
    """
    reservation = get_reservation(db, reservation_id)
    if persons < 1:
        raise Refusal(f"A table cannot be kept for {persons} persons; at least 1 is needed.", code="too_few")
    return db.reservations.put(reservation_id, msgspec.structs.replace(reservation, persons=persons))


TOOLS: tuple[Tool[..., Any], ...] = (get_reservation, change_persons, transfer_to_human_agents)
