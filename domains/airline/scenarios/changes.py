"""Changes: wishes about flights, cabin, bags and passengers of a reservation that is there already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as calendar
from datetime import timedelta
from typing import Any, NamedTuple

from interplay.domains.airline.rows import Cabin, Date, Leg, Reservation
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.fares import choose, direct
from interplay.domains.airline.scenarios.paying import tell_payment
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.scenarios.whereabouts import must_be_home
from interplay.domains.airline.scenarios.words import CABINS, card
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking


class Change(NamedTuple):
    """A change of flights or cabin that is worked out."""

    cabin: Cabin
    flights: list[dict[str, str]]
    prices: list[float]
    """What one seat costs on each of them."""


def move_to_other_day(draft: AirlineDraft, seed: Seed) -> None:
    """Fly on another day."""
    booked = _changeable(draft, seed, 1)
    reference = refer(draft, booked, seed)
    days = [day for day in (1, 2, 3, -1, -2) if _shifted(booked, day) > draft.today]
    if not days:
        raise lacking("another day to fly on")
    date = _shifted(booked, seed.child("days").pick(days))
    draft.tell("date", [date], f"On {date}.", question="To which day is it to be moved?", cues=("which day",))
    found = direct(draft, booked.origin, booked.destination, date)
    way, words = choose(found, booked.cabin, len(booked.passengers), seed.child("choice"), "direct flight")
    wish = seed.child("wish").pick(
        (
            f"I'd like to fly on {date} instead with {reference.words}: {words}, please.",
            f"Please move {reference.words} to {date}. I want {words}.",
            f"Something came up. Can you rebook {reference.words} to {date}, to {words}?",
        )
    )
    story = f"You want to move {reference.yours} to {date}, to {words}."
    _carry_out(draft, booked, Change(booked.cabin, way.flights, [*way.prices(booked.cabin)]), wish, story, seed)


def take_other_flight(draft: AirlineDraft, seed: Seed) -> None:
    """Fly on the same day at another time, or without the stop; sometimes after thinking better of a first choice."""
    booked = _changeable(draft, seed, 1)
    reference = refer(draft, booked, seed)
    date = booked.flights[0].date
    now = {leg.flight_number for leg in booked.flights}
    found = direct(draft, booked.origin, booked.destination, date)
    others = [each for each in found if each.offers[0]["flight_number"] not in now]
    count, cabin = len(booked.passengers), booked.cabin
    noun = "other direct flight" if len(booked.flights) == 1 else "direct flight"
    way, words = choose(others, cabin, count, seed.child("choice"), noun)
    kind = "a direct flight" if len(booked.flights) > 1 else "another flight"
    wish = seed.child("wish").pick(
        (
            f"I want {kind} on the same day in {reference.words}: {words}.",
            f"In {reference.words}, please switch me to {words}, on the same day.",
            f"Could you change {reference.words} to {words}? The day stays.",
        )
    )
    story = f"In {reference.yours}, you want {words}, on the same day."
    _carry_out(draft, booked, Change(cabin, way.flights, [*way.prices(cabin)]), wish, story, seed)


def change_way_back(draft: AirlineDraft, seed: Seed) -> None:
    """Come back from a round trip on another day; the way there stays."""
    booked = _changeable(draft, seed, 2)
    there, back = booked.flights
    reference = refer(draft, booked, seed)
    days = [day for day in (-2, -1, 1, 2) if there.date < _later(back.date, day)]
    date = _later(back.date, seed.child("days").pick(days))
    draft.tell("date", [date], f"On {date}.", question="On which day will you come back?", cues=("which day",))
    found = direct(draft, booked.destination, booked.origin, date)
    way, words = choose(found, booked.cabin, len(booked.passengers), seed.child("choice"), "direct flight")
    flights = [named(there), *way.flights]
    wish = seed.child("wish").pick(
        (
            f"I'd like to come back on {date} in {reference.words}, with {words}. The way there stays as it is.",
            f"Please change only the return of {reference.words} to {date}: {words}.",
        )
    )
    story = f"In {reference.yours}, you want to come back on {date} with {words}; the way there stays."
    change = Change(booked.cabin, flights, [there.price, *way.prices(booked.cabin)])
    _carry_out(draft, booked, change, wish, story, seed)


def change_cabin(draft: AirlineDraft, seed: Seed) -> None:
    """Sit in another cabin, on the same flights."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    cabins: list[Cabin] = [each for each in CABINS if each != booked.cabin]
    if booked.cabin == "economy":
        cabins = ["business"]
    cabin = seed.child("cabin").pick(cabins)
    reference = refer(draft, booked, seed)
    change = same_flights(draft, booked, cabin)
    tell_cabin(draft, [CABINS[cabin]], f"To {CABINS[cabin]}.")
    dearer = CABINS_IN_ORDER.index(cabin) > CABINS_IN_ORDER.index(booked.cabin)
    verb = "upgrade" if dearer else "downgrade"
    wish = seed.child("wish").pick(
        (
            f"I'd like to {verb} {reference.words} to {CABINS[cabin]}, with the same flights.",
            f"Please {verb} everybody in {reference.words} to {CABINS[cabin]}; the flights stay.",
            f"Could you put {reference.words} into {CABINS[cabin]}?",
        )
    )
    story = f"You want to {verb} {reference.yours} to {CABINS[cabin]}, with the same flights."
    _carry_out(draft, booked, change, wish, story, seed)


