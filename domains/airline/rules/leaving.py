"""Leaving: rules on who may cancel, and whom the airline compensates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interplay.domains.airline import times
from interplay.domains.airline.rows import Date, FlightNumber, Reservation, User
from interplay.domains.airline.rules.facts import CANCELLING, COMPENSATING, Case, cabin_of, owner, reservation
from interplay.domains.airline.terms import FOR_CANCELLED, FOR_LATE
from interplay.domains.airline.tools import cancel_reservation, send_certificate, update_reservation_flights
from interplay.engine.messages import HumanMessage
from interplay.engine.policy import rule

_FOLLOWED = frozenset((cancel_reservation.name, update_reservation_flights.name))
_HEALTH_OR_WEATHER = re.compile(
    r"\b(?:health|sick|ill|illness|unwell|disease|infect\w*|fever|flu|cold|virus|covid|pneumonia|appendi\w*|migraine"
    r"|hospital\w*|doctor\w*|medic\w*|clinic\w*|surg\w+|operation|treatment|injur\w*|hurt|accident|broke\w*|sprain\w*"
    r"|pregnan\w*|contagious|bedridden|emergency|feel\w* (?:bad|terrible|awful)|well enough|fit to fly|heart|stroke"
    r"|weather|storm\w*|thunder\w*|snow\w*|blizzard\w*|hurricane\w*|tornado\w*|typhoon\w*|flood\w*|fog\w*|ice|icy"
    r"|hail\w*|wind\w*|wildfire\w*|heat ?wave|rain\w*)\b",
    re.IGNORECASE,
)
"""Words of whoever cannot travel for reasons of health or weather; many, for it should miss nobody."""
_ASKED = re.compile(
    r"\b(?:compensat\w*|certificate\w*|voucher\w*|gesture|make (?:it|this|that|up)|refund\w*|reimburs\w*|credit\w*"
    r"|goodwill|owe\w*|something for (?:it|this|that|my|the)|money|pay\w* (?:me|for))\b",
    re.IGNORECASE,
)


@rule("cancel-allowed", section=CANCELLING, on=(cancel_reservation,))
def cancel_allowed(case: Case) -> str | None:
    """Made within a day, cancelled by the airline, in business, or insured."""
    booked = reservation(case)
    if booked is None or may_leave(case, booked) or booked.insurance == "yes":
        return None
    return (
        f"reservation {booked.reservation_id} was made more than 24 hours ago, is in {cabin_of(case, booked)}, "
        "has no insurance and no flight that the airline cancelled"
    )


@rule("insured-reason", section=CANCELLING, on=(cancel_reservation,), dialogue=True)
def insured_reason(case: Case) -> str | None:
    """Where only the insurance lets somebody cancel, they spoke of health or of the weather."""
    booked = reservation(case)
    if booked is None or booked.insurance != "yes" or may_leave(case, booked):
        return None
    if any(isinstance(each, HumanMessage) and _HEALTH_OR_WEATHER.search(each.text) for each in case.before()):
        return None
    return f"only its insurance lets {booked.reservation_id} be cancelled, and nobody named health or weather"


@rule("asked-for", section=COMPENSATING, on=(send_certificate,), dialogue=True)
def asked_for(case: Case) -> str | None:
    """The customer asked to be compensated."""
    if any(isinstance(each, HumanMessage) and _ASKED.search(each.text) for each in case.before()):
        return None
    return "a certificate was sent to a customer who had not asked for compensation"


@rule("compensation-amount", section=COMPENSATING, on=(send_certificate,))
def compensation_amount(case: Case) -> str | None:
    """What is sent is due for the passengers of a reservation with a cancelled flight, or a late one that was left."""
    user, amount = owner(case), case.arguments["amount"]
    if user is None or any(due == amount for _, due in _grounds(case, user)):
        return None
    return f"no reservation of the customer gives a reason to send ${amount:g}"


@rule("compensation-allowed", section=COMPENSATING, on=(send_certificate,))
def compensation_allowed(case: Case) -> str | None:
    """Silver or gold, insured, or in business."""
    user, amount = owner(case), case.arguments["amount"]
    if user is None or user.membership != "regular":
        return None
    concerned = [booked for booked, due in _grounds(case, user) if due == amount]
    if not concerned or any(booked.insurance == "yes" or cabin_of(case, booked) == "business" for booked in concerned):
        return None
    return "the customer is a regular member, and the reservation has no insurance and is not in business"


@rule("compensated-once", section=COMPENSATING, on=(send_certificate,))
def compensated_once(case: Case) -> str | None:
    """No more certificates than reservations that give a reason for one."""
    user = owner(case)
    if user is None:
        return None
    sent = sum(call.tool == send_certificate.name for call, _ in case.done_before())
    reasons = len({booked.reservation_id for booked, _ in _grounds(case, user)})
    return f"{sent} were sent already, and {reasons} reservations give a reason" if sent >= max(reasons, 1) else None


def may_leave(case: Case, booked: Reservation) -> bool:
    """Whether a reservation can be cancelled for whatever reason."""
    return (
        times.is_recent(case.db, booked)
        or cabin_of(case, booked) == "business"
        or times.was_cancelled(case.db, booked.flights)
    )


def _grounds(case: Case, user: User) -> Iterator[tuple[Reservation, int]]:
    """Reservations for which the customer is due something, each with how many dollars."""
    left = {call.arguments["reservation_id"] for call, _ in case.done_before() if call.tool in _FOLLOWED}
    for reservation_id in user.reservations:
        booked = case.db.reservations.get(reservation_id)
        if booked is None:
            continue
        flights = list(_flights(case, booked))
        if any(times.is_cancelled(case.db, *flight) for flight in flights):
            yield booked, FOR_CANCELLED * len(booked.passengers)
        if reservation_id in left and any(times.is_late(case.db, *flight) for flight in flights):
            yield booked, FOR_LATE * len(booked.passengers)


def _flights(case: Case, booked: Reservation) -> Iterator[tuple[FlightNumber, Date]]:
    """A reservation's flights, those included that it had earlier in the conversation."""
    for leg in booked.flights:
        yield leg.flight_number, leg.date
    for _, result in case.done_before():
        document = result.document
        if isinstance(document, dict) and document.get("reservation_id") == booked.reservation_id:
            for leg in document["flights"]:
                yield leg["flight_number"], leg["date"]
