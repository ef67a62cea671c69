"""Questions: wishes that end in an answer and change nothing.

An answer is a value that a tool returned, one that was counted, or one that was worked out with the calculator.
"""

from __future__ import annotations

from interplay.domains.airline.rows import Cabin, Certificate, GiftCard
from interplay.domains.airline.scenarios.bookings import any_cabin, any_flight
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.fares import Option, direct, one_stop
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.scenarios.words import CABINS, clock, trip
from interplay.domains.airline.terms import FREE_BAGS
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking


def cheapest_fare(draft: AirlineDraft, seed: Seed) -> None:
    """The lowest price of a direct flight on a day."""
    cabin, found, where = _asked_about(draft, seed)
    free = [each.price(cabin) for each in found if each.seats(cabin)]
    if not free:
        raise lacking("a flight with seats")
    draft.answer(f"{min(free):g}", f"The lowest price of a direct flight in {CABINS[cabin]} is ${min(free):,g}.")
    wish = seed.child("wish").pick(
        (
            f"What does the cheapest direct flight {where} cost in {CABINS[cabin]}, where there is still a seat?",
            f"I'm only asking: what's the lowest price of a direct flight {where} in {CABINS[cabin]} with a free seat?",
        )
    )
    story = f"You want to know the lowest price of a direct flight {where} in {CABINS[cabin]} that has a seat left."
    draft.finish("read", wish, story, ("lowest price", "cheapest"))


def seats_left(draft: AirlineDraft, seed: Seed) -> None:
    """How many seats a flight of a reservation has left in a cabin."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    reference = refer(draft, booked, seed)
    leg = booked.flights[0]
    cabin = seed.child("cabin").pick(tuple(CABINS))
    _tell_cabin(draft, cabin)
    found = direct(draft, leg.origin, leg.destination, leg.date)
    offer = next((each for each in found if each.offers[0]["flight_number"] == leg.flight_number), None)
    if offer is None:
        raise lacking("a flight that can be booked")
    left = str(offer.seats(cabin))
    draft.answer(left, f"The first flight has {left} seats left in {CABINS[cabin]}.")
    wish = seed.child("wish").pick(
        (
            f"How many seats are left in {CABINS[cabin]} on the first flight of {reference.words}?",
            f"My colleague may come along. On the first flight of {reference.words}, how many seats does "
            f"{CABINS[cabin]} have left?",
        )
    )
    story = f"You want to know how many seats are left in {CABINS[cabin]} on the first flight of {reference.yours}."
    draft.finish("read", wish, story, ("seats left",))


def first_departure(draft: AirlineDraft, seed: Seed) -> None:
    """When the first direct flight of a day leaves."""
    _, found, where = _asked_about(draft, seed)
    time = clock(min(each.leaves for each in found))
    draft.answer(time, f"The first direct flight of that day departs at {time}.")
    wish = seed.child("wish").pick(
        (
            f"At what time does the first direct flight {where} leave?",
            f"When does your earliest direct flight {where} depart?",
        )
    )
    draft.finish("read", wish, f"You want to know when the first direct flight {where} leaves.", ("departs", "leaves"))


def number_of_flights(draft: AirlineDraft, seed: Seed) -> None:
    """How many direct flights there are on a day."""
    _, found, where = _asked_about(draft, seed)
    count = str(len(found))
    draft.answer(count, f"The number of direct flights on that day is {count}.")
    wish = seed.child("wish").pick(
        (
            f"How many direct flights {where} can I choose from?",
            f"How many flights without a stop do you have {where}?",
        )
    )
    draft.finish("read", wish, f"You want to know how many direct flights there are {where}.", ("direct flights",))


def cheapest_with_stop(draft: AirlineDraft, seed: Seed) -> None:
    """The lowest price with one stop; it takes adding up."""
    flight, date = any_flight(draft, seed.child("flight"))
    cabin = any_cabin(seed.child("cabin"))
    where = _tell_where(draft, flight.origin, flight.destination, date)
    _tell_cabin(draft, cabin)
    found = [each for each in one_stop(draft, flight.origin, flight.destination, date) if each.seats(cabin)]
    if not found or not all(each.is_of_one_day for each in found):
        raise lacking("ways with one stop")
    best = min(found, key=lambda each: each.price(cabin))
    price = draft.reckon(best.prices(cabin))
    draft.answer(f"{price:g}", f"With one stop, {CABINS[cabin]} costs ${price:,g} at least.")
    wish = f"What would I pay at least {where} with one stop, in {CABINS[cabin]}, counting only what has a seat left?"
    story = f"You want to know the lowest price {where} with one stop in {CABINS[cabin]}, where there is a seat left."
    draft.finish("read", wish, story, ("with one stop",))


def paid_for_trip(draft: AirlineDraft, seed: Seed) -> None:
    """What was paid for a reservation."""
    booked = draft.any_of_mine(seed.child("which"), "a reservation")
    reference = refer(draft, booked, seed)
    amounts = [each.amount for each in booked.payment_history]
    total = f"{draft.reckon(amounts):g}"
    draft.answer(total, f"The total that was paid for it is ${float(total):,g}.")
    wish = seed.child("wish").pick(
        (
            f"How much did I pay for {reference.words} in total?",
            f"For my expenses I need the total that was paid for {reference.words}.",
        )
    )
    draft.finish(
        "read",
        wish,
        f"You want to know what was paid for {reference.yours} in total.",
        ("total that was paid", "paid in total"),
    )


def bags_included(draft: AirlineDraft, seed: Seed) -> None:
    """How many bags are free with a reservation."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    reference = refer(draft, booked, seed)
    each = FREE_BAGS[draft.user.membership][booked.cabin]
    count = len(booked.passengers)
    if not each:
        raise lacking("a trip with free bags")
    total = f"{draft.reckon([each] * count):g}"
    draft.answer(f"{float(total):g}", f"The number of free checked bags is {float(total):g} for all passengers.")
    wish = seed.child("wish").pick(
        (
            f"How many checked bags do we have free in {reference.words}, for everybody together?",
            f"What is our free baggage allowance in {reference.words}, in bags, for all passengers?",
        )
    )
    story = f"You want to know how many checked bags are free in {reference.yours}, for all passengers together."
    draft.finish("read", wish, story, ("free checked bags",))


