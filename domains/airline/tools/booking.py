"""Booking: the tool that makes a reservation, and what it costs."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Airport,
    Answer,
    Cabin,
    Certificate,
    FlightType,
    Leg,
    Money,
    Passenger,
    Payment,
    Reservation,
    ReservationId,
    User,
    UserId,
)
from interplay.domains.airline.terms import BAG_PRICE, INSURANCE_PRICE
from interplay.domains.airline.tools.arguments import ChosenFlight, Share, Traveller
from interplay.domains.airline.tools.requirements import flight_of, method_of, must_cover, seats_of, user_of
from interplay.domains.airline.tools.writing import charged, put_user, take_seats
from interplay.engine.errors import Refusal
from interplay.engine.extras import extended, extras
from interplay.engine.tools import Speech, tool

NEW_IDS = tuple(map(ReservationId, ("HATHAT", "HATHAU", "HATHAV")))
"""Ids of new reservations, in order; when all are taken, the last is taken over."""


@tool(
    writes=True,
    speech=Speech(
        propose="book a trip from {origin} to {destination} for {user_id} (flights: {flights}; cabin: {cabin}; "
        "passengers: {passengers}; checked bags: {total_baggages}, paid for: {nonfree_baggages}; "
        "travel insurance: {insurance}; payment in dollars, by card or certificate: {payment_methods})",
        done="The trip from {origin} to {destination} has been booked (flights: {flights}; cabin: {cabin}; "
        "passengers: {passengers}; checked bags: {total_baggages}, paid for: {nonfree_baggages}; "
        "travel insurance: {insurance}; payment in dollars: {payment_methods}).",
        claims=("booked", "reserved"),
    ),
)
def book_reservation(
    db: AirlineDatabase,
    user_id: UserId,
    origin: Airport,
    destination: Airport,
    flight_type: FlightType,
    cabin: Cabin,
    flights: list[ChosenFlight],
    passengers: list[Traveller],
    payment_methods: list[Share],
    total_baggages: int,
    nonfree_baggages: int,
    insurance: Answer,
) -> Reservation:
    """Book flights for one or more passengers and pay for them.

    The price is that of a seat on each flight for each passenger, plus $30 a passenger with travel insurance,
    plus $50 for each bag that is not free; the payments have to come to exactly that. Get an explicit yes first.

    Args:
        user_id: whose reservation it is, such as "ann_smith_1234".
        origin: code of the airport where the journey begins, such as "BOS".
        destination: code of the airport that it leads to, such as "DEN".
        flight_type: one way, or there and back.
        cabin: the same on all flights.
        flights: every flight of the journey, there and back, in order.
        passengers: everybody who flies.
        payment_methods: what each of the customer's payment methods pays; a certificate is used up by it.
        total_baggages: checked bags in all.
        nonfree_baggages: those of them that are paid for.
        insurance: whether travel insurance is bought.

    Returns:
        The reservation.

    Raises:
        Refusal: user_unknown, flight_unknown, flight_not_on_date, flight_not_available, seats_short,
            payment_unknown, balance_too_low, payment_sum_wrong.

    Source: recorded behaviour.
    """
    user = user_of(db, user_id)
    legs = tuple(new_leg(db, chosen, cabin, len(passengers)) for chosen in flights)
    price = cost(legs, len(passengers)) + BAG_PRICE * nonfree_baggages
    if insurance == "yes":
        price += INSURANCE_PRICE * len(passengers)
    payments = _paid(user, payment_methods, price)
    reservation_id = next((each for each in NEW_IDS if each not in db.reservations), NEW_IDS[-1])
    put_user(db, user_id, charged(user, payments), reservations=(*user.reservations, reservation_id))
    if db.habits.counts_seats:
        take_seats(db, legs, cabin, len(passengers))
    made = Reservation(
        reservation_id=reservation_id,
        user_id=user_id,
        origin=origin,
        destination=destination,
        flight_type=flight_type,
        cabin=cabin,
        flights=legs,
        passengers=flying(passengers),
        payment_history=payments,
        created_at=db.now,
        total_baggages=total_baggages,
        nonfree_baggages=nonfree_baggages,
        insurance=insurance,
    )
    return db.reservations.put(reservation_id, made)


def new_leg(db: AirlineDatabase, chosen: ChosenFlight, cabin: Cabin, seats: int) -> Leg:
    """A chosen flight at the present price of a seat.

    Raises:
        Refusal: it cannot be booked for so many.
    """
    flight = flight_of(db, chosen.flight_number)
    day = seats_of(flight, chosen.date, cabin, seats)
    leg = Leg(
        origin=flight.origin,
        destination=flight.destination,
        flight_number=flight.flight_number,
        date=chosen.date,
        price=day.prices[cabin],
    )
    return extended(leg, extras(chosen))


def cost(legs: Iterable[Leg], passengers: int) -> Money:
    """What all seats on these flights cost."""
    return sum(leg.price for leg in legs) * passengers


def flying(passengers: Iterable[Traveller]) -> tuple[Passenger, ...]:
    """Passengers as a reservation holds them."""
    return tuple(
        extended(Passenger(first_name=p.first_name, last_name=p.last_name, dob=p.dob), extras(p)) for p in passengers
    )


def _paid(user: User, shares: Sequence[Share], price: Money) -> tuple[Payment, ...]:
    used: set[str] = set()
    for share in shares:
        method = method_of(user, share.payment_id)
        must_cover(method, share.amount)
        if isinstance(method, Certificate) and method.id in used:
            raise Refusal(f"{method.id} is a certificate and pays only once.", code="payment_unknown")
        used.add(method.id)
    total = sum(share.amount for share in shares)
    if total != price:
        raise Refusal(f"The payments come to ${total}; the price is ${price}.", code="payment_sum_wrong")
    return tuple(extended(Payment(payment_id=share.payment_id, amount=share.amount), extras(share)) for share in shares)
