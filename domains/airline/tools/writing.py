"""Writing: how rows change when a tool is done checking."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Available,
    Cabin,
    Certificate,
    GiftCard,
    Leg,
    Payment,
    Reservation,
    User,
    UserId,
)


def put_reservation(db: AirlineDatabase, reservation: Reservation, **changes: Any) -> Reservation:
    """Write a reservation with these fields changed."""
    return db.reservations.put(reservation.reservation_id, msgspec.structs.replace(reservation, **changes))


def put_user(db: AirlineDatabase, user_id: UserId, user: User, **changes: Any) -> User:
    """Write a user with these fields changed."""
    return db.users.put(user_id, msgspec.structs.replace(user, **changes))


def charged(user: User, payments: Iterable[Payment]) -> User:
    """The user after these payments: gift cards hold less, or more after a refund, and certificates are gone."""
    methods = dict(user.payment_methods)
    for payment in payments:
        match methods.get(payment.payment_id):
            case GiftCard() as card:
                methods[card.id] = msgspec.structs.replace(card, amount=card.amount - payment.amount)
            case Certificate() as certificate:
                del methods[certificate.id]
    return msgspec.structs.replace(user, payment_methods=methods)


def take_seats(db: AirlineDatabase, legs: Iterable[Leg], cabin: Cabin, count: int) -> None:
    """Leave so many seats fewer in a cabin on each of these flights; below nothing, more."""
    for leg in legs:
        flight = db.flights[leg.flight_number]
        day = flight.dates[leg.date]
        if isinstance(day, Available):
            seats = {**day.available_seats, cabin: day.available_seats[cabin] - count}
            dates = {**flight.dates, leg.date: msgspec.structs.replace(day, available_seats=seats)}
            db.flights.put(leg.flight_number, msgspec.structs.replace(flight, dates=dates))
