"""Draft: a customer of the airline and what was written for them so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from interplay.domains.airline import times
from interplay.domains.airline.rows import (
    AirlineDatabase,
    Airport,
    Certificate,
    Date,
    FlightNumber,
    GiftCard,
    PaymentMethod,
    Reservation,
    ReservationId,
    User,
    UserId,
)
from interplay.domains.airline.scenarios.words import airport, card
from interplay.engine.database import Base
from interplay.engine.domain import Domain
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import Draft, lacking
from interplay.engine.worldkit.material import somebody

SELF_EVIDENT = frozenset({UserId})
"""What every customer can tell about themselves."""
TOLD = SELF_EVIDENT | {ReservationId, Airport, Date, FlightNumber}
"""All that a customer can tell: who they are, their reservation, and where, when and with which flight they fly."""


class AirlineDraft(Draft[AirlineDatabase]):
    """One customer and what was written for them so far.

    Args:
        domain: the airline.
        base: its data.
        seed: decides who it is.
    """

    self_evident = SELF_EVIDENT

    def __init__(self, domain: Domain[AirlineDatabase], base: Base[AirlineDatabase], seed: Seed) -> None:
        super().__init__(domain, base, seed)
        self.user_id = who_calls(base, seed)
        self._speaks_in_codes = seed.child("codes").chance(0.5)
        self._shown = self.user
        """As the agent saw them when it identified them, and as they know themselves."""

    @property
    def user(self) -> User:
        """The person, as they are by now."""
        return self.db.users[self.user_id]

    @property
    def name(self) -> str:
        """The person's full name."""
        return f"{self.user.name.first_name} {self.user.name.last_name}"

    @property
    def today(self) -> Date:
        """The world's present day."""
        return Date(self.db.now[:10])

    def identify(self, seed: Seed) -> None:
        """Begin with the user id, and what stands in the profile."""
        user, user_id = self.user, self.user_id
        fact = self.introduce(
            "user_id",
            (user_id, user.name.first_name, user.name.last_name),
            (
                f"My user id is {user_id}, and my name is {self.name}.",
                f"I'm {self.name}, user id {user_id}.",
                f"This is {self.name}; my user id is {user_id}.",
            ),
            (
                "Could you give me your user id, please?",
                "What is your user id?",
                "May I have your user id to find your profile?",
            ),
            ("user id", "user-id", "your id"),
            seed,
        )
        self.facts.append(fact)
        self.act("get_user_details", {"user_id": user_id}, goal="")

    @property
    def numbers(self) -> tuple[ReservationId, ...]:
        """The person's reservations, those left out that are only made in this conversation."""
        return self._shown.reservations

    def mine(self, *wanted: Callable[[Reservation], bool]) -> list[Reservation]:
        """The person's reservations that are not cancelled, that no goal is about yet, and that are as wanted."""
        every = [self.db.reservations[each] for each in self.numbers]
        free = [each for each in every if each.reservation_id not in self.touched and each.status != "cancelled"]
        return [each for each in free if all(is_so(each) for is_so in wanted)]

    def any_of_mine(self, seed: Seed, what: str, *wanted: Callable[[Reservation], bool]) -> Reservation:
        """One of those reservations.

        Args:
            seed: decides which.
            what: what is looked for, for the error.
            wanted: what has to be true of it.
        Raises:
            BlueprintError: there is none; another person or wish has to be tried.
        """
        found = self.mine(*wanted)
        if not found:
            raise lacking(what)
        booked = seed.pick(found)
        self.touched.add(booked.reservation_id)
        return booked

    def is_ahead(self, booked: Reservation) -> bool:
        """Whether all of a reservation's flights leave on days after today."""
        return all(leg.date > self.today for leg in booked.flights)

    def has_begun(self, booked: Reservation) -> bool:
        """Whether a flight of an earlier day was flown, which anybody can tell."""
        return any(
            leg.date < self.today and times.is_flown(self.db, leg.flight_number, leg.date) for leg in booked.flights
        )

    def is_refundable(self, booked: Reservation) -> bool:
        """Whether a reservation can be cancelled for whatever reason."""
        return (
            booked.cabin == "business"
            or times.is_recent(self.db, booked)
            or times.was_cancelled(self.db, booked.flights)
        )

    def methods(self, *, besides: str = "") -> list[PaymentMethod]:
        """The person's payment methods that are as they were and can be told apart in words, one excepted."""
        shown = self._shown.payment_methods
        every = [each for each in self.user.payment_methods.values() if shown.get(each.id) == each]
        named = [card(each) for each in every]
        return [each for each, name in zip(every, named, strict=True) if named.count(name) == 1 and each.id != besides]

    def has_paid(self) -> bool:
        """Whether the payment methods are no longer what the agent saw at first."""
        return self.user.payment_methods != self._shown.payment_methods

    def cards(self, due: float = 0) -> list[PaymentMethod]:
        """Those of them that can pay for a change: credit cards, and gift cards with enough on them."""
        found = [each for each in self.methods() if not isinstance(each, Certificate)]
        return [each for each in found if not isinstance(each, GiftCard) or each.amount >= max(due, 1)]

    def airport(self, code: str) -> str:
        """An airport as this person calls it: by its code, or by its city as well, which the agent looks up."""
        if self._speaks_in_codes:
            return code
        self.find_airports()
        return airport(code)

    def find_airports(self) -> None:
        """Have the agent look up which airport is in which city, for a person who speaks of cities."""
        self.look("list_all_airports")

    def reckon(self, plus: Sequence[float], minus: Sequence[float] = ()) -> int | float:
        """Have the agent add up, with the calculator where there is something to add."""
        plus = [each for each in plus if each] or [0]
        minus = [each for each in minus if each]
        if len(plus) == 1 and not minus:
            return number(plus[0])
        expression = " + ".join(f"{each:g}" for each in plus)
        if minus:
            less = " + ".join(f"{each:g}" for each in minus)
            expression = f"{expression} - ({less})" if len(minus) > 1 else f"{expression} - {less}"
        return number(float(self.act("calculate", {"expression": expression})))


def who_calls(base: Base[AirlineDatabase], seed: Seed) -> UserId:
    """Whom a task is about."""
    users: dict[UserId, Any] = base.tables["users"].rows
    return somebody(list(users), lambda user_id: len(users[user_id].reservations), seed)


def number(value: float) -> int | float:
    """A number without a point where it needs none."""
    return int(value) if value == int(value) else value
