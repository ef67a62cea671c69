"""Network: airports, the flights between them, and how it is with each flight on each day.

Six airports are hubs, and every other has flights to four of them; nearly everywhere from anywhere there is a way
with one stop at most. What a flight takes and costs follows from the distance, and every day before the present one
has happened already.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import permutations
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from interplay.domains.airline.rows import (
    Airport,
    Available,
    Cabin,
    Cancelled,
    Date,
    Delayed,
    Flight,
    FlightDay,
    FlightNumber,
    Flying,
    Landed,
    Moment,
    OnTime,
    Time,
)
from interplay.domains.airline.times import written
from interplay.engine.seeds import Seed

PLACES: Mapping[str, tuple[float, float]] = {
    "ATL": (33.64, -84.43),
    "BOS": (42.36, -71.01),
    "CLT": (35.21, -80.94),
    "DEN": (39.86, -104.67),
    "DFW": (32.90, -97.04),
    "DTW": (42.21, -83.35),
    "EWR": (40.69, -74.17),
    "IAH": (29.98, -95.34),
    "JFK": (40.64, -73.78),
    "LAS": (36.08, -115.15),
    "LAX": (33.94, -118.41),
    "LGA": (40.78, -73.87),
    "MCO": (28.43, -81.31),
    "MIA": (25.79, -80.29),
    "MSP": (44.88, -93.22),
    "ORD": (41.98, -87.90),
    "PHL": (39.87, -75.24),
    "PHX": (33.43, -112.01),
    "SEA": (47.45, -122.31),
    "SFO": (37.62, -122.38),
}
"""Degrees of latitude and longitude of each airport."""
HUBS = ("ATL", "DEN", "DFW", "JFK", "LAX", "ORD")
HUBS_REACHED = 4
"""To how many hubs every other airport has flights."""
EXTRA_ROUTES = 12
"""Pairs of other airports with flights of their own."""
NEAREST = 180
"""Miles; airports closer than that have no flights between them."""
FIRST, LAST = date(2024, 5, 1), date(2024, 5, 30)
NOW = datetime(2024, 5, 15, 15)
SHARES: Mapping[Cabin, float] = {"basic_economy": 0.62, "economy": 1.0, "business": 2.6}
"""What a seat costs in each cabin, as a share of what it costs in economy."""
SHORTEST_STOP, LONGEST_STOP = timedelta(minutes=45), timedelta(hours=6)

_DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
_MINUTE = timedelta(minutes=1)
_CANCELLED_BEFORE, _CANCELLED_TODAY, _CANCELLED_AHEAD = 0.07, 0.12, 0.05


class Line(NamedTuple):
    """A flight before it has days: when it leaves, in minutes after midnight, how long it takes, what it costs."""

    number: FlightNumber
    origin: Airport
    destination: Airport
    leaves: int
    takes: int
    fare: float
    """Dollars for a seat in economy on an average day."""

    @property
    def arrives(self) -> int:
        """Minutes after midnight of the day on which it leaves."""
        return self.leaves + self.takes

    @property
    def is_overnight(self) -> bool:
        """Whether it arrives on the day after."""
        return self.arrives >= 24 * 60

    def price(self, cabin: Cabin, chance: float) -> int:
        """Whole dollars for one seat; `chance`, 0.0 to 1.0, moves it by a fifth at most."""
        return round(self.fare * SHARES[cabin] * (0.82 + 0.36 * chance))


class Network:
    """The lines of one world.

    Args:
        seed: decides which there are, and when they leave.
    """

    def __init__(self, seed: Seed) -> None:
        self._seed = seed
        rng = seed.child("lines").random()
        self.lines = list(_lines(rng))

    @cached_property
    def between(self) -> dict[tuple[Airport, Airport], list[Line]]:
        """Lines by origin and destination."""
        found: dict[tuple[Airport, Airport], list[Line]] = {}
        for line in self.lines:
            found.setdefault((line.origin, line.destination), []).append(line)
        return found

    @cached_property
    def ways(self) -> dict[tuple[Airport, Airport], list[tuple[Line, Line]]]:
        """Pairs of lines that can be flown one after the other on one day, by origin and destination."""
        leaving: dict[Airport, list[Line]] = {}
        for line in self.lines:
            leaving.setdefault(line.origin, []).append(line)
        found: dict[tuple[Airport, Airport], list[tuple[Line, Line]]] = {}
        for first in self.lines:
            for second in leaving[first.destination]:
                stop = (second.leaves - first.arrives) * _MINUTE
                if SHORTEST_STOP <= stop <= LONGEST_STOP and second.destination != first.origin:
                    found.setdefault((first.origin, second.destination), []).append((first, second))
        return found

    def flights(self) -> dict[FlightNumber, Flight]:
        """The lines with their days."""
        rng = self._seed.child("days").random()
        return {
            line.number: Flight(
                flight_number=line.number,
                origin=line.origin,
                destination=line.destination,
                scheduled_departure_time_est=_clock(line.leaves),
                scheduled_arrival_time_est=_clock(line.arrives),
                dates={Date(day.isoformat()): _day(line, day, rng) for day in _DAYS},
            )
            for line in self.lines
        }


def miles(origin: str, destination: str) -> float:
    """How far two airports are apart, along the great circle."""
    (north, east), (other_north, other_east) = PLACES[origin], PLACES[destination]
    across = radians(other_east - east)
    up = radians(other_north - north)
    half = sin(up / 2) ** 2 + cos(radians(north)) * cos(radians(other_north)) * sin(across / 2) ** 2
    return 2 * 3959 * asin(sqrt(half))


def minutes(distance: float) -> int:
    """How long a flight takes, from door to door, in steps of five minutes."""
    return 5 * round((40 + distance / 8) / 5)


def _lines(rng: random.Random) -> Iterator[Line]:
    number = 100
    for origin, destination in _routes(rng):
        distance = miles(origin, destination)
        fare = (48 + 0.075 * distance) * rng.uniform(0.9, 1.1)
        for earliest, latest in ((5 * 4, 11 * 4), (12 * 4, 20 * 4)):
            number += 1
            yield Line(
                number=FlightNumber(f"LKS{number}"),
                origin=Airport(origin),
                destination=Airport(destination),
                leaves=15 * rng.randint(earliest, latest),
                takes=minutes(distance),
                fare=fare,
            )


def _routes(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Pairs of airports with flights from one to the other; whoever gets there gets back."""
    spokes = [place for place in PLACES if place not in HUBS]
    pairs = [(one, other) for one, other in permutations(HUBS, 2) if one < other]
    for spoke in spokes:
        pairs += [(hub, spoke) for hub in rng.sample([hub for hub in HUBS if _apart(hub, spoke)], HUBS_REACHED)]
    pairs += rng.sample([(a, b) for a, b in permutations(spokes, 2) if a < b and _apart(a, b)], EXTRA_ROUTES)
    for one, other in pairs:
        yield one, other
        yield other, one


