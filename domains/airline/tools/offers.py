"""Offers: flights that can be booked, as a search shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as day
from datetime import timedelta

from msgspec import UNSET, UnsetType

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Airport,
    Available,
    Cabin,
    Date,
    Flight,
    FlightNumber,
    Money,
    Row,
    Time,
)
from interplay.engine.database import Index
from interplay.engine.errors import Refusal
from interplay.engine.worldkit.requirements import shown

AIRPORTS: Mapping[Airport, str] = {
    Airport(code): city
    for code, city in (
        ("SFO", "San Francisco"),
        ("JFK", "New York"),
        ("LAX", "Los Angeles"),
        ("ORD", "Chicago"),
        ("DFW", "Dallas"),
        ("DEN", "Denver"),
        ("SEA", "Seattle"),
        ("ATL", "Atlanta"),
        ("MIA", "Miami"),
        ("BOS", "Boston"),
        ("PHX", "Phoenix"),
        ("IAH", "Houston"),
        ("LAS", "Las Vegas"),
        ("MCO", "Orlando"),
        ("EWR", "Newark"),
        ("CLT", "Charlotte"),
        ("MSP", "Minneapolis"),
        ("DTW", "Detroit"),
        ("PHL", "Philadelphia"),
        ("LGA", "LaGuardia"),
    )
}
"""The city of each airport, by code."""

NEXT_DAY = "+1"
"""At the end of a time of day: it is one of the day after."""

_BY_ORIGIN: Index[Flight] = Index(lambda flight: flight.origin)
_BY_ENDS: Index[Flight] = Index(lambda flight: (flight.origin, flight.destination))


class Offer(Row, frozen=True):
    """A flight on a day on which it can be booked."""

    flight_number: FlightNumber
    origin: Airport
    destination: Airport
    scheduled_departure_time_est: Time
    scheduled_arrival_time_est: Time
    status: str
    available_seats: Mapping[Cabin, int]
    prices: Mapping[Cabin, Money]
    date: Date | UnsetType = UNSET


def direct(db: AirlineDatabase, origin: Airport, destination: Airport, date: Date) -> list[Offer]:
    """Flights from one airport to another that can be booked on a day."""
    found = []
    for flight in _between(db, origin, destination):
        day = flight.dates.get(date)
        if isinstance(day, Available):
            found.append(_offer(flight, day))
    return found


def one_stop(db: AirlineDatabase, origin: Airport, destination: Airport, date: Date) -> list[tuple[Offer, Offer]]:
    """Pairs of flights that can be booked, of which the second leaves once the first has arrived.

    Raises:
        Refusal: a flight arrives on the day after, and the date does not end in a day.
    """
    found = []
    for first in map(db.flights.__getitem__, db.flights.find(_BY_ORIGIN, origin)):
        for second in _between(db, first.destination, destination):
            overnight = first.scheduled_arrival_time_est.endswith(NEXT_DAY)
            then = _day_after(date) if overnight else date
            day, next_day = first.dates.get(date), second.dates.get(then)
            if first.scheduled_arrival_time_est > second.scheduled_departure_time_est:
                continue  # as text, so that a flight that leaves as an overnight one arrives is no connection
            if isinstance(day, Available) and isinstance(next_day, Available):
                known = second.dates.get(date)  # seats and prices shown are those of the first day, as recorded
                seats = known if isinstance(known, Available) else next_day
                found.append((_offer(first, day, date), _offer(second, seats, then)))
    return found


def _between(db: AirlineDatabase, origin: Airport, destination: Airport) -> list[Flight]:
    return [db.flights[number] for number in db.flights.find(_BY_ENDS, (origin, destination))]


def _offer(flight: Flight, day: Available, date: Date | UnsetType = UNSET) -> Offer:
    return Offer(
        flight_number=flight.flight_number,
        origin=flight.origin,
        destination=flight.destination,
        scheduled_departure_time_est=flight.scheduled_departure_time_est,
        scheduled_arrival_time_est=flight.scheduled_arrival_time_est,
        status="available",
        available_seats=day.available_seats,
        prices=day.prices,
        date=date,
    )


def _day_after(date: Date) -> Date:
    try:
        int(date[-2:])
    except ValueError:
        raise Refusal(
            f"{shown(date)} is no date; write year, month and day, such as '2024-05-20'.", code="bad_arguments"
        ) from None
    try:
        return Date((day.fromisoformat(date) + timedelta(days=1)).isoformat())
    except (ValueError, OverflowError):
        return date  # nothing flies on it
