"""The airline's own data: a network, people and their journeys, made from a seed at any size.

It has the shape of the public airline benchmark's data and none of its content. Everything in it agrees: a flight
takes and costs what its distance says, a stop can be made, a reservation costs what its flights, insurance and bags
cost and was paid with its person's own methods, and nobody can be mistaken for somebody else.
"""

from __future__ import annotations

import datetime
from typing import Any

from interplay.domains.airline.data.journeys import Diary, Traveller
from interplay.domains.airline.data.network import NOW, Network
from interplay.domains.airline.rows import (
    CLOCK,
    AirlineDatabase,
    Certificate,
    Clock,
    Date,
    GiftCard,
    Membership,
    Passenger,
    PaymentMethod,
    User,
    UserId,
)
from interplay.domains.airline.times import written
from interplay.engine.database import Base
from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import Crowd
from interplay.engine.worldkit.wallet import credit_card, wallet

MOST_PERSONS = 1_000_000
"""Four reservations a person, of which each needs an id, and payment methods with ids of seven digits."""
MEMBERSHIPS: dict[Membership, int] = {"regular": 40, "silver": 33, "gold": 27}
"""How many of a hundred people are what."""
WALLETS = {
    ("credit_card",): 10,
    ("credit_card", "credit_card"): 8,
    ("credit_card", "gift_card"): 12,
    ("credit_card", "certificate"): 14,
    ("credit_card", "gift_card", "certificate"): 18,
    ("credit_card", "gift_card", "gift_card"): 8,
    ("credit_card", "certificate", "certificate"): 10,
    ("credit_card", "credit_card", "gift_card", "certificate"): 10,
    ("credit_card", "gift_card", "gift_card", "certificate", "certificate"): 6,
    ("gift_card", "certificate"): 4,
}
"""What people pay with, and how many of a hundred do."""
CERTIFICATES = (100, 150, 200, 250, 500)
YOUNGEST, OLDEST = datetime.date(2004, 12, 31), datetime.date(1950, 1, 1)
YOUNGEST_COMPANION = datetime.date(2016, 12, 31)


def generate(seed: Seed, persons: int) -> Base[AirlineDatabase]:
    """Make the airline's data; the same seed and size give the same bytes.

    Args:
        seed: decides all of it; the network does not depend on the size.
        persons: how many customers, 1 to `MOST_PERSONS`.
    Raises:
        DomainError: a size that is not possible.
    """
    if not 1 <= persons <= MOST_PERSONS:
        raise DomainError(
            f"airline data can be made for 1 to {MOST_PERSONS:,} persons, because ids of payment methods have seven "
            f"digits; {persons:,} were asked for"
        )
    network = Network(seed.child("network"))
    diary = Diary(seed.child("journeys"), network)
    crowd = Crowd(seed.child("people"), persons)
    users: dict[UserId, User] = {}
    for person in crowd:
        (membership,) = crowd.rng.choices(tuple(MEMBERSHIPS), weights=tuple(MEMBERSHIPS.values()))
        born = Date(crowd.birthday(YOUNGEST, OLDEST))
        methods = wallet(crowd, WALLETS, lambda kind, method_id: _method(kind, method_id, crowd))
        myself = Passenger(first_name=person.name.first_name, last_name=person.name.last_name, dob=born)
        others = [_companion(crowd) for _ in range(5)]
        paying = [each for each in methods.values() if not isinstance(each, Certificate)]
        users[person.id] = User(
            name=person.name,
            address=person.address,
            email=person.email,
            dob=born,
            payment_methods=methods,
            saved_passengers=tuple(others[: crowd.rng.randint(0, 3)]),
            membership=membership,
            reservations=diary.journeys_of(Traveller(person.id, membership, paying, [myself, *others])),
        )
    tables: dict[str, Any] = {
        "flights": network.flights(),
        "users": users,
        "reservations": diary.reservations,
        "clock": {CLOCK: Clock(now=written(NOW))},
    }
    return Base(AirlineDatabase, tables)


def _companion(crowd: Crowd) -> Passenger:
    name = crowd.name()
    born = Date(crowd.birthday(YOUNGEST_COMPANION, OLDEST))
    return Passenger(first_name=name.first_name, last_name=name.last_name, dob=born)


def _method(kind: str, method_id: Any, crowd: Crowd) -> PaymentMethod:
    if kind == "certificate":
        return Certificate(amount=crowd.rng.choice(CERTIFICATES), id=method_id)
    if kind == "gift_card":
        return GiftCard(amount=_balance(crowd), id=method_id)
    return credit_card(method_id, crowd)


def _balance(crowd: Crowd) -> int:
    """Enough for some trips and not for others; one card in twelve is empty."""
    chance = crowd.rng.random()
    if chance < 0.08:
        return 0
    low, high = (10, 120) if chance < 0.4 else (120, 450) if chance < 0.8 else (450, 1200)
    return crowd.rng.randint(low, high)


__all__ = ["MOST_PERSONS", "generate"]
