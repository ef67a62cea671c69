"""Journeys: the reservations that people have made, past, under way and to come.

Nobody is in two places at once: a person's journeys follow one another. What a reservation cost is what its flights
cost in its cabin, about as they do today, with insurance and bags as the policy has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

import msgspec

from interplay.domains.airline.data.network import FIRST, LAST, NOW, Line, Network
from interplay.domains.airline.rows import (
    Answer,
    Cabin,
    CreditCard,
    Date,
    FlightType,
    Leg,
    Membership,
    Passenger,
    Payment,
    PaymentMethod,
    Reservation,
    ReservationId,
    UserId,
)
from interplay.domains.airline.terms import BAG_PRICE, INSURANCE_PRICE, free_bags, paid_bags
from interplay.domains.airline.times import written
from interplay.engine.seeds import Seed

JOURNEYS_A_PERSON = (5, 9, 16, 21, 20, 14, 9, 6)
"""How many of a hundred people have no reservation, one, two, ... seven."""
PASSENGERS = (46, 30, 14, 6, 4)
"""How many of a hundred reservations are for one passenger, two, ... five."""
CABINS: Mapping[Cabin, int] = {"basic_economy": 33, "economy": 40, "business": 27}
ROUND_TRIPS = 0.5
ONE_STOP = 0.45
INSURED = 0.4
AWAY = 0.25
"""Chance that somebody is between the two halves of a round trip."""
JUST_MADE = 0.18
"""Chance that a journey that is yet to begin was booked within the last day."""
CALLED_OFF = 0.05
"""Chance that one was cancelled."""
SPLIT = 0.12
"""Chance that a card pays for what a gift card did not."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_COUNTS, _SIZES = list(accumulate(JOURNEYS_A_PERSON)), list(accumulate(PASSENGERS))
_CABINS, _CABIN_WEIGHTS = tuple(CABINS), list(accumulate(CABINS.values()))
_DAYS = (LAST - FIRST).days
_TODAY = (NOW.date() - FIRST).days


class Traveller(NamedTuple):
    """Somebody who books."""

    id: UserId
    membership: Membership
    methods: Sequence[PaymentMethod]
    """Cards that pay for what was booked before now."""
    companions: Sequence[Passenger]
    """Whom they may book for, themselves first."""


