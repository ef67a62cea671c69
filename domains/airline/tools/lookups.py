"""Lookups: tools that only read."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.airline.rows import (
    AirlineDatabase,
    Airport,
    Date,
    FlightNumber,
    Reservation,
    ReservationId,
    User,
    UserId,
)
from interplay.domains.airline.tools.offers import AIRPORTS, Offer, direct, one_stop
from interplay.domains.airline.tools.requirements import day_of, flight_of, reservation_of, user_of
from interplay.engine.tools import tool


@tool()
def get_reservation_details(db: AirlineDatabase, reservation_id: ReservationId) -> Reservation:
    """Look up a reservation: its flights with dates and prices, passengers, payments, bags and insurance.

    Args:
        reservation_id: six capitals and digits, such as "ABC123".

    Raises:
        Refusal: reservation_unknown.

    Source: recorded behaviour.
    """
    return reservation_of(db, reservation_id)


@tool()
def get_user_details(db: AirlineDatabase, user_id: UserId) -> User:
    """Look up a customer: membership, payment methods, saved passengers and the ids of their reservations.

    Args:
        user_id: such as "ann_smith_1234".

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    return user_of(db, user_id)


@tool()
def list_all_airports(db: AirlineDatabase) -> dict[Airport, str]:  # noqa: ARG001
    """List the airports that the airline flies to: the city of each, by its code of three letters.

    Source: recorded behaviour.
    """
    return dict(AIRPORTS)


@tool()
def search_direct_flight(db: AirlineDatabase, origin: Airport, destination: Airport, date: Date) -> list[Offer]:
    """Search for flights without a stop that can be booked on a day.

    Args:
        origin: code of the airport, such as "BOS".
        destination: code of the airport, such as "DEN".
        date: year, month and day, such as "2024-05-20".

    Returns:
        Flights with times (EST), and seats left and price of one seat in dollars for each cabin; empty where
        there are none.

    Source: recorded behaviour.
    """
    return direct(db, origin, destination, date)


@tool()
def search_onestop_flight(
    db: AirlineDatabase, origin: Airport, destination: Airport, date: Date
) -> list[tuple[Offer, Offer]]:
    """Search for journeys with one stop that can be booked and begin on a day.

    Where the second flight leaves on the day after, the seats and prices shown are those that it has on the day
    of the first; search for it on its own day before booking it.

    Args:
        origin: code of the airport, such as "BOS".
        destination: code of the airport, such as "DEN".
        date: year, month and day of the first flight, such as "2024-05-20".

    Returns:
        Pairs of flights, each with its own date: the second leaves where the first arrives, and not before it
        does. Times, seats and prices as for direct flights.

    Raises:
        Refusal: bad_arguments: a journey lasts over night, and the date is none.

    Source: recorded behaviour.
    """
    return one_stop(db, origin, destination, date)


@tool()
def get_flight_status(db: AirlineDatabase, flight_number: FlightNumber, date: Date) -> str:
    """Look up how a flight is on a day.

    Args:
        flight_number: such as "HAT001".
        date: year, month and day, such as "2024-05-20".

    Returns:
        One of: available, on time, delayed, flying, landed, cancelled.

    Raises:
        Refusal: flight_unknown, flight_not_on_date.
    """
    status = day_of(flight_of(db, flight_number), date).__struct_config__.tag
    return str(status)
