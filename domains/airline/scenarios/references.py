"""References: how a customer says which of their reservations they mean."""

from __future__ import annotations

from interplay.domains.airline.rows import Reservation, ReservationId
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.words import trip
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.references import Reference, Thing
from interplay.engine.worldkit.references import refer as refer_to


def refer(draft: AirlineDraft, booked: Reservation, seed: Seed) -> Reference:
    """By number, when asked, by where it leads, or by the wrong number first; the agent looks at it."""
    reservations = draft.db.reservations
    thing = Thing(
        noun="reservation",
        key=booked.reservation_id,
        entity=ReservationId,
        mine=draft.numbers,
        known_by=trip(booked),
        given=False,
        holds=lambda other: trip(reservations[ReservationId(other)]) == trip(booked),
    )
    reference = refer_to(draft, thing, seed)
    if thing.known_by in reference.words:
        draft.find_airports()
    for each in reference.looked_at:
        draft.look("get_reservation_details", reservation_id=each)
    return reference