def _apart(one: str, other: str) -> bool:
    return miles(one, other) >= NEAREST


def _clock(minutes_in: int) -> Time:
    days, rest = divmod(minutes_in, 24 * 60)
    return Time(f"{rest // 60:02d}:{rest % 60:02d}:00{f'+{days}' if days else ''}")


def _day(line: Line, day: date, rng: random.Random) -> FlightDay:
    """How it is with a flight on one day."""
    if day > NOW.date():
        if rng.random() < _CANCELLED_AHEAD:
            return Cancelled()
        return _bookable(line, rng)
    if rng.random() < (_CANCELLED_BEFORE if day < NOW.date() else _CANCELLED_TODAY):
        return Cancelled()
    planned = datetime(day.year, day.month, day.day) + line.leaves * _MINUTE
    late = rng.random() < (0.25 if planned <= NOW else 0.4)
    off = planned + (rng.randint(25, 190) if late else rng.randint(-8, 12)) * _MINUTE
    down = off + (line.takes + rng.randint(-12, 8)) * _MINUTE
    if down <= NOW:
        return Landed(actual_departure_time_est=written(off), actual_arrival_time_est=written(down))
    if off <= NOW:
        return Flying(actual_departure_time_est=written(off), estimated_arrival_time_est=written(down))
    expected: dict[str, Moment] = {
        "estimated_departure_time_est": written(off),
        "estimated_arrival_time_est": written(down),
    }
    return Delayed(**expected) if late or planned <= NOW else OnTime(**expected)


def _bookable(line: Line, rng: random.Random) -> Available:
    chance = rng.random
    return Available(
        available_seats={
            "basic_economy": _seats(chance(), 20),
            "economy": _seats(chance(), 20),
            "business": _seats(chance(), 14),
        },
        prices={cabin: line.price(cabin, chance()) for cabin in SHARES},
    )


def _seats(chance: float, most: int) -> int:
    """Seats left; one cabin in eight is full."""
    return max(0, int((chance * 1.14 - 0.14) * (most + 1)))
