"""Talking: rules on whom the agent serves, and how it goes about a change."""

from __future__ import annotations

from collections.abc import Iterator

from interplay.domains.airline.rows import CreditCard, GiftCard, PaymentMethod, UserId
from interplay.domains.airline.rules.facts import (
    KNOWING,
    PERSONAL,
    WORKING,
    WRITES,
    Case,
    cabin_of,
    concerned,
    has_new_flights,
    method,
    payments,
    reservation,
)
from interplay.domains.airline.tools import (
    TOOLS,
    book_reservation,
    cancel_reservation,
    send_certificate,
    update_reservation_baggages,
    update_reservation_flights,
)
from interplay.engine.messages import HumanMessage
from interplay.engine.policy import rule
from interplay.engine.worldkit.rules import (
    confirm_before_write,
    hand_over_last,
    names,
    no_invented_ids,
    one_call_at_a_time,
    one_person,
    values_named,
)

_IDS = ("user_id", "reservation_id", "flight_number", "payment_id")
_CONCERNING = names(PERSONAL)
_SAYING_CANCEL = ("cancel", "cancelled", "canceled", "cancelling", "canceling", "cancellation")
_SAYING_BAG = ("bag", "bags", "baggage", "baggages", "luggage", "suitcase", "suitcases")
_SAYING_INSURANCE = ("insurance", "insured")
_SAYING_CERTIFICATE = ("certificate", "voucher")


@rule("user-id-first", section=KNOWING, on=PERSONAL, dialogue=True)
def user_id_first(case: Case) -> str | None:
    """The customer named the user id whose things are looked up or changed."""
    user_id = concerned(case, case.arguments)
    if user_id is None:
        return None
    if any(isinstance(each, HumanMessage) and user_id.lower() in each.text.lower() for each in case.before()):
        return None
    return f"{case.call.tool} concerns {user_id}, and nobody had named that user id"


def _customer(case: Case) -> UserId | None:
    """Whose things were looked up or changed first."""
    whose = (concerned(case, call.arguments) for call, _ in case.done_before() if call.tool in _CONCERNING)
    return next((user_id for user_id in whose if user_id is not None), None)


def _ids(case: Case) -> Iterator[str]:
    """The ids in a call."""
    return values_named(case.arguments, _IDS)


def _to_list(case: Case) -> Iterator[str | tuple[str, ...]]:
    """What a message has to mention to have listed the change."""
    given, tool = case.arguments, case.call.tool
    if "reservation_id" in given:
        yield given["reservation_id"]
    if tool == cancel_reservation.name:
        yield _SAYING_CANCEL
    elif tool == send_certificate.name:
        yield f"{given['amount']:g}"
        yield _SAYING_CERTIFICATE
    elif tool in (book_reservation.name, update_reservation_flights.name):
        yield from _journey(case)
    elif tool == update_reservation_baggages.name:
        yield _SAYING_BAG
    yield from _people(case)
    if tool == book_reservation.name:
        if given["total_baggages"]:
            yield _SAYING_BAG
        if given["insurance"] == "yes":
            yield _SAYING_INSURANCE
    if "payment_methods" in given or "payment_id" in given:
        for payment_id, amount in payments(case):
            if amount:
                yield _ways_to_say(payment_id, method(case, payment_id))


def _journey(case: Case) -> Iterator[str | tuple[str, ...]]:
    """The flights, when they are new, and the cabin, when it is."""
    given, booked = case.arguments, reservation(case)
    if booked is None or has_new_flights(case):
        for each in given["flights"]:
            yield each["flight_number"]
    if booked is None or cabin_of(case, booked) != given["cabin"]:
        yield (given["cabin"], given["cabin"].replace("_", " "))


def _people(case: Case) -> Iterator[tuple[str, ...]]:
    """Passengers who are new, each by one of their names."""
    booked = reservation(case)
    known = [] if booked is None else [(p.first_name, p.last_name, p.dob) for p in booked.passengers]
    for each in case.arguments.get("passengers", ()):
        if (each["first_name"], each["last_name"], each["dob"]) not in known:
            yield each["first_name"], each["last_name"]


def _ways_to_say(payment_id: str, card: PaymentMethod | None) -> tuple[str, ...]:
    """How a payment method may be called in front of its owner."""
    match card:
        case CreditCard(brand=brand, last_four=last_four):
            return (payment_id, last_four, f"{brand} card", brand, "credit card", "original payment method")
        case GiftCard():
            return (payment_id, "gift card", "gift cards", "giftcard", "original payment method")
        case _:
            return (payment_id, "certificate", "travel certificate")


one_customer = one_person(
    section=KNOWING, on=PERSONAL, known=_customer, concerns=lambda case: concerned(case, case.arguments)
)
confirmed_writes = confirm_before_write(section=WORKING, on=WRITES, listing=_to_list)
no_invention = no_invented_ids(section=WORKING, on=WRITES, named=_ids)
one_at_a_time = one_call_at_a_time(section=WORKING, on=TOOLS)
nothing_after = hand_over_last(section=WORKING, on=TOOLS)
