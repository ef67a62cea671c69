"""Demands: wishes that the policy forbids for the sake of money, or of who asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interplay.domains.airline import times
from interplay.domains.airline.rows import Certificate, Passenger, Reservation, ReservationId
from interplay.domains.airline.scenarios.bookings import any_flight, as_argument
from interplay.domains.airline.scenarios.changes import arguments_of, same_flights
from interplay.domains.airline.scenarios.denials import INSISTENCE
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.fares import choose, direct
from interplay.domains.airline.scenarios.leaving import is_called_off, is_entitled
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.scenarios.words import card
from interplay.domains.airline.terms import FOR_CANCELLED, FOR_LATE, MOST_PASSENGERS
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import yours


def upgrade_with_certificate(draft: AirlineDraft, seed: Seed) -> None:
    """Pay for a change with a certificate."""
    certificates = [each for each in draft.methods() if isinstance(each, Certificate)]
    booked = draft.any_of_mine(
        seed.child("which"), "a trip not in business", draft.is_ahead, lambda each: each.cabin != "business"
    )
    if not certificates:
        raise lacking("a certificate")
    chosen = seed.child("certificate").pick(certificates)
    reference = refer(draft, booked, seed)
    draft.tell("cabin", ["business"], "To business.", question="To which cabin?", cues=("cabin",))
    change = same_flights(draft, booked, "business")
    draft.forbid("update_reservation_flights", arguments_of(booked, change, chosen.id))
    voucher = f"travel voucher of ${chosen.amount:g}"
    wish = seed.child("wish").pick(
        (
            f"I want to upgrade {reference.words} to business and pay for it with my {voucher} only.",
            f"Please upgrade {reference.words} to business. It has to be paid with my {voucher}.",
        )
    )
    story = f"You want to upgrade {reference.yours} to business, but only if your {voucher} pays for it."
    no = "I'm sorry, but certificates pay for new bookings only, so I cannot use one for a change."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def two_certificates(draft: AirlineDraft, seed: Seed) -> None:
    """Pay for one booking with two certificates."""
    held = [each for each in draft.user.payment_methods.values() if isinstance(each, Certificate)]
    cards = [each for each in draft.cards() if each.id.startswith("credit_card")]
    if len(held) < 2 or not cards:
        raise lacking("two certificates and a card")
    flight, date = any_flight(draft, seed.child("flight"))
    _tell_booking(draft, flight.origin, flight.destination, date, "business")
    found = direct(draft, flight.origin, flight.destination, date)
    way, words = choose(found, "business", 1, seed.child("choice"), "direct flight")
    total, (first, second) = way.price("business"), held[:2]
    if total <= first.amount:
        raise lacking("a flight that one certificate does not pay for")
    rest = draft.reckon([total], [first.amount])
    shares: list[dict[str, Any]] = [{"payment_id": first.id, "amount": first.amount}]
    if rest > second.amount:
        shares.append({"payment_id": second.id, "amount": second.amount})
        left = draft.reckon([total], [first.amount, second.amount])
        shares.append({"payment_id": cards[0].id, "amount": left})
    else:
        shares.append({"payment_id": second.id, "amount": rest})
    arguments = _booking(draft, flight.origin, flight.destination, way.flights, "business", [_myself(draft)])
    arguments["payment_methods"] = shares
    draft.forbid("book_reservation", arguments)
    route = f"from {draft.airport(flight.origin)} to {draft.airport(flight.destination)} on {date}"
    wish = seed.child("wish").pick(
        (
            f"Book me {words} {route} in business, just for me, no bags. I pay with two of my certificates and what "
            f"they leave with my {card(cards[0])}, or I won't fly with you.",
            f"I want {words} {route} in business for myself, without bags. It has to be paid with two of my "
            f"certificates and, should they not do, my {card(cards[0])}.",
        )
    )
    story = f"You want to book {words} {route} in business and insist on paying with two certificates."
    no = "I'm sorry, but I cannot use more than one certificate for a booking."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def too_many_people(draft: AirlineDraft, seed: Seed) -> None:
    """Book for more passengers than a reservation takes."""
    flight, date = any_flight(draft, seed.child("flight"))
    count = MOST_PASSENGERS + 1 + seed.child("count").number % 3
    route = f"from {draft.airport(flight.origin)} to {draft.airport(flight.destination)} on {date}"
    _tell_booking(draft, flight.origin, flight.destination, date, "economy")
    direct(draft, flight.origin, flight.destination, date)
    wish = seed.child("wish").pick(
        (
            f"I need seats on a direct flight {route} in economy for {count} people, all in one reservation.",
            f"We are a group of {count} and need one reservation {route}, in economy.",
        )
    )
    story = f"You want to book {route} in economy for {count} people, in one reservation."
    no = f"I'm sorry, but a reservation is for five passengers at most, so I cannot book one for {count}."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE, signs=draft.claims("book_reservation"))


def compensate_regular(draft: AirlineDraft, seed: Seed) -> None:
    """Be compensated for a cancelled flight, as somebody to whom nothing is due."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a trip with a cancelled flight and no claim",
        lambda each: times.was_cancelled(draft.db, each.flights) and not is_entitled(draft, each),
    )
    words = refer(draft, booked, seed).words
    wishes = (
        f"You called off a flight of {words}, and I want to be compensated.",
        f"A flight of {words} was called off by you. I'd like to know what I get as compensation.",
    )
    no = (
        "I'm sorry, but I cannot offer compensation to regular members whose reservation is not in business and has "
        "no insurance."
    )
    _send_nothing(draft, booked, FOR_CANCELLED, wishes, f"The airline called off a flight of {yours(words)}.", no, seed)