class Diary:
    """Writes reservations, each with an id of its own.

    Args:
        seed: decides everything about them.
        network: what can be flown.
    """

    def __init__(self, seed: Seed, network: Network) -> None:
        self._rng = seed.random()
        self._direct, self._ways = network.between, network.ways
        self._pairs = sorted(self._direct), sorted(self._ways)
        self.reservations: dict[ReservationId, Reservation] = {}
        """All that were written so far."""

    def journeys_of(self, traveller: Traveller) -> tuple[ReservationId, ...]:
        """Write down a person's journeys; returns their ids in the order in which they were booked."""
        rng = self._rng
        (count,) = rng.choices(range(len(_COUNTS)), cum_weights=_COUNTS)
        days = range(1, _DAYS + 1)  # more of them ahead than behind, and many today
        ranked = sorted(days, key=lambda day: rng.random() * (1.0 if day < _TODAY else 0.55 if day > _TODAY else 0.3))
        starts = sorted(ranked[:count])
        if starts and rng.random() < AWAY:
            away = _TODAY - rng.randint(1, 5)
            starts = [day for day in starts if day < away] + [away] + [day for day in starts if day > _TODAY + 4]
        found = [
            self._write(traveller, start, following - 1)
            for start, following in zip(starts, (*starts, _DAYS + 1)[1:], strict=True)
        ]
        return tuple(each.reservation_id for each in sorted(found, key=lambda each: each.created_at))

    def _write(self, traveller: Traveller, start: int, end: int) -> Reservation:
        """One journey that begins on a day of the calendar and is over by another."""
        rng = self._rng
        back = start if end == start else start + rng.randint(1, min(end - start, 7))
        kind: FlightType = "round_trip" if back > start and rng.random() < ROUND_TRIPS else "one_way"
        if start < _TODAY < end:
            kind, back = "round_trip", rng.randint(_TODAY + 1, min(end, _TODAY + 4))
        out, home = self._way()
        if start == _TODAY and _moment(start, out[0].leaves) < NOW:
            out, home = self._way()  # whoever calls about today has mostly not left
        returns = kind == "round_trip"
        while (back if returns else start) == end and (home if returns else out)[-1].is_overnight:
            out, home = self._way()  # the next journey may begin on the morning after
        cabin = rng.choices(_CABINS, cum_weights=_CABIN_WEIGHTS)[0]
        legs = [self._leg(line, start, cabin) for line in out]
        if returns:
            legs += [self._leg(line, back, cabin) for line in home]
        created = self._created(_moment(start, out[0].leaves))
        people = self._passengers(traveller)
        insurance: Answer = "yes" if rng.random() < INSURED else "no"
        bags = self._bags(free_bags(traveller.membership, cabin, len(people)), len(people))
        paid_for = paid_bags(traveller.membership, cabin, len(people), bags)
        seat = sum(leg.price for leg in legs) + INSURANCE_PRICE * (insurance == "yes")
        payments = self._payments(traveller, round(seat * len(people) + BAG_PRICE * paid_for))
        reservation = Reservation(
            reservation_id=self._new_id(),
            user_id=traveller.id,
            origin=legs[0].origin,
            destination=out[-1].destination,
            flight_type=kind,
            cabin=cabin,
            flights=tuple(legs),
            passengers=people,
            payment_history=payments,
            created_at=written(created),
            total_baggages=bags,
            nonfree_baggages=paid_for,
            insurance=insurance,
        )
        if start > _TODAY and rng.random() < CALLED_OFF:
            reservation = _called_off(reservation)
        self.reservations[reservation.reservation_id] = reservation
        return reservation

    def _way(self) -> tuple[Sequence[Line], Sequence[Line]]:
        """Lines from somewhere to somewhere else, and lines back."""
        rng = self._rng
        while True:
            direct, ways = self._pairs
            stop = rng.random() < ONE_STOP
            origin, destination = rng.choice(ways if stop else direct)
            out = (
                rng.choice(self._ways[origin, destination])
                if stop
                else (rng.choice(self._direct[origin, destination]),)
            )
            home: list[Sequence[Line]] = [(line,) for line in self._direct.get((destination, origin), ())]
            home = home or list(self._ways.get((destination, origin), ()))
            if home:
                return out, rng.choice(home)

    def _leg(self, line: Line, day: int, cabin: Cabin) -> Leg:
        return Leg(
            origin=line.origin,
            destination=line.destination,
            flight_number=line.number,
            date=Date((FIRST + timedelta(days=day)).isoformat()),
            price=line.price(cabin, self._rng.random()),
        )

    def _created(self, departure: datetime) -> datetime:
        """When it was booked: some hours before the journey at the latest, and always before now."""
        rng = self._rng
        latest = min(NOW, departure) - timedelta(seconds=rng.randint(3600, 7200))
        if departure > NOW and rng.random() < JUST_MADE:
            return latest - timedelta(seconds=rng.randrange(18 * 3600))
        return latest - timedelta(seconds=rng.randint(24 * 3600, 16 * 24 * 3600))

    def _passengers(self, traveller: Traveller) -> tuple[Passenger, ...]:
        rng = self._rng
        (count,) = rng.choices(range(1, len(_SIZES) + 1), cum_weights=_SIZES)
        first = 0 if rng.random() < 0.9 else 1
        return tuple(traveller.companions[first : first + count])

    def _bags(self, free: int, people: int) -> int:
        """Most people take no more than they have free."""
        rng = self._rng
        return rng.randint(0, min(free, 2 * people)) if rng.random() < 0.8 else free + rng.randint(0, 2)

    def _payments(self, traveller: Traveller, total: int) -> tuple[Payment, ...]:
        rng = self._rng
        method = rng.choice(traveller.methods)
        cards = [each for each in traveller.methods if isinstance(each, CreditCard)]
        if not isinstance(method, CreditCard) and cards and total > 60 and rng.random() < SPLIT:
            part = rng.randint(20, total - 20)
            return (
                Payment(payment_id=method.id, amount=part),
                Payment(payment_id=rng.choice(cards).id, amount=total - part),
            )
        return (Payment(payment_id=method.id, amount=total),)

    def _new_id(self) -> ReservationId:
        while True:
            found = ReservationId("".join(self._rng.choices(_LETTERS, k=6)))
            if found not in self.reservations and not found.isdigit() and not found.startswith("HATHA"):
                return found


def _called_off(reservation: Reservation) -> Reservation:
    refunds = tuple(Payment(payment_id=each.payment_id, amount=-each.amount) for each in reservation.payment_history)
    return msgspec.structs.replace(
        reservation, status="cancelled", payment_history=reservation.payment_history + refunds
    )


def _moment(day: int, minute: int) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day) + timedelta(days=day, minutes=minute)
