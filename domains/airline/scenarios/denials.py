"""Denials: wishes that the policy forbids, and those that only a person can see to.

The right end is a no that changes nothing, or a hand-over. The tools would do most of what is asked; the forbidden
call is kept beside the blueprint as the change that must not be made.
"""

from __future__ import annotations

from typing import Any

from interplay.domains.airline.rows import Answer, Passenger, Reservation
from interplay.domains.airline.scenarios.bookings import as_argument
from interplay.domains.airline.scenarios.changes import named
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.fares import choose, direct, one_stop
from interplay.domains.airline.scenarios.leaving import ILL_OR_STORMY, PLANS
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.scenarios.words import CABINS, bags
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.references import Reference
from interplay.engine.worldkit.words import yours

INSISTENCE = (
    "Can't you make an exception for me, just this once?",
    "I've flown with you for years. Surely there is a way around that?",
    "Please try again, it's really important to me.",
    "The person I spoke to on the phone said that it would be fine.",
    "Another airline would do it. Are you sure that you won't?",
)


def cancel_without_ground(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel what nothing lets one cancel."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a trip that cannot be cancelled",
        draft.is_ahead,
        lambda each: each.insurance == "no" and not draft.is_refundable(each),
    )
    reason = seed.child("reason").pick((*PLANS, *ILL_OR_STORMY))
    no = (
        f"I'm sorry, but I cannot cancel reservation {booked.reservation_id}: it was made more than 24 hours ago, is "
        f"in {CABINS[booked.cabin]} and has no insurance."
    )
    _refuse_to_cancel(draft, booked, reason, no, seed)


def cancel_insured_for_other_reason(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel an insured trip for a reason that the insurance does not cover."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "an insured trip that cannot be cancelled otherwise",
        draft.is_ahead,
        lambda each: each.insurance == "yes" and not draft.is_refundable(each),
    )
    no = (
        "I'm sorry, but your insurance covers only reasons of health or weather, so I cannot cancel reservation "
        f"{booked.reservation_id} for that reason."
    )
    _refuse_to_cancel(draft, booked, seed.child("reason").pick(PLANS), no, seed)


