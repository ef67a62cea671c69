"""Words: how people name their trips and what they pay with."""

from __future__ import annotations

from collections.abc import Mapping

from interplay.domains.airline.rows import (
    Cabin,
    Certificate,
    CreditCard,
    GiftCard,
    Passenger,
    PaymentMethod,
    Reservation,
)
from interplay.domains.airline.tools.offers import AIRPORTS
from interplay.engine.worldkit.words import listed

CABINS: Mapping[Cabin, str] = {"basic_economy": "basic economy", "economy": "economy", "business": "business"}
"""A cabin as it is said."""


def airport(code: str) -> str:
    """An airport with its code: "Boston (BOS)"."""
    return f"{AIRPORTS[code]} ({code})"  # type: ignore[index]


def trip(booked: Reservation) -> str:
    """A reservation by where it leads: "a trip from Boston to Denver"."""
    there = f"from {AIRPORTS[booked.origin]} to {AIRPORTS[booked.destination]}"
    return f"a trip {there}" if booked.flight_type == "one_way" else f"a round trip {there}"


def card(method: PaymentMethod) -> str:
    """A payment method as its owner would call it."""
    match method:
        case CreditCard(brand=brand, last_four=digits):
            return f"{brand.title()} credit card ending in {digits}"
        case GiftCard(amount=amount):
            return f"gift card with ${amount:g} on it"
        case Certificate(amount=amount):
            return f"certificate of ${amount:g}"


def people(passengers: list[Passenger]) -> str:
    """Passengers by name: "Ann Lee and Bob Lee"."""
    return listed([f"{each.first_name} {each.last_name}" for each in passengers])


def bags(count: int) -> str:
    """So many bags: "1 bag", "3 bags"."""
    return "1 bag" if count == 1 else f"{count} bags"


def clock(time: str) -> str:
    """A time of day without its seconds: "06:15"."""
    return time[:5]
