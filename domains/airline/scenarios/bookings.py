"""Bookings: wishes for a new reservation.

The person says where, when and what matters to them; who flies, bags, insurance and payment are told when asked for,
or at once. The agent searches, adds up, and books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from interplay.domains.airline.rows import Airport, Available, Cabin, CreditCard, Date, Flight, Passenger
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.fares import BY_TIME, Option, choose, direct, one_stop
from interplay.domains.airline.scenarios.paying import Paid, share, tell_payment
from interplay.domains.airline.scenarios.whereabouts import is_home, must_be_home
from interplay.domains.airline.scenarios.words import CABINS, bags, card, people
from interplay.domains.airline.terms import BAG_PRICE, INSURANCE_PRICE, free_bags, paid_bags
from interplay.domains.airline.tools.booking import NEW_IDS
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking

PAIRS: tuple[tuple[Cabin, Cabin], ...] = (("business", "economy"), ("economy", "basic_economy"))
"""A cabin, and the one below it."""
ATTEMPTS = 12
"""Routes that are tried before a person has none."""


class Party(NamedTuple):
    """Who flies, and how the person says so."""

    passengers: list[Passenger]
    values: list[str]
    say: str


class Plan(NamedTuple):
    """What is to be booked, before it is known who flies with how many bags."""

    origin: Airport
    destination: Airport
    ways: Sequence[Option]
    cabin: Cabin
    words: str
    """What the person wants: "the cheapest direct flight"."""

    @property
    def flights(self) -> list[dict[str, str]]:
        """All flights, there and back."""
        return [each for way in self.ways for each in way.flights]

    @property
    def prices(self) -> list[int]:
        """What one seat costs on each of them."""
        return [price for way in self.ways for price in way.prices(self.cabin)]


def book_direct(draft: AirlineDraft, seed: Seed) -> None:
    """A flight without a stop."""
    flight, date = any_flight(draft, seed.child("flight"), partial(is_home, draft))
    party, cabin = who_flies(draft, seed.child("party")), any_cabin(seed.child("cabin"))
    _tell_route(draft, flight.origin, flight.destination, [date], cabin, seed)
    found = direct(draft, flight.origin, flight.destination, date)
    way, words = choose(found, cabin, len(party.passengers), seed.child("choice"), "direct flight")
    plan = Plan(flight.origin, flight.destination, [way], cabin, words)
    _book(draft, plan, party, f"on {date}", seed)


def book_one_stop(draft: AirlineDraft, seed: Seed) -> None:
    """A way with one stop, where there is none without."""
    origin, destination, date = _unlinked(draft, seed)
    party, cabin = who_flies(draft, seed.child("party")), any_cabin(seed.child("cabin"))
    _tell_route(draft, origin, destination, [date], cabin, seed)
    if direct(draft, origin, destination, date):
        raise lacking("a route without direct flights")
    found = one_stop(draft, origin, destination, date)
    way, words = choose(found, cabin, len(party.passengers), seed.child("choice"), "connection with one stop")
    wanted = words.replace("connection with one stop", "connection, direct or with one stop")
    _book(draft, Plan(origin, destination, [way], cabin, wanted), party, f"on {date}", seed)


def book_round_trip(draft: AirlineDraft, seed: Seed) -> None:
    """There and back without stops."""
    flight, date = any_flight(draft, seed.child("flight"), partial(is_home, draft))
    later = [each for each in flight.dates if each > date and is_home(draft, date, each)]
    if not later:
        raise lacking("a day to fly back")
    back = seed.child("back").pick(later[:8])
    party, cabin = who_flies(draft, seed.child("party")), any_cabin(seed.child("cabin"))
    _tell_route(draft, flight.origin, flight.destination, [date, back], cabin, seed)
    count = len(party.passengers)
    out = direct(draft, flight.origin, flight.destination, date)
    home = direct(draft, flight.destination, flight.origin, back)
    way, words = choose(out, cabin, count, seed.child("choice"), "direct flight")
    way_back, words_back = choose(home, cabin, count, seed.child("choice", "back"), "direct flight")
    plan = Plan(flight.origin, flight.destination, [way, way_back], cabin, "a round trip")
    when = f"there on {date} with {words} and back on {back} with {words_back}"
    _book(draft, plan, party, when, seed)


def book_within_budget(draft: AirlineDraft, seed: Seed) -> None:
    """In one cabin when it costs no more than so much, and else in a cheaper one."""
    flight, date = any_flight(draft, seed.child("flight"), partial(is_home, draft))
    party = who_flies(draft, seed.child("party"))
    better, cheaper = seed.child("cabins").pick(PAIRS)
    count = len(party.passengers)
    found = direct(draft, flight.origin, flight.destination, date)
    way, words = choose(found, better, 0, seed.child("choice"), "direct flight", BY_TIME)
    if min(way.seats(better), way.seats(cheaper)) < count or way.price(cheaper) >= way.price(better):
        raise lacking("a flight with both cabins")
    within = seed.child("within").chance(0.5)
    limit = 10 * (way.price(better) // 10 + (2 if within else -1))
    cabin = better if within else cheaper
    say = f"In {CABINS[better]} if a seat costs no more than ${limit}, otherwise in {CABINS[cheaper]}."
    values = [CABINS[better], CABINS[cheaper]]
    _tell_places(draft, flight.origin, flight.destination, [date], seed)
    draft.tell("cabin", values, say, question="Which cabin is it to be?", cues=("cabin",))
    draft.traits.add("conditional")
    plan = Plan(flight.origin, flight.destination, [way], cabin, words)
    _book(draft, plan, party, f"on {date}", seed, cabin_words=say[0].lower() + say[1:-1])


def any_flight(draft: AirlineDraft, seed: Seed, suits: Callable[[Date], bool] = bool) -> tuple[Flight, Date]:
    """A flight, and a day to come on which it can be booked; one that suits, by default any."""
    for attempt in range(ATTEMPTS):
        flight = seed.child("flight", attempt).pick(list(draft.db.flights.values()))
        days = [
            day
            for day, state in flight.dates.items()
            if day > draft.today and isinstance(state, Available) and suits(day)
        ]
        if days:
            return flight, seed.child("day", attempt).pick(days)
    raise lacking("a flight that can be booked")


def any_cabin(seed: Seed) -> Cabin:
    """One of the cabins."""
    return seed.pick(("basic_economy", "economy", "economy", "business"))


def who_flies(draft: AirlineDraft, seed: Seed) -> Party:
    """The person alone, with somebody, or somebody else."""
    user = draft.user
    myself = Passenger(first_name=user.name.first_name, last_name=user.name.last_name, dob=user.dob)
    saved = list(user.saved_passengers)
    kind = seed.child("kind").random().choices(("alone", "saved", "new", "other"), (40, 30, 20, 10))[0]
    if kind == "alone" or (kind in ("saved", "other") and not saved):
        return Party([myself], ["just for me"], seed.pick(("It's just for me.", "I fly alone, so just for me.")))
    if kind == "new":
        other = _stranger(draft, seed.child("new"))
        return Party(
            [myself, other],
            [other.first_name, other.last_name, other.dob],
            f"It's for me, {draft.name}, and for {people([other])}, born {other.dob}.",
        )
    some = saved[: 1 + seed.child("count").number % min(2, len(saved))]
    values = [name for each in some for name in (each.first_name, each.last_name)]
    who = "who stand among my saved passengers" if len(some) > 1 else "one of my saved passengers"
    if kind == "other":
        return Party(some, values, f"Not for me, only for {people(some)}, {who}.")
    return Party([myself, *some], values, f"It's for me, {draft.name}, and for {people(some)}, {who}.")


def as_argument(passengers: Sequence[Passenger]) -> list[dict[str, str]]:
    """Passengers as a tool takes them."""
    return [{"first_name": each.first_name, "last_name": each.last_name, "dob": each.dob} for each in passengers]


def _stranger(draft: AirlineDraft, seed: Seed) -> Passenger:
    """Somebody who is no customer: one customer's first name, the person's own last name."""
    users = list(draft.db.users)
    one = draft.db.users[seed.child("first").pick(users)]
    other = draft.db.users[seed.child("birth").pick(users)]
    if one.name.first_name == draft.user.name.first_name:
        raise lacking("a companion with another name")
    return Passenger(first_name=one.name.first_name, last_name=draft.user.name.last_name, dob=other.dob)


def _unlinked(draft: AirlineDraft, seed: Seed) -> tuple[Airport, Airport, Date]:
    """Two airports without a flight from one to the other, and a day."""
    flights = list(draft.db.flights.values())
    pairs = {(each.origin, each.destination) for each in flights}
    for attempt in range(ATTEMPTS):
        origin = seed.child("origin", attempt).pick(flights).origin
        destination = seed.child("destination", attempt).pick(flights).destination
        if origin != destination and (origin, destination) not in pairs:
            _, date = any_flight(draft, seed.child("day"), partial(is_home, draft))
            return origin, destination, date
    raise lacking("a route without direct flights")


def _tell_places(draft: AirlineDraft, origin: str, destination: str, dates: Sequence[str], seed: Seed) -> None:
    draft.tell(
        "route",
        [origin, destination],
        f"From {draft.airport(origin)} to {draft.airport(destination)}.",
        question=seed.child("route").pick(
            ("From which airport to which airport is the trip to be?", "Between which airports will you fly?")
        ),
        cues=("airport",),
    )
    say = f"On {dates[0]}." if len(dates) == 1 else f"There on {dates[0]} and back on {dates[1]}."
    draft.tell("date", list(dates), say, question="On which day is it to be?", cues=("which day", "dates"))


def _tell_route(
    draft: AirlineDraft, origin: str, destination: str, dates: Sequence[str], cabin: Cabin, seed: Seed
) -> None:
    """Have the person know where, when and in which cabin."""
    _tell_places(draft, origin, destination, dates, seed)
    say = seed.child("cabin", "say").pick((f"In {CABINS[cabin]}, please.", f"I'd like to sit in {CABINS[cabin]}."))
    draft.tell("cabin", [CABINS[cabin]], say, question="Which cabin is it to be?", cues=("cabin",))


def _tell_bags(draft: AirlineDraft, plan: Plan, party: Party, seed: Seed) -> tuple[int, int]:
    """How many bags there are, and how many of them have to be paid for."""
    count = len(party.passengers)
    free = free_bags(draft.user.membership, plan.cabin, count)
    total = seed.child("bags").pick((0, 0, min(free, count), free, free + 1))
    say = f"I have {bags(total)} to check in all." if total else "There are no bags to check."
    values = [str(total)] if total else ["no bags"]
    draft.tell("bags", values, say, question="How many checked bags will there be in all?", cues=("bags", "baggage"))
    return total, paid_bags(draft.user.membership, plan.cabin, count, total)


def _tell_insurance(draft: AirlineDraft, seed: Seed) -> bool:
    wanted = seed.child("insurance").chance(0.35)
    say = "Yes, with insurance, please." if wanted else "I fly without insurance."
    question = "Do you want travel insurance for $30 a passenger?"
    draft.tell(
        "insurance", ["with insurance" if wanted else "without insurance"], say, question=question, cues=("insurance",)
    )
    return wanted


def _book(draft: AirlineDraft, plan: Plan, party: Party, when: str, seed: Seed, *, cabin_words: str = "") -> None:
    """Who, bags, insurance and payment; then the booking itself, and the goal in words."""
    if all(each in draft.db.reservations for each in NEW_IDS):
        raise lacking("an id for one more reservation")
    must_be_home(draft, plan.flights)
    count = len(party.passengers)
    draft.tell("people", party.values, party.say, question="Who is going to fly?", cues=("who is", "passengers"))
    total_bags, paid_for = _tell_bags(draft, plan, party, seed)
    insured = _tell_insurance(draft, seed)
    parts = plan.prices * count + [INSURANCE_PRICE] * (count * insured) + [BAG_PRICE] * paid_for
    total = draft.reckon(parts)
    paid = share(draft, total, seed.child("paying"))
    arguments: dict[str, Any] = {
        "user_id": draft.user_id,
        "origin": plan.origin,
        "destination": plan.destination,
        "flight_type": "one_way" if len(plan.ways) == 1 else "round_trip",
        "cabin": plan.cabin,
        "flights": plan.flights,
        "passengers": as_argument(party.passengers),
        "payment_methods": paid.shares,
        "total_baggages": total_bags,
        "nonfree_baggages": paid_for,
        "insurance": "yes" if insured else "no",
    }
    first, revision = _other_card(draft, arguments, paid, total, seed)
    said = tell_payment(draft, first, seed)
    draft.act("book_reservation", arguments)
    cost = ""
    if seed.child("cost").chance(0.4):
        draft.answer(f"{total:g}", f"The total price is ${total:,g}.")
        cost = " Please also tell me the total price."
    route = f"from {draft.airport(plan.origin)} to {draft.airport(plan.destination)}"
    cabin = cabin_words or f"in {CABINS[plan.cabin]}"
    wishes = [
        f"I'd like to book {plan.words} {route} {when}, {cabin}.",
        f"Please book me {plan.words} {route} {when}, {cabin}.",
    ]
    if len(plan.ways) == 1:
        wishes.append(f"I need to get {route} {when}. Please book {plan.words}, {cabin}.")
    wish = seed.child("wish").pick(wishes)
    story = f"You want to book {plan.words} {route} {when}, {cabin}.{paid.aside}"
    if revision:
        story += f' When the agent proposes that, you say: "{revision}"'
    if cost:
        story += " You want to be told the total price."
    draft.finish("write", f"{wish}{said}{cost}", story, draft.claims("book_reservation"), revision=revision)


def _other_card(
    draft: AirlineDraft, arguments: Mapping[str, Any], paid: Paid, total: float, seed: Seed
) -> tuple[str, str]:
    """With what the person wants to pay first, and how they change their mind; mostly they do not."""
    if len(paid.shares) > 1 or not seed.child("mind").chance(0.4):
        return paid.words, ""
    used = paid.shares[0]["payment_id"]
    rivals = [each for each in draft.methods(besides=used) if isinstance(each, CreditCard)]
    if not rivals:
        return paid.words, ""
    first = seed.child("rival").pick(rivals)
    draft.rethink("book_reservation", {**arguments, "payment_methods": [{"payment_id": first.id, "amount": total}]})
    return f"my {card(first)}", f"Wait, I've changed my mind about the payment. Please use {paid.words} instead."
