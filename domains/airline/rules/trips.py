"""Trips: rules on which flights, seats and passengers a booking or a change may have."""

from __future__ import annotations

from interplay.domains.airline import times
from interplay.domains.airline.rules.facts import (
    BOOKING,
    CHANGES,
    CHANGING,
    CORRECTING,
    ROUTED,
    Case,
    astray,
    cabin_of,
    has_new_flights,
    kept,
    reservation,
    segments,
    unconnected,
)
from interplay.domains.airline.terms import MOST_PASSENGERS
from interplay.domains.airline.tools import (
    book_reservation,
    cancel_reservation,
    update_reservation_flights,
    update_reservation_passengers,
)
from interplay.engine.policy import rule


@rule("most-passengers", section=BOOKING, on=(book_reservation,))
def most_passengers(case: Case) -> str | None:
    """One to five passengers."""
    count = len(case.arguments["passengers"])
    return (
        None if 1 <= count <= MOST_PASSENGERS else f"a reservation has 1 to {MOST_PASSENGERS} passengers, not {count}"
    )


@rule("flights-connect", section=BOOKING, on=ROUTED)
def flights_connect(case: Case) -> str | None:
    """Each flight leaves where and after the one before it arrived; a booking leads where it says."""
    given = case.arguments
    if case.call.tool == update_reservation_flights.name:
        return unconnected(segments(case)) if has_new_flights(case) else None
    legs = segments(case)
    if len(legs) < len(given["flights"]):
        return None
    return unconnected(legs) or astray(legs, given["origin"], given["destination"], given["flight_type"])


@rule("seats-available", section=BOOKING, on=ROUTED)
def seats_available(case: Case) -> str | None:
    """Every flight that is new, or in a new cabin, can be booked for everybody."""
    booked = reservation(case)
    changes = case.call.tool == update_reservation_flights.name
    if changes and booked is None:
        return None
    people = case.arguments["passengers"] if booked is None else booked.passengers
    cabin = case.arguments["cabin"]
    for segment in segments(case):
        if changes and kept(case, segment) is not None:
            continue
        if segment.seats(cabin) < len(people):
            number = segment.flight.flight_number
            return f"{number} on {segment.date} has {segment.seats(cabin)} seats in {cabin}, not {len(people)}"
    return None


@rule("cancelled-is-over", section=CHANGING, on=(cancel_reservation, *CHANGES))
def cancelled_is_over(case: Case) -> str | None:
    """A cancelled reservation stays as it is."""
    booked = reservation(case)
    if booked is None or booked.status != "cancelled":
        return None
    return f"reservation {booked.reservation_id} is cancelled already"


@rule("basic-economy-fixed", section=CHANGING, on=(update_reservation_flights,))
def basic_economy_fixed(case: Case) -> str | None:
    """In basic economy the flights stay; to have others, the cabin is changed first."""
    booked = reservation(case)
    if booked is None or cabin_of(case, booked) != "basic_economy" or not has_new_flights(case):
        return None
    return f"reservation {booked.reservation_id} is in basic economy, whose flights cannot be changed"


@rule("same-trip", section=CHANGING, on=(update_reservation_flights,))
def same_trip(case: Case) -> str | None:
    """Other flights lead from the same origin to the same destination, one way or there and back."""
    booked = reservation(case)
    if booked is None or not has_new_flights(case):
        return None
    return astray(segments(case), booked.origin, booked.destination, booked.flight_type)


@rule("nothing-flown", section=CHANGING, on=(update_reservation_flights, cancel_reservation))
def nothing_flown(case: Case) -> str | None:
    """Nothing of the trip has been flown."""
    booked = reservation(case)
    if booked is None or not times.has_flown(case.db, booked.flights):
        return None
    return f"a flight of reservation {booked.reservation_id} has left already"


@rule("same-number", section=CORRECTING, on=(update_reservation_passengers,))
def same_number(case: Case) -> str | None:
    """As many passengers as before."""
    booked = reservation(case)
    count = len(case.arguments["passengers"])
    if booked is None or len(booked.passengers) == count:
        return None
    return f"reservation {booked.reservation_id} has {len(booked.passengers)} passengers, not {count}"
