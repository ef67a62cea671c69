"""Changes: tools that cancel a reservation or change part of it."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Cabin,
    Leg,
    Money,
    Payment,
    PaymentId,
    Reservation,
    ReservationId,
)
from interplay.domains.airline.terms import BAG_PRICE
from interplay.domains.airline.tools.arguments import ChosenFlight, Traveller
from interplay.domains.airline.tools.booking import cost, flying, new_leg
from interplay.domains.airline.tools.requirements import method_of, must_settle, reservation_of
from interplay.domains.airline.tools.writing import charged, put_reservation, put_user
from interplay.engine.errors import Refusal
from interplay.engine.extras import extended, extras
from interplay.engine.tools import Speech, tool


@tool(
    writes=True,
    speech=Speech(
        propose="cancel reservation {reservation_id} and refund what was paid",
        done="Reservation {reservation_id} has been cancelled and what was paid will be refunded.",
        claims=("cancelled", "canceled"),
    ),
)
def cancel_reservation(db: AirlineDatabase, reservation_id: ReservationId) -> Reservation:
    """Cancel a whole reservation; every payment is refunded the way it came.

    This tool checks nothing about whether the reservation may be cancelled, and cannot be undone: check
    the policy and get an explicit yes before calling.

    Args:
        reservation_id: six capitals and digits, such as "ABC123".

    Returns:
        The reservation afterwards, with a negative entry in dollars for each entry of its payment history.

    Raises:
        Refusal: reservation_unknown.

    Source: recorded behaviour.
    """
    reservation = reservation_of(db, reservation_id)
    paid = reservation.payment_history
    refunds = tuple(Payment(payment_id=each.payment_id, amount=-each.amount) for each in paid)
    return put_reservation(db, reservation, status="cancelled", payment_history=paid + refunds)


@tool(
    writes=True,
    speech=Speech(
        propose="update the checked bags of reservation {reservation_id} (in all: {total_baggages}, "
        "paid for: {nonfree_baggages}), with {payment_id} for any that are new",
        done="The checked bags of reservation {reservation_id} have been updated (in all: {total_baggages}, "
        "paid for: {nonfree_baggages}), with {payment_id} for any that are new.",
        claims=("added", "updated", "changed"),
    ),
)
def update_reservation_baggages(
    db: AirlineDatabase,
    reservation_id: ReservationId,
    total_baggages: int,
    nonfree_baggages: int,
    payment_id: PaymentId,
) -> Reservation:
    """Change the number of checked bags of a reservation; $50 for each more that is not free.

    Nothing is refunded for fewer bags. Get an explicit yes first.

    Args:
        reservation_id: six capitals and digits, such as "ABC123".
        total_baggages: checked bags in all afterwards.
        nonfree_baggages: those of them that are paid for, afterwards.
        payment_id: gift card or credit card of the customer who booked, such as "gift_card_0000000".

    Returns:
        The reservation afterwards.

    Raises:
        Refusal: reservation_unknown, payment_unknown, certificate_not_allowed, balance_too_low.

    Source: recorded behaviour.
    """
    reservation = reservation_of(db, reservation_id)
    price = BAG_PRICE * max(0, nonfree_baggages - reservation.nonfree_baggages)
    payments = _settled(db, reservation, payment_id, price)
    return put_reservation(
        db,
        reservation,
        total_baggages=total_baggages,
        nonfree_baggages=nonfree_baggages,
        payment_history=payments,
    )


@tool(
    writes=True,
    speech=Speech(
        propose="change reservation {reservation_id} (flights: {flights}; cabin: {cabin}), "
        "settling any difference in price with {payment_id}",
        done="Reservation {reservation_id} has been changed (flights: {flights}; cabin: {cabin}); "
        "any difference in price has been settled with {payment_id}.",
        claims=("changed", "updated", "modified", "rebooked", "upgraded", "moved"),
    ),
)
def update_reservation_flights(
    db: AirlineDatabase,
    reservation_id: ReservationId,
    cabin: Cabin,
    flights: list[ChosenFlight],
    payment_id: PaymentId,
) -> Reservation:
    """Change the flights of a reservation, or its cabin, and pay or refund the difference in price.

    A flight that was in the reservation keeps its price while the cabin is the same; every other is booked
    at the present price. Get an explicit yes first.

    Args:
        reservation_id: six capitals and digits, such as "ABC123".
        cabin: of all flights afterwards, also where it stays.
        flights: every flight afterwards, in order, also those that stay.
        payment_id: gift card or credit card of the customer who booked, such as "gift_card_0000000"; it pays
            or is refunded the difference.

    Returns:
        The reservation afterwards, with one more payment in dollars where the price differs; it is negative
        where it is a refund.

    Raises:
        Refusal: reservation_unknown, flight_unknown, flight_not_on_date, flight_not_available, seats_short,
            payment_unknown, certificate_not_allowed, balance_too_low.

    Source: recorded behaviour.
    """
    reservation = reservation_of(db, reservation_id)
    count = len(reservation.passengers)
    legs = tuple(_stays(reservation, cabin, each) or new_leg(db, each, cabin, count) for each in flights)
    difference = cost(legs, count) - cost(reservation.flights, count)
    payments = _settled(db, reservation, payment_id, difference)
    after = cabin if db.habits.changes_cabin else reservation.cabin
    return put_reservation(db, reservation, flights=legs, cabin=after, payment_history=payments)


@tool(
    writes=True,
    speech=Speech(
        propose="change the passengers of reservation {reservation_id} to {passengers}",
        done="The passengers of reservation {reservation_id} have been changed to {passengers}.",
        claims=("changed", "updated", "corrected", "modified"),
    ),
)
def update_reservation_passengers(
    db: AirlineDatabase, reservation_id: ReservationId, passengers: list[Traveller]
) -> Reservation:
    """Replace the passengers of a reservation, for example to correct a name; their number stays.

    Get an explicit yes first.

    Args:
        reservation_id: six capitals and digits, such as "ABC123".
        passengers: everybody who flies afterwards, also those who stay as they are.

    Returns:
        The reservation afterwards.

    Raises:
        Refusal: reservation_unknown, passenger_count_wrong.

    Source: recorded behaviour.
    """
    reservation = reservation_of(db, reservation_id)
    if len(passengers) != len(reservation.passengers):
        raise Refusal(
            f"Reservation {reservation_id} is for {len(reservation.passengers)} passengers, not {len(passengers)}; "
            "their number cannot be changed.",
            code="passenger_count_wrong",
        )
    return put_reservation(db, reservation, passengers=flying(passengers))


def _stays(reservation: Reservation, cabin: Cabin, chosen: ChosenFlight) -> Leg | None:
    """The flight of the reservation that was chosen again in its cabin, at the price that it had."""
    for leg in reservation.flights:
        if cabin == reservation.cabin and (leg.flight_number, leg.date) == (chosen.flight_number, chosen.date):
            own = {name: getattr(leg, name) for name in Leg.__struct_fields__}
            return extended(Leg(**own), extras(chosen))  # what was kept with the choice before, goes with it
    return None


def _settled(db: AirlineDatabase, reservation: Reservation, payment_id: PaymentId, price: Money) -> tuple[Payment, ...]:
    """Pay for a change, or refund it; the payments of the reservation afterwards.

    Raises:
        Refusal: the payment method is not the customer's, is a certificate, or does not cover the price.
    """
    user = db.users[reservation.user_id]
    must_settle(method_of(user, payment_id), price)
    if not price:
        return reservation.payment_history
    payment = Payment(payment_id=payment_id, amount=price)
    put_user(db, reservation.user_id, charged(user, (payment,)))
    return (*reservation.payment_history, payment)
