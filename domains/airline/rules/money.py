"""Money: rules on what is paid for, with what, and how much."""

from __future__ import annotations

from collections import Counter

from interplay.domains.airline.rows import Certificate, CreditCard, GiftCard
from interplay.domains.airline.rules.facts import (
    ADDING,
    BAGS,
    CHANGING,
    PAID,
    PAYING,
    Case,
    cabin_of,
    method,
    owner,
    payments,
    reservation,
    segments,
)
from interplay.domains.airline.terms import (
    BAG_PRICE,
    INSURANCE_PRICE,
    MOST_CERTIFICATES,
    MOST_CREDIT_CARDS,
    MOST_GIFT_CARDS,
    paid_bags,
)
from interplay.domains.airline.tools import book_reservation, update_reservation_baggages, update_reservation_flights
from interplay.engine.policy import rule

_MOST = ((Certificate, MOST_CERTIFICATES), (CreditCard, MOST_CREDIT_CARDS), (GiftCard, MOST_GIFT_CARDS))


@rule("payment-mix", section=PAYING, on=(book_reservation,))
def payment_mix(case: Case) -> str | None:
    """Of each kind of payment method no more than one booking takes."""
    kinds = Counter(type(method(case, payment_id)) for payment_id, _ in payments(case))
    for kind, most in _MOST:
        if kinds[kind] > most:
            return f"one booking takes at most {most} {kind.__struct_config__.tag}, not {kinds[kind]}"
    return None


@rule("own-payment-method", section=PAYING, on=PAID)
def own_payment_method(case: Case) -> str | None:
    """Every payment method is in the profile of whoever has the reservation."""
    if owner(case) is None:
        return None
    strange = [payment_id for payment_id, _ in payments(case) if method(case, payment_id) is None]
    return f"{', '.join(strange)} is no payment method of this customer" if strange else None


@rule("no-certificate", section=CHANGING, on=(update_reservation_flights, update_reservation_baggages))
def no_certificate(case: Case) -> str | None:
    """Certificates pay for bookings only."""
    payment_id = case.arguments["payment_id"]
    if isinstance(method(case, payment_id), Certificate):
        return f"{payment_id} is a certificate, with which changes cannot be paid"
    return None


@rule("balance-covers", section=PAYING, on=PAID)
def balance_covers(case: Case) -> str | None:
    """Gift cards and certificates pay no more than is on them."""
    for payment_id, amount in payments(case):
        card = method(case, payment_id)
        if isinstance(card, GiftCard | Certificate) and card.amount < amount:
            return f"{payment_id} has ${card.amount:g} on it, and ${amount:g} is due"
    return None


@rule("full-price", section=PAYING, on=(book_reservation,))
def full_price(case: Case) -> str | None:
    """The payments come to the price of flights, insurance and bags."""
    given, legs = case.arguments, segments(case)
    prices = [segment.price(given["cabin"]) for segment in legs]
    if len(legs) < len(given["flights"]) or None in prices:
        return None
    seat = sum(price for price in prices if price is not None) + INSURANCE_PRICE * (given["insurance"] == "yes")
    total = seat * len(given["passengers"]) + BAG_PRICE * given["nonfree_baggages"]
    paid = sum(amount for _, amount in payments(case))
    return None if abs(paid - total) < 0.01 else f"the trip costs ${total:g}, and ${paid:g} is paid"


@rule("bags-counted", section=BAGS, on=(book_reservation, update_reservation_baggages))
def bags_counted(case: Case) -> str | None:
    """What is paid for is what goes beyond the free bags; what was paid for before stays paid."""
    given, booked, user = case.arguments, reservation(case), owner(case)
    if user is None:
        return None
    cabin = given["cabin"] if booked is None else cabin_of(case, booked)
    people = given["passengers"] if booked is None else booked.passengers
    counted = paid_bags(user.membership, cabin, len(people), given["total_baggages"])
    counted = max(counted, 0 if booked is None else booked.nonfree_baggages)
    if given["nonfree_baggages"] == counted:
        return None
    return f"of {given['total_baggages']} bags {counted} have to be paid for, not {given['nonfree_baggages']}"


@rule("bags-only-added", section=ADDING, on=(update_reservation_baggages,))
def bags_only_added(case: Case) -> str | None:
    """No bag is taken away."""
    booked, total = reservation(case), case.arguments["total_baggages"]
    if booked is None or total >= booked.total_baggages:
        return None
    return f"reservation {booked.reservation_id} has {booked.total_baggages} bags, which cannot become {total}"