def compensate_for_delay_only(draft: AirlineDraft, seed: Seed) -> None:
    """Be compensated for a delay, and fly all the same."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a delayed trip",
        lambda each: times.was_late(draft.db, each.flights) and not is_called_off(draft, each),
    )
    words = refer(draft, booked, seed).words
    wishes = (
        f"The flight of {words} is delayed today. I'm still going, but I want compensation.",
        f"My flight in {words} is late today. I don't want to change anything, only be compensated.",
    )
    no = (
        "I'm sorry, but for a delay I cannot offer compensation as long as the reservation is neither changed nor "
        "cancelled because of it."
    )
    story = f"A flight of {yours(words)} is delayed today, and you will fly all the same."
    _send_nothing(draft, booked, FOR_LATE, wishes, story, no, seed)


def compensate_for_other(draft: AirlineDraft, seed: Seed) -> None:
    """Be compensated for what the airline does not compensate."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a trip without trouble",
        draft.has_begun,
        lambda each: not times.was_cancelled(draft.db, each.flights) and not times.was_late(draft.db, each.flights),
    )
    reference = refer(draft, booked, seed)
    why = seed.child("why").pick(
        (
            "The food on board was cold",
            "The staff at the gate was rude to me",
            "My seat did not recline",
            "There was no working screen at my seat",
            "I had to wait an hour for my bag",
        )
    )
    draft.forbid("send_certificate", {"user_id": draft.user_id, "amount": FOR_LATE})
    wish = seed.child("wish").pick(
        (
            f"{why} on the trip in {reference.words}. I want compensation for that.",
            f"{why}, that was in {reference.words}. I'd like a certificate to make up for it.",
        )
    )
    no = "I'm sorry, but I cannot offer any compensation for that, only where a flight is cancelled or delayed."
    draft.refuse(wish, f"{why} on {reference.yours}. You ask for compensation.", no, seed, insisting=INSISTENCE)


def somebody_elses_trip(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel the reservation of another customer."""
    others = [each for each in draft.db.reservations.values() if each.user_id != draft.user_id]
    if not others:
        raise lacking("another customer's reservation")
    booked = seed.child("other").pick(others)
    who = seed.child("who").pick(("my sister", "my neighbour", "a friend of mine", "my father", "my colleague"))
    key = booked.reservation_id
    draft.tell("other", [key], f"It's reservation {key}.", question="Which reservation is it?", cues=("reservation",))
    draft.forbid("cancel_reservation", {"reservation_id": ReservationId(key)})
    wish = seed.child("wish").pick(
        (
            f"Please cancel reservation {key} as well. It is {who}'s.",
            f"I'm to cancel reservation {key} for {who}, who can't come to the phone.",
        )
    )
    no = (
        "I'm sorry, but I cannot look up or change the reservations of anybody but you, not even for family or friends."
    )
    draft.refuse(wish, f"You want to cancel reservation {key}, which is {who}'s.", no, seed, insisting=INSISTENCE)


def _send_nothing(
    draft: AirlineDraft, booked: Reservation, each: int, wishes: Sequence[str], story: str, no: str, seed: Seed
) -> None:
    """Close a wish for a certificate that is not due; what it would be worth is added up all the same."""
    amount = draft.reckon([each] * len(booked.passengers))
    draft.forbid("send_certificate", {"user_id": draft.user_id, "amount": amount})
    wish = seed.child("wish").pick(wishes)
    draft.refuse(wish, f"{story} You ask for compensation.", no, seed, insisting=INSISTENCE)


def _tell_booking(draft: AirlineDraft, origin: str, destination: str, date: str, cabin: str) -> None:
    draft.tell(
        "route",
        [origin, destination, date],
        f"From {draft.airport(origin)} to {draft.airport(destination)} on {date}.",
        question="From which airport to which airport, and on which day?",
        cues=("airport", "which day"),
    )
    draft.tell("cabin", [cabin], f"In {cabin}.", question="In which cabin?", cues=("cabin",))


def _myself(draft: AirlineDraft) -> Passenger:
    user = draft.user
    return Passenger(first_name=user.name.first_name, last_name=user.name.last_name, dob=user.dob)


def _booking(
    draft: AirlineDraft,
    origin: str,
    destination: str,
    flights: list[dict[str, str]],
    cabin: str,
    people: list[Passenger],
) -> dict[str, Any]:
    """A booking one way, without bags or insurance; what is missing is the payment."""
    return {
        "user_id": draft.user_id,
        "origin": origin,
        "destination": destination,
        "flight_type": "one_way",
        "cabin": cabin,
        "flights": flights,
        "passengers": as_argument(people),
        "total_baggages": 0,
        "nonfree_baggages": 0,
        "insurance": "no",
    }
