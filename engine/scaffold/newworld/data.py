"""Data: a world's rows from a seed and a size; the same seed gives the same rows."""

from __future__ import annotations

from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import Crowd, must_fit

from .rows import Reservation, ReservationId, WorldDatabase

MOST = 1000
DAYS = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIMES = ("18:00", "18:30", "19:00", "19:30", "20:15")


def generate(seed: Seed, persons: int) -> Base[WorldDatabase]:
    """Make reservations, one a guest.

    Args:
        seed: decides all of it.
        persons: how many guests.

    Raises:
        DomainError: more than there are numbers for.
    """
    must_fit("newworld", persons, MOST, "a reservation id has four digits")
    crowd = Crowd(seed.child("people"), persons)
    reservations: dict[ReservationId, Reservation] = {}
    for guest in crowd:
        reservation_id = ReservationId(crowd.unique("R", 1000, 9999))
        reservations[reservation_id] = Reservation(
            reservation_id=reservation_id,
            guest=str(guest.name),
            day=crowd.rng.choice(DAYS),
            time=crowd.rng.choice(TIMES),
            persons=crowd.rng.randint(1, 6),
        )
    return Base(WorldDatabase, {"reservations": reservations})
