"""People: who shops here, where they live and how they pay.

Names and streets come from Faker, drawn once into pools, because drawing each would take most of the
time. A city, its state and the first digits of its zip belong together.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from interplay.domains.retail.rows import (
    Address,
    CreditCard,
    Email,
    FirstName,
    GiftCard,
    LastName,
    Name,
    PaymentMethod,
    PaymentMethodId,
    PayPal,
    UserId,
    Zip,
)
from interplay.engine.seeds import Seed

PaymentKind: TypeAlias = Literal["credit_card", "paypal", "gift_card"]

LARGEST_POOL = 500
SMALLEST_POOL = 30
MAIL_HOSTS = ("example.com", "example.org", "example.net")
CARD_BRANDS = ("visa", "mastercard", "amex", "discover")


class Person(NamedTuple):
    """A customer before they ordered anything."""

    id: UserId
    name: Name
    address: Address
    email: Email
    payment_methods: Mapping[PaymentMethodId, PaymentMethod]


class Crowd:
    """Makes people, no two of whom a tool could take for one another.

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
        self._rng = seed.random()
        self._persons = persons
        self._taken: set[object] = set()

    def __iter__(self) -> Iterator[Person]:
        return (self._person() for _ in range(self._persons))

    def address(self) -> Address:
        """A place somewhere in the country."""
        rng = self._rng
        city, state, prefix = rng.choice(CITIES)
        return Address(
            address1=f"{rng.randint(12, 989)} {rng.choice(self._streets)}",
            address2=_second_line(rng),
            city=city,
            country="USA",
            state=state,
            zip=Zip(f"{prefix}{rng.randrange(100):02d}"),
        )

    def _person(self) -> Person:
        rng = self._rng
        address = self.address()
        while True:  # a name that nobody else in this zip has
            first, last = rng.choice(self._first_names), rng.choice(self._last_names)
            if self._free((first, last, address.zip)):
                break
        slug = f"{_letters(first)}_{_letters(last)}"
        user_id = self._unique(slug + "_", 1000, 9999)
        mailbox = self._unique(slug.replace("_", "."), 1000, 9999)
        return Person(
            UserId(user_id),
            Name(first_name=FirstName(first), last_name=LastName(last)),
            address,
            Email(f"{mailbox}@{rng.choice(MAIL_HOSTS)}"),
            self._wallet(),
        )

    def _wallet(self) -> dict[PaymentMethodId, PaymentMethod]:
        (kinds,) = self._rng.choices(tuple(WALLETS), cum_weights=_WALLET_WEIGHTS)
        methods = [self._method(kind) for kind in kinds]
        return {method.id: method for method in methods}

    def _method(self, kind: PaymentKind) -> PaymentMethod:
        rng = self._rng
        method_id = PaymentMethodId(self._unique(f"{kind}_", 1_000_000, 9_999_999))
        if kind == "paypal":
            return PayPal(id=method_id)
        if kind == "gift_card":
            return GiftCard(balance=_balance(rng), id=method_id)
        return CreditCard(brand=rng.choice(CARD_BRANDS), last_four=f"{rng.randrange(10_000):04d}", id=method_id)

    def _unique(self, stem: str, low: int, high: int) -> str:
        while not self._free(found := f"{stem}{self._rng.randint(low, high)}"):
            pass
        return found

    def _free(self, key: object) -> bool:
        if key in self._taken:
            return False
        self._taken.add(key)
        return True


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name.lower()))


