"""Times: when a flight leaves and arrives, and what has become of it.

All times are Eastern, those of flights that cross the country too, so that they can be compared.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Cancelled,
    Date,
    Delayed,
    Flight,
    FlightNumber,
    Flying,
    Landed,
    Leg,
    Moment,
    Reservation,
    Time,
)

DAY = timedelta(days=1)


def moment(date: Date, time: Time) -> datetime:
    """A day and a time of day, which may be one of the day after ("00:30:00+1")."""
    clock, _, days = time.partition("+")
    return datetime.fromisoformat(f"{date}T{clock}") + timedelta(days=int(days or 0))


def departure(flight: Flight, date: Date) -> datetime:
    """When a flight is planned to leave."""
    return moment(date, flight.scheduled_departure_time_est)


def arrival(flight: Flight, date: Date) -> datetime:
    """When a flight is planned to arrive."""
    return moment(date, flight.scheduled_arrival_time_est)


def written(at: datetime) -> Moment:
    """A moment as rows hold it."""
    return Moment(at.isoformat(timespec="seconds"))


def is_flown(db: AirlineDatabase, number: FlightNumber, date: Date) -> bool:
    """Whether a flight has left on a day."""
    flight = db.flights.get(number)
    return flight is not None and isinstance(flight.dates.get(date), Flying | Landed)


def is_cancelled(db: AirlineDatabase, number: FlightNumber, date: Date) -> bool:
    """Whether the airline has cancelled a flight on a day."""
    flight = db.flights.get(number)
    return flight is not None and isinstance(flight.dates.get(date), Cancelled)


def is_late(db: AirlineDatabase, number: FlightNumber, date: Date) -> bool:
    """Whether a flight has yet to leave on a day, and is delayed."""
    flight = db.flights.get(number)
    return flight is not None and isinstance(flight.dates.get(date), Delayed)


def has_flown(db: AirlineDatabase, legs: tuple[Leg, ...]) -> bool:
    """Whether any of a reservation's flights has left."""
    return any(is_flown(db, leg.flight_number, leg.date) for leg in legs)


def was_cancelled(db: AirlineDatabase, legs: tuple[Leg, ...]) -> bool:
    """Whether the airline has cancelled any of a reservation's flights."""
    return any(is_cancelled(db, leg.flight_number, leg.date) for leg in legs)


def was_late(db: AirlineDatabase, legs: tuple[Leg, ...]) -> bool:
    """Whether any of a reservation's flights is delayed."""
    return any(is_late(db, leg.flight_number, leg.date) for leg in legs)


def is_recent(db: AirlineDatabase, booked: Reservation) -> bool:
    """Whether a reservation was made within the last 24 hours."""
    return datetime.fromisoformat(db.now) - datetime.fromisoformat(booked.created_at) <= DAY
