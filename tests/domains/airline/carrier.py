"""An airline small enough to hold in mind."""

from __future__ import annotations

from typing import Any

import msgspec

from interplay.domains.airline.rows import AirlineDatabase
from interplay.engine.database import Base

TODAY, TOMORROW, LATER, LAST = "2031-03-01", "2031-03-02", "2031-03-03", "2031-03-31"


def available(seats: int = 9, price: int = 100) -> dict[str, Any]:
    cabins = ("basic_economy", "economy", "business")
    return {
        "status": "available",
        "available_seats": dict.fromkeys(cabins, seats),
        "prices": {cabin: price * (at + 1) for at, cabin in enumerate(cabins)},
    }


def flight(number: str, way: str, leaves: str, arrives: str, **dates: dict[str, Any]) -> dict[str, Any]:
    origin, destination = way.split("-")
    days = {TODAY: {"status": "cancelled"}, TOMORROW: available(), LATER: available(2, 200), LAST: available()}
    return {
        "flight_number": number, "origin": origin, "destination": destination,
        "scheduled_departure_time_est": leaves, "scheduled_arrival_time_est": arrives, "dates": {**days, **dates},
    }  # fmt: skip


def document() -> dict[str, dict[str, Any]]:
    flights = [
        flight("F1", "BOS-DEN", "08:00:00", "10:00:00"),
        flight("F2", "DEN-SFO", "10:00:00", "12:00:00"),
        flight("F3", "DEN-SFO", "09:59:59", "12:00:00"),
        flight("F4", "BOS-DEN", "22:00:00", "10:00:00+1"),
        flight("F5", "DEN-BOS", "20:00:00", "23:00:00"),
    ]
    ann = {
        "name": {"first_name": "Ann", "last_name": "Lee"}, "email": "ann@x.org", "dob": "1990-01-31",
        "address": {"address1": "1 Elm", "address2": "", "city": "Ely", "country": "USA", "state": "MN", "zip": "5573"},
        "payment_methods": {
            "credit_card_1": {"source": "credit_card", "brand": "visa", "last_four": "0001", "id": "credit_card_1"},
            "gift_card_1": {"source": "gift_card", "amount": 250, "id": "gift_card_1"},
            "certificate_1": {"source": "certificate", "amount": 300, "id": "certificate_1"},
        },
        "saved_passengers": [], "membership": "gold", "reservations": ["R1"],
    }  # fmt: skip
    legs = [
        {"origin": "BOS", "destination": "DEN", "flight_number": "F1", "date": TOMORROW, "price": 150},
        {"origin": "DEN", "destination": "BOS", "flight_number": "F5", "date": LATER, "price": 170},
    ]
    booked = {
        "reservation_id": "R1", "user_id": "ann_lee_1", "origin": "BOS", "destination": "DEN",
        "flight_type": "round_trip", "cabin": "economy", "flights": legs,
        "passengers": [{"first_name": "Ann", "last_name": "Lee", "dob": "1990-01-31"}],
        "payment_history": [{"payment_id": "gift_card_1", "amount": 320}],
        "created_at": "2031-02-27T10:00:00", "total_baggages": 1, "nonfree_baggages": 0, "insurance": "no",
    }  # fmt: skip
    bob = {**ann, "payment_methods": {}, "membership": "regular", "reservations": []}
    return {
        "flights": {each["flight_number"]: each for each in flights},
        "users": {"ann_lee_1": ann, "bob_lee_2": bob},
        "reservations": {"R1": booked},
        "clock": {"world": {"now": "2031-03-01T12:00:00"}},
    }


def carrier(
    tables: dict[str, dict[str, Any]] | None = None, kind: type[AirlineDatabase] = AirlineDatabase
) -> Base[AirlineDatabase]:
    types = kind.row_types()
    given = tables or document()
    return Base(kind, {name: msgspec.convert(rows, dict[str, types[name]]) for name, rows in given.items()})