def balances(draft: AirlineDraft, seed: Seed) -> None:
    """What is left on gift cards, or on certificates."""
    kind, noun = seed.child("kind").pick(((GiftCard, "gift card"), (Certificate, "certificate")))
    held = [
        each
        for each in draft.user.payment_methods.values()
        if isinstance(each, GiftCard | Certificate) and isinstance(each, kind)
    ]
    if not held or draft.has_paid():
        raise lacking(f"a {noun} that is as it was")
    amounts = [each.amount for each in held]
    total = f"{draft.reckon(amounts):g}"
    draft.holds.append(lambda: not draft.has_paid())
    nouns = f"{noun}s" if len(held) > 1 else noun
    draft.answer(total, f"The balance of your {nouns} is ${float(total):,g} in all.")
    wish = seed.child("wish").pick(
        (
            f"How much is left on my {nouns}, in all?",
            f"What's the balance of my {nouns} taken together?",
            f"Could you look up what my {nouns} still hold in all?",
        )
    )
    draft.finish("read", wish, f"You want to know the balance of your {nouns}, in all.", ("balance",))


def which_flights(draft: AirlineDraft, seed: Seed) -> None:
    """Number and day of the first flight of a trip."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    reference = refer(draft, booked, seed)
    leg = booked.flights[0]
    said = f"The first flight is flight {leg.flight_number} on {leg.date}."
    for value in (leg.flight_number, leg.date):
        draft.answer(value, said)
    wish = seed.child("wish").pick(
        (
            f"What are the number and the date of my first flight in {reference.words}?",
            f"I've lost my papers. Which flight do I take first in {reference.words}, and on which date?",
        )
    )
    story = f"You want to know number and date of the first flight in {reference.yours}."
    draft.finish("read", wish, story, ("first flight",))


def upgrade_price(draft: AirlineDraft, seed: Seed) -> None:
    """What an upgrade would cost, without making it."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip not in business", draft.is_ahead, lambda each: each.cabin != "business"
    )
    reference = refer(draft, booked, seed)
    count = len(booked.passengers)
    _tell_cabin(draft, "business")
    prices = []
    for leg in booked.flights:
        found = direct(draft, leg.origin, leg.destination, leg.date)
        offer = next((each for each in found if each.offers[0]["flight_number"] == leg.flight_number), None)
        if offer is None:
            raise lacking("flights that can be booked")
        prices.append(offer.price("business"))
    more = draft.reckon(prices * count, [leg.price for leg in booked.flights] * count)
    if more <= 0:
        raise lacking("an upgrade with a price")
    draft.answer(f"{more:g}", f"The price of the upgrade to business would be ${more:,g} for all passengers.")
    wish = seed.child("wish").pick(
        (
            f"What would it cost to upgrade {reference.words} to business, for everybody? I only want to know.",
            f"How much more would business be for all of us in {reference.words}? I only want to know.",
        )
    )
    story = f"You want to know, without any change, what an upgrade of {reference.yours} to business costs for all."
    draft.finish("read", wish, story, ("price of the upgrade", "upgrade would cost"))


def how_many_fly(draft: AirlineDraft, seed: Seed) -> None:
    """How many passengers a reservation is for."""
    booked = draft.any_of_mine(seed.child("which"), "a reservation")
    reference = refer(draft, booked, seed)
    count = str(len(booked.passengers))
    draft.answer(count, f"The number of passengers in {trip(booked)} is {count}.")
    wish = seed.child("wish").pick(
        (
            f"For how many passengers is {reference.words}?",
            f"How many people are in {reference.words}?",
        )
    )
    draft.finish(
        "read", wish, f"You want to know for how many passengers {reference.yours} is.", ("number of passengers",)
    )


def _asked_about(draft: AirlineDraft, seed: Seed) -> tuple[Cabin, list[Option], str]:
    """A cabin, the direct flights on some route and day, and how the person puts that."""
    flight, date = any_flight(draft, seed.child("flight"))
    cabin = any_cabin(seed.child("cabin"))
    where = _tell_where(draft, flight.origin, flight.destination, date)
    _tell_cabin(draft, cabin)
    return cabin, direct(draft, flight.origin, flight.destination, date), where


def _tell_where(draft: AirlineDraft, origin: str, destination: str, date: str) -> str:
    where = f"from {draft.airport(origin)} to {draft.airport(destination)} on {date}"
    draft.tell(
        "route",
        [origin, destination, date],
        f"I mean {where}.",
        question="From which airport to which airport, and on which day?",
        cues=("airport", "which day"),
    )
    return where


def _tell_cabin(draft: AirlineDraft, cabin: Cabin) -> None:
    say = f"In {CABINS[cabin]}."
    draft.tell("cabin", [CABINS[cabin]], say, question="In which cabin?", cues=("cabin",))