def cancel_for_one(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel for one of several passengers only."""
    booked, one, reference = _with_several(draft, seed)
    rest = [each for each in booked.passengers if each != one]
    named = f"{one.first_name} {one.last_name}"
    draft.tell(
        "who",
        [one.first_name, one.last_name],
        f"It's {named} who can't come.",
        question="For whom?",
        cues=("for whom", "who"),
    )
    arguments = {"reservation_id": booked.reservation_id, "passengers": as_argument(rest)}
    draft.forbid("update_reservation_passengers", arguments)
    wish = seed.child("wish").pick(
        (
            f"{named} can't come. Please take {one.first_name} out of {reference.words} and refund that part.",
            f"I want to remove {named} from {reference.words}, because {one.first_name} is not coming along.",
        )
    )
    no = (
        "I'm sorry, but the number of passengers of a reservation cannot be changed, and a trip can be cancelled only "
        "for everybody."
    )
    draft.refuse(
        wish, f"You want {named} to be taken out of {reference.yours}.", no, seed, insisting=INSISTENCE, signs=REMOVED
    )


def add_somebody(draft: AirlineDraft, seed: Seed) -> None:
    """Take one passenger more along."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    flying = {(each.first_name, each.last_name) for each in booked.passengers}
    saved = [each for each in draft.user.saved_passengers if (each.first_name, each.last_name) not in flying]
    if not saved:
        raise lacking("somebody to take along")
    one = seed.child("who").pick(saved)
    reference = refer(draft, booked, seed)
    named = f"{one.first_name} {one.last_name}"
    draft.tell("who", [one.first_name, one.last_name], f"It's {named}.", question="Who is it?", cues=("who",))
    arguments = {"reservation_id": booked.reservation_id, "passengers": as_argument([*booked.passengers, one])}
    draft.forbid("update_reservation_passengers", arguments)
    wish = seed.child("wish").pick(
        (
            f"{named}, one of my saved passengers, is coming along. Please add {one.first_name} to {reference.words}.",
            f"I'd like to add one more passenger to {reference.words}: {named} from my profile.",
        )
    )
    no = "I'm sorry, but the number of passengers of a reservation cannot be changed, so I can't add anybody to it."
    draft.refuse(wish, f"You want to add {named} to {reference.yours}.", no, seed, insisting=INSISTENCE, signs=ADDED)


def change_basic_economy(draft: AirlineDraft, seed: Seed) -> None:
    """Take other flights in basic economy."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a trip in basic economy",
        draft.is_ahead,
        lambda each: each.cabin == "basic_economy" and each.flight_type == "one_way",
    )
    reference = refer(draft, booked, seed)
    leg = booked.flights[0]
    found = direct(draft, booked.origin, booked.destination, leg.date)
    others = [each for each in found if each.offers[0]["flight_number"] != leg.flight_number]
    noun = "other direct flight" if others else "other connection with one stop"
    if not others:
        found = one_stop(draft, booked.origin, booked.destination, leg.date)
        others = [each for each in found if each.flights != [named(leg) for leg in booked.flights]]
    way, words = choose(others, "basic_economy", len(booked.passengers), seed.child("choice"), noun)
    cards = draft.cards()
    if not cards:
        raise lacking("a card")
    arguments = {
        "reservation_id": booked.reservation_id,
        "cabin": "basic_economy",
        "flights": way.flights,
        "payment_id": cards[0].id,
    }
    draft.forbid("update_reservation_flights", arguments)
    wish = seed.child("wish").pick(
        (
            f"I want to take {words}, on the same day, in {reference.words}. I stay in basic economy.",
            f"Please change {reference.words} to {words}, on the same day and without changing the cabin.",
        )
    )
    story = f"In {reference.yours}, you want {words}, on the same day, and to stay in basic economy."
    no = (
        f"I'm sorry, but reservation {booked.reservation_id} is in basic economy, and flights in basic economy cannot "
        "be changed."
    )
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def other_destination(draft: AirlineDraft, seed: Seed) -> None:
    """Fly to somewhere else with the same reservation."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a trip that can be changed",
        draft.is_ahead,
        lambda each: each.cabin != "basic_economy" and each.flight_type == "one_way",
    )
    date = booked.flights[0].date
    ends = {each.destination for each in draft.db.flights.values() if each.origin == booked.origin}
    elsewhere = sorted(ends - {booked.destination})
    target = seed.child("target").pick(elsewhere)
    reference = refer(draft, booked, seed)
    there = draft.airport(target)
    draft.tell("target", [target], f"To {there}.", question="Where to?", cues=("where to", "which airport"))
    found = direct(draft, booked.origin, target, date)
    way, words = choose(found, booked.cabin, len(booked.passengers), seed.child("choice"), "direct flight")
    cards = draft.cards()
    if not cards:
        raise lacking("a card")
    arguments = {
        "reservation_id": booked.reservation_id,
        "cabin": booked.cabin,
        "flights": way.flights,
        "payment_id": cards[0].id,
    }
    draft.forbid("update_reservation_flights", arguments)
    wish = seed.child("wish").pick(
        (
            f"I'd rather fly to {there} than where {reference.words} goes. Put me on {words}, the same day.",
            f"Please change the destination of {reference.words} to {there}, with {words}, on the same day.",
        )
    )
    story = f"You want the destination of {reference.yours} to become {there}, with {words}, on the same day."
    no = (
        "I'm sorry, but a change of flights has to keep origin and destination, so I cannot change where the trip goes."
    )
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def remove_bags(draft: AirlineDraft, seed: Seed) -> None:
    """Take fewer bags, with a refund."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip with bags", draft.is_ahead, lambda each: each.total_baggages > 0
    )
    reference = refer(draft, booked, seed)
    cards = draft.cards()
    if not cards:
        raise lacking("a card")
    left = booked.total_baggages - 1
    draft.tell("bags", [str(left)], f"Then it would be {bags(left)}.", question="How many?", cues=("how many",))
    arguments = {
        "reservation_id": booked.reservation_id,
        "total_baggages": left,
        "nonfree_baggages": min(booked.nonfree_baggages, left),
        "payment_id": cards[0].id,
    }
    draft.forbid("update_reservation_baggages", arguments)
    wish = seed.child("wish").pick(
        (
            f"I need one checked bag less in {reference.words}. Please remove it and give me the money back.",
            f"Please take one bag out of {reference.words}; we're travelling light now.",
        )
    )
    no = f"I'm sorry, but bags can only be added, so I cannot remove one from reservation {booked.reservation_id}."
    draft.refuse(wish, f"You want one bag less in {reference.yours}.", no, seed, insisting=INSISTENCE, signs=REMOVED)


def add_insurance(draft: AirlineDraft, seed: Seed) -> None:
    """Buy insurance for what is booked already."""
    words = _insured(draft, seed, "no")
    wishes = (
        f"I forgot to take insurance for {words}. Please add it now.",
        f"I'd like to buy travel insurance for {words}.",
    )
    no = "I'm sorry, but insurance is bought together with a trip, and I cannot add it to a reservation afterwards."
    story = f"You want insurance for {yours(words)}."
    draft.refuse(seed.child("wish").pick(wishes), story, no, seed, insisting=INSISTENCE, signs=ADDED)


def give_insurance_back(draft: AirlineDraft, seed: Seed) -> None:
    """Have the insurance refunded and keep the trip."""
    words = _insured(draft, seed, "yes")
    wishes = (
        f"I don't need the insurance of {words} any more. Refund it, please; the trip stays.",
        f"Please take the insurance out of {words} and pay it back.",
    )
    no = "I'm sorry, but insurance cannot be given back after the booking."
    story = f"You want the insurance of {yours(words)} refunded, and to keep the trip."
    draft.refuse(seed.child("wish").pick(wishes), story, no, seed, insisting=INSISTENCE, signs=REMOVED)


def upgrade_one(draft: AirlineDraft, seed: Seed) -> None:
    """Have only one of several passengers sit in business."""
    _, one, reference = _with_several(draft, seed, lambda each: each.cabin != "business")
    named = f"{one.first_name} {one.last_name}"
    draft.tell("who", [one.first_name, one.last_name], f"Only {named}.", question="For whom?", cues=("for whom", "who"))
    draft.tell("cabin", ["business"], "To business.", question="To which cabin?", cues=("cabin",))
    wish = seed.child("wish").pick(
        (
            f"Please put only {named} into business in {reference.words}. The others stay where they are.",
            f"In {reference.words}, I'd like a seat in business for {named}, and just for {one.first_name}.",
        )
    )
    story = f"In {reference.yours}, you want only {named} to be upgraded to business, and nobody else."
    no = "I'm sorry, but all passengers of a reservation sit in the same cabin, so I cannot upgrade only one of them."
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE, signs=("upgraded", "changed"))


REMOVED = ("removed", "refunded", "taken out")
ADDED = ("added", "bought", "included")
"""Words that would say that a wish was granted."""


def _refuse_to_cancel(draft: AirlineDraft, booked: Reservation, reason: str, no: str, seed: Seed) -> None:
    reference = refer(draft, booked, seed)
    draft.tell("reason", [reason], f"Because {reason}.", question="What is the reason?", cues=("reason", "why"))
    draft.forbid("cancel_reservation", {"reservation_id": booked.reservation_id})
    wish = seed.child("wish").pick(
        (
            f"I want to cancel {reference.words}, because {reason}.",
            f"Please cancel {reference.words} and refund it: {reason}.",
            f"{reason[0].upper()}{reason[1:]}. Cancel {reference.words}, please.",
        )
    )
    story = f'You want to cancel {reference.yours}. Your only reason: "{reason}".'
    draft.refuse(wish, story, no, seed, insisting=INSISTENCE)


def _insured(draft: AirlineDraft, seed: Seed, insurance: Answer) -> str:
    """A trip to come with insurance or without, in the person's words."""
    booked = draft.any_of_mine(
        seed.child("which"), "such a trip", draft.is_ahead, lambda each: each.insurance == insurance
    )
    return refer(draft, booked, seed).words


def _with_several(draft: AirlineDraft, seed: Seed, *wanted: Any) -> tuple[Reservation, Passenger, Reference]:
    """A trip to come for several passengers, and one of them."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip for several", draft.is_ahead, lambda each: len(each.passengers) > 1, *wanted
    )
    one = seed.child("one").pick(booked.passengers[1:])
    return booked, one, refer(draft, booked, seed)
