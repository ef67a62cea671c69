"""Rows: what the world holds.

Every kind of id is a `NewType` of its own. Such a type in a tool's signature says which tool's answer feeds which
tool's argument; `interplay graph` shows what comes of it.
"""

from __future__ import annotations

from typing import NewType

from interplay.engine.database import Database, Table
from interplay.engine.worldkit.rows import Row

ReservationId = NewType("ReservationId", str)


class Reservation(Row, frozen=True):
    """A table that is kept for somebody."""

    reservation_id: ReservationId
    guest: str
    """Full name of whoever made the reservation."""
    day: str
    time: str
    """Hour and minutes: "19:30"."""
    persons: int


class WorldDatabase(Database):
    """The tables of the world; each is a JSON file where the data is kept in files."""

    reservations: Table[ReservationId, Reservation]
