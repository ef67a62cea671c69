"""Material: rows of the airline that one task may be about, each with what makes it useful.

One person with their profile, their reservations, and flights that lead where one of them leads, or back. What a
writer needs to know to choose well stands in the note: what can still be changed, what is due, how many seats.
"""

from __future__ import annotations

from collections.abc import Iterator

from interplay.domains.airline import times
from interplay.domains.airline.rows import (
    AirlineDatabase,
    Available,
    Certificate,
    Flight,
    GiftCard,
    Reservation,
    User,
    UserId,
)
from interplay.domains.airline.scenarios.draft import who_calls
from interplay.engine.database import Base
from interplay.engine.forge.assignment import Row
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.material import row_with

MOST_FLIGHTS = 4


def material(base: Base[AirlineDatabase], seed: Seed) -> list[Row]:
    """One person's rows: the profile first, then reservations, then flights on the way of the first.

    Args:
        base: the airline's data.
        seed: decides who it is.
    """
    db = base.fork()
    user_id = who_calls(base, seed)
    booked = [db.reservations[each] for each in db.users[user_id].reservations]
    seed.child("reservations").random().shuffle(booked)
    rows = [row_with("users", user_id, db.users[user_id], _about_user(db, user_id))]
    rows += [row_with("reservations", each.reservation_id, each, _about_reservation(db, each)) for each in booked]
    return [*rows, *_flights(db, booked, seed)]


def _flights(db: AirlineDatabase, booked: list[Reservation], seed: Seed) -> Iterator[Row]:
    """Some flights from where the first reservation begins, or any where there is none."""
    every = list(db.flights.values())
    origin = booked[0].origin if booked else seed.child("origin").pick(every).origin
    leaving = [each for each in every if each.origin == origin]
    if booked:
        leaving.sort(key=lambda each: each.destination != booked[0].destination)
    for flight in leaving[:MOST_FLIGHTS]:
        yield row_with("flights", flight.flight_number, flight, _about_flight(db, flight))


def _about_user(db: AirlineDatabase, user_id: UserId) -> str:
    user: User = db.users[user_id]
    balances = [each for each in user.payment_methods.values() if isinstance(each, GiftCard | Certificate)]
    held = "".join(f"; ${each.amount:g} on {each.id}" for each in balances)
    count = len(user.reservations)
    return f"{user.membership} member; {count} reservations; {len(user.saved_passengers)} saved passengers{held}"


def _about_reservation(db: AirlineDatabase, booked: Reservation) -> str:
    if booked.status == "cancelled":
        return "cancelled"
    standing = [
        ("a flight has left", times.has_flown(db, booked.flights)),
        ("the airline cancelled a flight", times.was_cancelled(db, booked.flights)),
        ("a flight is delayed", times.was_late(db, booked.flights)),
        ("made within the last 24 hours", times.is_recent(db, booked)),
        ("insured", booked.insurance == "yes"),
    ]
    told = "".join(f"; {text}" for text, is_so in standing if is_so)
    days = f"{booked.flights[0].date} to {booked.flights[-1].date}" if booked.flights else "no flights"
    return f"{booked.cabin}; {days}; {len(booked.passengers)} passengers; {booked.total_baggages} bags{told}"


def _about_flight(db: AirlineDatabase, flight: Flight) -> str:
    ahead = [day for date, day in flight.dates.items() if date > db.now[:10]]
    free = [day for day in ahead if isinstance(day, Available)]
    prices = [day.prices["economy"] for day in free]
    cost = f"; economy ${min(prices):g} to ${max(prices):g}" if prices else ""
    return f"can be booked on {len(free)} of {len(ahead)} days to come{cost}"
