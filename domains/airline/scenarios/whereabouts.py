"""Whereabouts: on which days a person is under way, so that no wish has them in two places at once.

A journey lasts from the day on which its first flight leaves to the day on which its last arrives, for a round trip
with all the days between. Two journeys share no day: whoever lands in Dallas in the morning does not leave Seattle at
noon. Reservations for companions alone count as well, for those are the ones that the person travels with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from interplay.domains.airline import times
from interplay.domains.airline.rows import Date, FlightNumber
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.engine.worldkit.draft import lacking


def is_home(draft: AirlineDraft, first: Date, last: Date | None = None, besides: str = "") -> bool:
    """Whether the person is on none of their journeys, those of earlier wishes included.

    Args:
        draft: whose journeys they are.
        first: a day.
        last: the last of several days; the same day by default.
        besides: id of a reservation that does not count, because it is about to be changed.
    """
    every = (draft.db.reservations[each] for each in draft.user.reservations if each != besides)
    booked = (each for each in every if each.status != "cancelled" and each.flights)
    journeys = (_days(draft, ((leg.flight_number, leg.date) for leg in each.flights)) for each in booked)
    return all((last or first) < begins or ends < first for begins, ends in journeys)


def must_be_home(draft: AirlineDraft, flights: Iterable[Mapping[str, str]], besides: str = "") -> None:
    """Go on only when flights, as a tool takes them, leave the person in one place at a time.

    Raises:
        BlueprintError: they are on another journey.
    """
    first, last = _days(draft, ((FlightNumber(each["flight_number"]), Date(each["date"])) for each in flights))
    if not is_home(draft, first, last, besides):
        raise lacking("days without another journey")


def _days(draft: AirlineDraft, flights: Iterable[tuple[FlightNumber, Date]]) -> tuple[Date, Date]:
    """The first and the last day of a journey."""
    days = list(chain.from_iterable((date, _lands(draft, number, date)) for number, date in flights))
    return min(days), max(days)


def _lands(draft: AirlineDraft, number: FlightNumber, date: Date) -> Date:
    flight = draft.db.flights.get(number)
    return date if flight is None else Date(times.written(times.arrival(flight, date))[:10])
