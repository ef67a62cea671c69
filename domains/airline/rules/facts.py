"""Facts: what several rules have to know of a call: whose it is, which flights it is about, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from interplay.domains.airline import times
from interplay.domains.airline.rows import (
    AirlineDatabase,
    Available,
    Cabin,
    Date,
    Flight,
    FlightNumber,
    PaymentMethod,
    Reservation,
    User,
    UserId,
)
from interplay.domains.airline.terms import BAG_PRICE
from interplay.domains.airline.tools import (
    book_reservation,
    cancel_reservation,
    get_reservation_details,
    get_user_details,
    send_certificate,
    update_reservation_baggages,
    update_reservation_flights,
    update_reservation_passengers,
)
from interplay.engine.policy import Situation
from interplay.engine.tools import Tool

Case: TypeAlias = Situation[AirlineDatabase]
ToolList: TypeAlias = tuple[Tool[..., Any], ...]

WORKING = "How you work"
KNOWING = "Knowing who you are talking to"
BOOKING = "Booking"
PAYING = "Paying"
BAGS = "Bags"
CHANGING = "Changing flights and cabin"
ADDING = "Changing bags and insurance"
CORRECTING = "Changing passengers"
CANCELLING = "Cancelling"
COMPENSATING = "Certificates as compensation"

CHANGES: ToolList = (update_reservation_flights, update_reservation_baggages, update_reservation_passengers)
WRITES: ToolList = (book_reservation, cancel_reservation, *CHANGES, send_certificate)
PERSONAL: ToolList = (get_reservation_details, get_user_details, *WRITES)
PAID: ToolList = (book_reservation, update_reservation_baggages, update_reservation_flights)
ROUTED: ToolList = (book_reservation, update_reservation_flights)


class Segment(NamedTuple):
    """One flight that a call names, and its day."""

    flight: Flight
    date: Date

    def price(self, cabin: Cabin) -> float | None:
        """What one seat costs today; None where none can be had."""
        day = self.flight.dates.get(self.date)
        return day.prices[cabin] if isinstance(day, Available) else None

    def seats(self, cabin: Cabin) -> int:
        """How many can be had."""
        day = self.flight.dates.get(self.date)
        return day.available_seats[cabin] if isinstance(day, Available) else 0


def reservation(case: Case) -> Reservation | None:
    """The reservation that the call names, if there is one."""
    reservation_id = case.arguments.get("reservation_id")
    return None if reservation_id is None else case.db.reservations.get(reservation_id)


def concerned(case: Case, arguments: dict[str, Any]) -> UserId | None:
    """Whose things a call with these arguments is about."""
    if "user_id" in arguments:
        return UserId(arguments["user_id"])
    found = case.db.reservations.get(arguments.get("reservation_id", ""))
    return None if found is None else found.user_id


def owner(case: Case) -> User | None:
    """The customer whose things the call is about."""
    user_id = concerned(case, case.arguments)
    return None if user_id is None else case.db.users.get(user_id)


def method(case: Case, payment_id: str) -> PaymentMethod | None:
    """The payment method of this id, when it is that customer's own."""
    user = owner(case)
    return None if user is None else user.payment_methods.get(payment_id)  # type: ignore[call-overload]


def payments(case: Case) -> list[tuple[str, float]]:
    """Payment ids with what each pays: as a booking lists them, or what a change comes to."""
    if "payment_methods" in case.arguments:
        return [(each["payment_id"], each["amount"]) for each in case.arguments["payment_methods"]]
    return [(case.arguments["payment_id"], due(case))]


def segments(case: Case) -> list[Segment]:
    """The flights that the call names; those that do not exist are left out."""
    found = ((case.db.flights.get(each["flight_number"]), each["date"]) for each in case.arguments["flights"])
    return [Segment(flight, date) for flight, date in found if flight is not None]


def cabin_of(case: Case, booked: Reservation) -> Cabin:
    """The cabin of a reservation by now: the one that it was changed to last, whatever its row says."""
    cabin = booked.cabin
    for call, _ in case.done_before():
        if call.tool == update_reservation_flights.name and call.arguments["reservation_id"] == booked.reservation_id:
            cabin = call.arguments["cabin"]
    return cabin


def kept(case: Case, segment: Segment) -> float | None:
    """What was paid for a seat on a flight that stays as it is, in the same cabin; None for another."""
    booked = reservation(case)
    if booked is None or booked.cabin != case.arguments["cabin"]:
        return None
    same = (leg.price for leg in booked.flights if (leg.flight_number, leg.date) == _named(segment))
    return next(same, None)


def has_new_flights(case: Case) -> bool:
    """Whether a change of flights changes any."""
    booked = reservation(case)
    if booked is None:
        return False
    named = [(each["flight_number"], each["date"]) for each in case.arguments["flights"]]
    return named != [(leg.flight_number, leg.date) for leg in booked.flights]


def due(case: Case) -> float:
    """What a change of flights or bags costs, in dollars; negative where something is paid back."""
    booked = reservation(case)
    if booked is None:
        return 0
    if "nonfree_baggages" in case.arguments:
        more: int = case.arguments["nonfree_baggages"] - booked.nonfree_baggages
        return max(0, more) * BAG_PRICE
    seat = 0.0
    for segment in segments(case):
        price = kept(case, segment)
        seat += (segment.price(case.arguments["cabin"]) or 0) if price is None else price
    return (seat - sum(leg.price for leg in booked.flights)) * len(booked.passengers)


def astray(legs: Sequence[Segment], origin: str, destination: str, kind: str) -> str | None:
    """Why flights are no trip from here to there, and back where it is a round trip; None where they are."""
    stops = [leg.flight.destination for leg in legs]
    if not legs or legs[0].flight.origin != origin:
        return f"the flights do not begin in {origin}"
    end = destination if kind == "one_way" else origin
    if stops[-1] != end:
        return f"the flights do not end in {end}"
    if kind == "round_trip" and destination not in stops[:-1]:
        return f"the flights do not touch {destination}"
    return None


def unconnected(legs: Sequence[Segment]) -> str | None:
    """Why flights cannot be flown one after the other; None where they can."""
    for (before, day), (after, next_day) in pairwise(legs):
        if before.destination != after.origin:
            return (
                f"{before.flight_number} ends in {before.destination}, {after.flight_number} begins in {after.origin}"
            )
        if times.departure(after, next_day) < times.arrival(before, day):
            return f"{after.flight_number} leaves on {next_day} before {before.flight_number} has arrived"
    return None


def _named(segment: Segment) -> tuple[FlightNumber, Date]:
    return segment.flight.flight_number, segment.date