def _second_line(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.5:
        return ""
    return f"Apt {rng.randint(1, 48)}" if chance < 0.8 else f"Suite {rng.randint(1, 990)}"


def _balance(rng: random.Random) -> float:
    """Enough for some orders and not for others: a third are small change, a few pay for nearly anything."""
    chance = rng.random()
    if chance < 0.35:
        low, high = 5, 60
    elif chance < 0.75:
        low, high = 60, 320
    else:
        low, high = 320, 950
    return float(rng.randint(low, high)) if rng.random() < 0.5 else round(rng.uniform(low, high), 2)


WALLETS: Mapping[tuple[PaymentKind, ...], int] = {
    ("credit_card",): 12,
    ("paypal",): 8,
    ("gift_card",): 4,
    ("credit_card", "gift_card"): 20,
    ("paypal", "gift_card"): 14,
    ("credit_card", "paypal"): 12,
    ("credit_card", "credit_card"): 4,
    ("credit_card", "paypal", "gift_card"): 18,
    ("credit_card", "credit_card", "gift_card"): 8,
}
"""What people pay with, and how many of a hundred do."""
_WALLET_WEIGHTS = [sum(list(WALLETS.values())[: place + 1]) for place in range(len(WALLETS))]

CITIES: tuple[tuple[str, str, str], ...] = (
    ("Boston", "MA", "021"),
    ("Worcester", "MA", "016"),
    ("Providence", "RI", "029"),
    ("Manchester", "NH", "031"),
    ("Portland", "ME", "041"),
    ("Burlington", "VT", "054"),
    ("Hartford", "CT", "061"),
    ("Newark", "NJ", "071"),
    ("Trenton", "NJ", "086"),
    ("New York", "NY", "100"),
    ("Brooklyn", "NY", "112"),
    ("Albany", "NY", "122"),
    ("Buffalo", "NY", "142"),
    ("Pittsburgh", "PA", "152"),
    ("Philadelphia", "PA", "191"),
    ("Wilmington", "DE", "198"),
    ("Washington", "DC", "200"),
    ("Baltimore", "MD", "212"),
    ("Richmond", "VA", "232"),
    ("Charleston", "WV", "253"),
    ("Raleigh", "NC", "276"),
    ("Charlotte", "NC", "282"),
    ("Columbia", "SC", "292"),
    ("Atlanta", "GA", "303"),
    ("Jacksonville", "FL", "322"),
    ("Miami", "FL", "331"),
    ("Tampa", "FL", "336"),
    ("Birmingham", "AL", "352"),
    ("Nashville", "TN", "372"),
    ("Memphis", "TN", "381"),
    ("Jackson", "MS", "392"),
    ("Louisville", "KY", "402"),
    ("Columbus", "OH", "432"),
    ("Cleveland", "OH", "441"),
    ("Cincinnati", "OH", "452"),
    ("Indianapolis", "IN", "462"),
    ("Detroit", "MI", "482"),
    ("Grand Rapids", "MI", "495"),
    ("Des Moines", "IA", "503"),
    ("Milwaukee", "WI", "532"),
    ("Madison", "WI", "537"),
    ("Minneapolis", "MN", "554"),
    ("Sioux Falls", "SD", "571"),
    ("Fargo", "ND", "581"),
    ("Billings", "MT", "591"),
    ("Chicago", "IL", "606"),
    ("St. Louis", "MO", "631"),
    ("Kansas City", "MO", "641"),
    ("Wichita", "KS", "672"),
    ("Omaha", "NE", "681"),
    ("New Orleans", "LA", "701"),
    ("Little Rock", "AR", "722"),
    ("Oklahoma City", "OK", "731"),
    ("Dallas", "TX", "752"),
    ("Houston", "TX", "770"),
    ("San Antonio", "TX", "782"),
    ("Austin", "TX", "787"),
    ("Denver", "CO", "802"),
    ("Cheyenne", "WY", "820"),
    ("Boise", "ID", "837"),
    ("Salt Lake City", "UT", "841"),
    ("Phoenix", "AZ", "850"),
    ("Tucson", "AZ", "857"),
    ("Albuquerque", "NM", "871"),
    ("Las Vegas", "NV", "891"),
    ("Los Angeles", "CA", "900"),
    ("San Diego", "CA", "921"),
    ("San Francisco", "CA", "941"),
    ("Oakland", "CA", "946"),
    ("Sacramento", "CA", "958"),
    ("Honolulu", "HI", "968"),
    ("Portland", "OR", "972"),
    ("Seattle", "WA", "981"),
    ("Spokane", "WA", "992"),
    ("Anchorage", "AK", "995"),
)
"""City, state, and how its zips begin."""
