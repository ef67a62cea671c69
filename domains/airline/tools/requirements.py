"""Requirements: what has to hold before a tool goes on; each says no where it does not."""

from __future__ import annotations

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Available,
    Cabin,
    Certificate,
    CreditCard,
    Date,
    Flight,
    FlightDay,
    FlightNumber,
    Money,
    PaymentId,
    PaymentMethod,
    Reservation,
    ReservationId,
    User,
    UserId,
)
from interplay.engine.errors import Refusal
from interplay.engine.worldkit.requirements import needed, shown


def user_of(db: AirlineDatabase, user_id: UserId) -> User:
    """The user of this id, or a refusal."""
    return needed(db.users, user_id, "user", "A user id is a name and digits, such as 'ann_smith_1234'.")


def reservation_of(db: AirlineDatabase, reservation_id: ReservationId) -> Reservation:
    """The reservation of this id, or a refusal."""
    hint = "A reservation id is six capitals and digits; the customer's are listed with their user id."
    return needed(db.reservations, reservation_id, "reservation", hint)


def flight_of(db: AirlineDatabase, number: FlightNumber) -> Flight:
    """The flight of this number, or a refusal."""
    return needed(db.flights, number, "flight", "A flight number is 'HAT' and three digits; search for flights first.")


def day_of(flight: Flight, date: Date) -> FlightDay:
    """How a flight is on a day, or a refusal."""
    day = flight.dates.get(date)
    if day is None:
        raise Refusal(
            f"Flight {flight.flight_number} does not fly on {shown(date)}; a date is year, month and day.",
            code="flight_not_on_date",
        )
    return day


def seats_of(flight: Flight, date: Date, cabin: Cabin, wanted: int) -> Available:
    """A day on which a flight can be booked and has so many seats left in the cabin, or a refusal."""
    day = day_of(flight, date)
    if not isinstance(day, Available):
        raise Refusal(
            f"Flight {flight.flight_number} cannot be booked on {date} any more; search for another.",
            code="flight_not_available",
        )
    left = day.available_seats[cabin]
    if left < wanted:
        raise Refusal(
            f"Flight {flight.flight_number} has {left} seats left in {cabin} on {date}, not {wanted}.",
            code="seats_short",
        )
    return day


def method_of(user: User, payment_id: PaymentId) -> PaymentMethod:
    """The user's payment method of this id, or a refusal."""
    method = user.payment_methods.get(payment_id)
    if method is None:
        raise Refusal(
            f"The customer has no payment method {shown(payment_id)}; they have "
            f"{', '.join(user.payment_methods) or 'none'}.",
            code="payment_unknown",
        )
    return method


def must_cover(method: PaymentMethod, amount: Money) -> None:
    """Refuse a gift card or certificate that is worth less than the amount."""
    if not isinstance(method, CreditCard) and method.amount < amount:
        raise Refusal(f"{method.id} is worth ${method.amount}, which does not cover ${amount}.", code="balance_too_low")


def must_settle(method: PaymentMethod, amount: Money) -> None:
    """Refuse a method that cannot pay for a change of a reservation, or is worth too little for it."""
    if isinstance(method, Certificate):
        raise Refusal(
            f"{method.id} is a certificate, and those pay for new reservations only; use a gift card or credit card.",
            code="certificate_not_allowed",
        )
    must_cover(method, amount)
