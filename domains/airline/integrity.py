"""Integrity: what holds between the airline's rows, whoever wrote them.

The schema judges a row by itself. A tool follows ids from row to row and takes it for granted that they lead
somewhere, so data of one's own is checked once, as it is loaded. Required is what tools rely on and the public
benchmarks' data keep; that a payment was made with a method that the user still has is not, for a certificate is
gone once it has paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import get_args

from msgspec import UNSET

from interplay.domains.airline.rows import (
    CLOCK,
    AirlineDatabase,
    Available,
    Cabin,
    Clock,
    Flight,
    FlightNumber,
    Leg,
    Reservation,
    ReservationId,
    User,
    UserId,
)
from interplay.engine.database import Base
from interplay.engine.errors import DataError
from interplay.engine.worldkit.integrity import inspect

CABINS = frozenset(get_args(Cabin))


def check(base: Base[AirlineDatabase]) -> None:
    """Refuse rows that do not fit together; one pass over each table.

    Raises:
        DataError: names the first such row, its file, and what was expected.
    """
    db = base.fork()
    if CLOCK not in db.clock:
        raise DataError(f"clock.json has no row {CLOCK!r}; it holds the world's present moment")
    inspect("clock", db.clock, _wrong_clock)
    inspect("flights", db.flights, _wrong_flight)
    inspect("users", db.users, partial(_wrong_user, db))
    inspect("reservations", db.reservations, partial(_wrong_reservation, db))


def _wrong_clock(key: str, clock: Clock) -> Iterator[str]:
    if key != CLOCK:
        yield f"the clock has one row, {CLOCK!r}"
    try:
        datetime.fromisoformat(clock.now)
    except ValueError:
        yield f"now is {clock.now!r}; expected day and time, such as '2024-05-15T15:00:00'"


def _wrong_flight(key: FlightNumber, flight: Flight) -> Iterator[str]:
    if flight.flight_number != key:
        yield f"flight_number is {flight.flight_number!r}; expected the row's key"
    for date, day in flight.dates.items():
        if isinstance(day, Available) and not day.available_seats.keys() == day.prices.keys() == CABINS:
            yield f"{date} lacks seats or prices of a cabin; expected {', '.join(get_args(Cabin))}"


def _wrong_user(db: AirlineDatabase, key: UserId, user: User) -> Iterator[str]:
    if user.user_id is not UNSET and user.user_id != key:
        yield f"user_id is {user.user_id!r}; expected the row's key"
    for method_id, method in user.payment_methods.items():
        if method.id != method_id:
            yield f"payment method {method_id!r} has id {method.id!r}; expected its key"
    for reservation_id in user.reservations:
        found = db.reservations.get(reservation_id)
        if found is None:
            yield f"lists reservation {reservation_id!r}; expected a row of reservations.json"
        elif found.user_id != key:
            yield f"lists reservation {reservation_id!r}, which is of user {found.user_id!r}; expected one of this user"


def _wrong_reservation(db: AirlineDatabase, key: ReservationId, reservation: Reservation) -> Iterator[str]:
    if reservation.reservation_id != key:
        yield f"reservation_id is {reservation.reservation_id!r}; expected the row's key"
    if reservation.user_id not in db.users:
        yield f"user_id is {reservation.user_id!r}; expected a row of users.json"
    for leg in reservation.flights:
        yield from _wrong_leg(db, leg)


def _wrong_leg(db: AirlineDatabase, leg: Leg) -> Iterator[str]:
    flight = db.flights.get(leg.flight_number)
    if flight is None:
        yield f"flight {leg.flight_number!r} is none; expected a row of flights.json"
    elif leg.date not in flight.dates:
        yield f"flight {leg.flight_number!r} does not fly on {leg.date!r}; expected a date of its row"
    elif (flight.origin, flight.destination) != (leg.origin, leg.destination):
        yield (
            f"flight {leg.flight_number!r} goes from {leg.origin!r} to {leg.destination!r}; "
            f"expected {flight.origin!r} to {flight.destination!r}, as in its row"
        )