def upgrade_within_budget(draft: AirlineDraft, seed: Seed) -> None:
    """Out of basic economy: into business if that costs no more than so much, else into economy."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip in basic economy", draft.is_ahead, lambda each: each.cabin == "basic_economy"
    )
    reference = refer(draft, booked, seed)
    better, cheaper = same_flights(draft, booked, "business"), same_flights(draft, booked, "economy")
    count = len(booked.passengers)
    now = [leg.price for leg in booked.flights]
    more = draft.reckon(better.prices * count, now * count)
    within = seed.child("within").chance(0.5)
    limit = 10 * (int(more) // 10 + (2 if within else -1))
    if limit <= 0:
        raise lacking("an upgrade with a price")
    change = better if within else cheaper
    condition = f"business if that costs no more than ${limit} extra for everybody, and otherwise economy"
    tell_cabin(draft, ["business", "economy"], f"To {condition}.")
    draft.traits.add("conditional")
    wish = seed.child("wish").pick(
        (
            f"I'd like to upgrade {reference.words}: to {condition}.",
            f"Please upgrade {reference.words} to {condition}. The flights stay.",
        )
    )
    story = f"You want to upgrade {reference.yours} to {condition}."
    _carry_out(draft, booked, change, wish, story, seed)


CABINS_IN_ORDER: tuple[Cabin, ...] = ("basic_economy", "economy", "business")


def same_flights(draft: AirlineDraft, booked: Reservation, cabin: Cabin) -> Change:
    """The same flights in another cabin; the agent looks up what they cost.

    Raises:
        BlueprintError: there are no seats.
    """
    prices: list[float] = []
    for leg in booked.flights:
        found = direct(draft, leg.origin, leg.destination, leg.date)
        offer = next((each for each in found if each.offers[0]["flight_number"] == leg.flight_number), None)
        if offer is None or offer.seats(cabin) < len(booked.passengers):
            raise lacking("seats in another cabin")
        prices.append(offer.price(cabin))
    return Change(cabin, [named(leg) for leg in booked.flights], prices)


def named(leg: Leg) -> dict[str, str]:
    """A flight of a reservation as a tool takes it."""
    return {"flight_number": leg.flight_number, "date": leg.date}


def finish_change(
    draft: AirlineDraft, booked: Reservation, change: Change, payment_id: str, goal_text: tuple[str, str], **more: Any
) -> None:
    """Make a change of flights, and close its goal."""
    draft.act("update_reservation_flights", arguments_of(booked, change, payment_id))
    wish, story = goal_text
    draft.finish("write", wish, story, draft.claims("update_reservation_flights"), **more)


def arguments_of(booked: Reservation, change: Change, payment_id: str) -> dict[str, Any]:
    """A change as the tool takes it."""
    return {
        "reservation_id": booked.reservation_id,
        "cabin": change.cabin,
        "flights": change.flights,
        "payment_id": payment_id,
    }


def _carry_out(draft: AirlineDraft, booked: Reservation, change: Change, wish: str, story: str, seed: Seed) -> None:
    """The price, the payment, sometimes a second thought about it, and the change."""
    count = len(booked.passengers)
    now = [leg.price for leg in booked.flights]
    due = (sum(change.prices) - sum(now)) * count
    able = draft.cards(due)
    same = change.flights == [named(leg) for leg in booked.flights] and change.cabin == booked.cabin
    if not able or same:
        raise lacking("a payment method, or a change")
    must_be_home(draft, change.flights, booked.reservation_id)
    chosen = seed.child("method").pick(able)
    rivals = [each for each in able if each.id != chosen.id]
    first, revision = chosen, ""
    if rivals and seed.child("mind").chance(0.3):
        first = seed.child("rival").pick(rivals)
        revision = f"Hold on, I've changed my mind. Please use my {card(chosen)} for it."
        draft.rethink("update_reservation_flights", arguments_of(booked, change, first.id))
    said = tell_payment(draft, f"my {card(first)}", seed)
    if due and seed.child("cost").chance(0.5):
        _tell_difference(draft, change.prices * count, now * count)
        said += " And how much is the difference in price?"
        story += " You also want to know the difference in price."
    if revision:
        story += f' When the agent proposes that, you say: "{revision}"'
    finish_change(draft, booked, change, chosen.id, (f"{wish}{said}", story), revision=revision)


def _tell_difference(draft: AirlineDraft, new: Sequence[float], old: Sequence[float]) -> None:
    more = sum(new) > sum(old)
    amount = draft.reckon(new, old) if more else draft.reckon(old, new)
    what = "more to pay" if more else "which is paid back"
    draft.answer(f"{amount:g}", f"The difference in price is ${amount:,g}, {what}.")


def _changeable(draft: AirlineDraft, seed: Seed, ways: int) -> Reservation:
    """A trip to come whose flights may be changed: one way, or there and back without a stop."""
    kind = "one_way" if ways == 1 else "round_trip"
    return draft.any_of_mine(
        seed.child("which"),
        "a trip that can be changed",
        draft.is_ahead,
        lambda each: each.cabin != "basic_economy" and each.flight_type == kind,
        lambda each: ways == 1 or len(each.flights) == ways,
    )


def tell_cabin(draft: AirlineDraft, values: list[str], say: str) -> None:
    """Have the person know to which cabin they want to change."""
    draft.tell("cabin", values, say, question="Which cabin is it to be?", cues=("cabin",))


def _shifted(booked: Reservation, days: int) -> Date:
    return _later(booked.flights[0].date, days)


def _later(date: Date, days: int) -> Date:
    return Date((calendar.fromisoformat(date) + timedelta(days=days)).isoformat())
