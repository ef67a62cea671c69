"""People: a crowd with names, addresses, mailboxes and ids, no two of whom a tool could take for one another.

Names and streets come from Faker, drawn once into pools, because drawing each would take most of the time. A city,
its state and the first digits of its zip belong together. The crowd's `rng` is one stream: whatever a world draws
for a person from it (a wallet, a birthday) it draws when it has that person, before the next.

    crowd = Crowd(seed.child("people"), persons)
    for person in crowd:
        users[person.id] = User(name=person.name, ..., payment_methods=wallet(crowd, MIXES, make))
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.cities import CITIES
from interplay.engine.worldkit.identity import Address, Name
from interplay.engine.worldkit.rows import Email, FirstName, LastName, UserId, Zip

LARGEST_POOL = 500
SMALLEST_POOL = 30
MAIL_HOSTS = ("example.com", "example.org", "example.net")


class Person(NamedTuple):
    """Somebody before a world gave them anything."""

    id: UserId
    name: Name
    address: Address
    email: Email


class Crowd:
    """Makes people; iterating gives as many as were asked for.

    Args:
        seed: decides everything about them.
        persons: how many there will be, for the size of the pools.
    """

    def __init__(self, seed: Seed, persons: int) -> None:
        from faker import Faker  # slow to import, and only needed to make data

        fake = Faker("en_US")
        fake.seed_instance(seed.child("names").number)
        size = max(SMALLEST_POOL, min(LARGEST_POOL, persons // 2))
        self._first_names: list[str] = [fake.first_name() for _ in range(size)]
        self._last_names: list[str] = [fake.last_name() for _ in range(size)]
        self._streets: list[str] = [fake.street_name() for _ in range(size)]
        self.rng = seed.random()
        """Decides all of it, in the order in which it is drawn."""
        self._persons = persons
        self._taken: set[object] = set()

    def __iter__(self) -> Iterator[Person]:
        return (self.person() for _ in range(self._persons))

    def address(self) -> Address:
        """A place somewhere in the country."""
        rng = self.rng
        city, state, prefix = rng.choice(CITIES)
        return Address(
            address1=f"{rng.randint(12, 989)} {rng.choice(self._streets)}",
            address2=_second_line(rng),
            city=city,
            country="USA",
            state=state,
            zip=Zip(f"{prefix}{rng.randrange(100):02d}"),
        )

    def name(self) -> Name:
        """A name, which somebody else may have, too."""
        first, last = self.rng.choice(self._first_names), self.rng.choice(self._last_names)
        return Name(first_name=FirstName(first), last_name=LastName(last))

    def person(self) -> Person:
        """Somebody whose name nobody else in the same zip has, and whose id and mailbox are their own."""
        address = self.address()
        name = self.name()
        while not self.free((name.first_name, name.last_name, address.zip)):
            name = self.name()
        slug = f"{_letters(name.first_name)}_{_letters(name.last_name)}"
        user_id = self.unique(f"{slug}_", 1000, 9999)
        mailbox = self.unique(slug.replace("_", "."), 1000, 9999)
        return Person(UserId(user_id), name, address, Email(f"{mailbox}@{self.rng.choice(MAIL_HOSTS)}"))

    def birthday(self, youngest: date, oldest: date) -> str:
        """A date of birth, as "1990-04-05".

        Args:
            youngest: the latest day.
            oldest: the earliest day.
        """
        return (oldest + timedelta(days=self.rng.randint(0, (youngest - oldest).days))).isoformat()

    def unique(self, stem: str, low: int, high: int) -> str:
        """A stem with a number behind it, as nothing else in the crowd is called."""
        while not self.free(found := f"{stem}{self.rng.randint(low, high)}"):
            pass
        return found

    def free(self, key: object) -> bool:
        """Whether nobody has this yet; it is taken from then on."""
        if key in self._taken:
            return False
        self._taken.add(key)
        return True


def must_fit(what: str, persons: int, most: int, because: str) -> None:
    """Refuse to make data for a number of persons that is not possible.

    Args:
        what: whose data: the world's name.
        persons: how many were asked for.
        most: how many can be.
        because: why not more: "an order id has seven digits".
    Raises:
        DomainError: the number is not from 1 to the most.
    """
    if not 1 <= persons <= most:
        raise DomainError(
            f"{what} data can be made for 1 to {most:,} persons, because {because}; {persons:,} were asked for"
        )


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name.lower()))


def _second_line(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.5:
        return ""
    return f"Apt {rng.randint(1, 48)}" if chance < 0.8 else f"Suite {rng.randint(1, 990)}"
