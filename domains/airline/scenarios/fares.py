"""Fares: what a search shows, and how somebody says which of it they want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from interplay.domains.airline.rows import Cabin
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.words import clock
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking


class Option(NamedTuple):
    """A way to get somewhere on a day: one flight, or two."""

    offers: tuple[dict[str, Any], ...]
    """As the search shows them."""
    date: str

    @property
    def flights(self) -> list[dict[str, str]]:
        """As a booking names them."""
        return [{"flight_number": each["flight_number"], "date": self.date} for each in self.offers]

    @property
    def leaves(self) -> str:
        """When the first flight leaves."""
        return str(self.offers[0]["scheduled_departure_time_est"])

    @property
    def arrives(self) -> str:
        """When the last flight arrives; text that sorts."""
        time = str(self.offers[-1]["scheduled_arrival_time_est"])
        return f"{'1' if '+' in time else '0'} {time}"

    @property
    def is_of_one_day(self) -> bool:
        """Whether all flights leave on the day that was searched for."""
        return all(each.get("date") in (None, self.date) for each in self.offers)

    def prices(self, cabin: Cabin) -> list[int]:
        """What one seat costs on each flight."""
        return [each["prices"][cabin] for each in self.offers]

    def price(self, cabin: Cabin) -> int:
        """What one seat costs in all."""
        return sum(self.prices(cabin))

    def seats(self, cabin: Cabin) -> int:
        """How many can fly."""
        left: list[int] = [each["available_seats"][cabin] for each in self.offers]
        return min(left)


Found: TypeAlias = tuple[Option, str] | None
Way: TypeAlias = Callable[[Sequence[Option], Cabin, str], Found]


def direct(draft: AirlineDraft, origin: str, destination: str, date: str) -> list[Option]:
    """Have the agent search for flights without a stop."""
    found = draft.look("search_direct_flight", origin=origin, destination=destination, date=date)
    return [Option((each,), date) for each in found]


def one_stop(draft: AirlineDraft, origin: str, destination: str, date: str) -> list[Option]:
    """Have the agent search for ways with one stop."""
    found = draft.look("search_onestop_flight", origin=origin, destination=destination, date=date)
    return [Option(tuple(each), date) for each in found]


def choose(
    options: Iterable[Option], cabin: Cabin, people: int, seed: Seed, noun: str, among: Sequence[Way] = ()
) -> tuple[Option, str]:
    """One of several ways, with words that say which: "the cheapest direct flight".

    Args:
        options: what the search shows.
        cabin: in which there has to be a seat for everybody.
        people: how many.
        seed: decides what matters to the person.
        noun: what the options are called: "direct flight".
        among: what may matter to the person; by default whatever matters to anybody.
    Raises:
        BlueprintError: there are no seats, or the words would leave several.
    """
    free = [each for each in options if each.seats(cabin) >= people]
    ways = list(among or WAYS)
    seed.random().shuffle(ways)
    for way in ways:
        found = way(free, cabin, noun)
        if found is not None and found[0].is_of_one_day:
            return found
    raise lacking(f"a {noun} that can be told from others")


def _cheapest(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:
    return _only(options, lambda each: each.price(cabin), f"the cheapest {noun}")


def _first(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:  # noqa: ARG001  (one of several ways)
    return _only(options, lambda each: each.leaves, f"the {noun} that leaves first")


def _soonest(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:  # noqa: ARG001  (one of several ways)
    return _only(options, lambda each: each.arrives, f"the {noun} that arrives first")


def _after_noon(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:
    late = [each for each in options if each.leaves >= "12:00:00"]
    return _only(late, lambda each: each.price(cabin), f"the cheapest {noun} that leaves after 12:00")


def _before_evening(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:
    early = [each for each in options if each.arrives < "0 18:00:00"]
    return _only(early, lambda each: each.price(cabin), f"the cheapest {noun} that arrives before 18:00")


def _at(options: Sequence[Option], cabin: Cabin, noun: str) -> Found:  # noqa: ARG001  (one of several ways)
    last = max(options, key=lambda each: each.leaves, default=None)
    if last is None:
        return None
    return _only(options, lambda each: each.leaves != last.leaves, f"the {noun} at {clock(last.leaves)}")


def _only(options: Sequence[Option], key: Callable[[Option], Any], words: str) -> Found:
    """The option with the least of something, when no other has as little."""
    ranked = sorted(options, key=key)
    if not ranked or (len(ranked) > 1 and key(ranked[0]) == key(ranked[1])):
        return None
    return ranked[0], words


BY_TIME: tuple[Way, ...] = (_first, _soonest, _at)
"""What has nothing to do with prices."""
WAYS: tuple[Way, ...] = (_cheapest, _cheapest, _first, _soonest, _after_noon, _before_evening, _at)
"""What people look for; what stands twice is looked for twice as often."""
