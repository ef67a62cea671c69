"""Additions: wishes about the bags and the passengers of a reservation that is there already."""

from __future__ import annotations

import msgspec

from interplay.domains.airline.rows import Passenger, Reservation
from interplay.domains.airline.scenarios.bookings import as_argument
from interplay.domains.airline.scenarios.changes import arguments_of, same_flights, tell_cabin
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.paying import tell_payment
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.scenarios.words import bags, card
from interplay.domains.airline.terms import BAG_PRICE, free_bags, paid_bags
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking

MOST_PAID_BAGS = 3
"""So many an agent counts without a calculator."""
BAGS_TOO = ("added", "updated")
"""Signs that the bags were seen to after the cabin, of which an agent says that it was changed."""


def add_bags(draft: AirlineDraft, seed: Seed) -> None:
    """Check more bags; some are free, some are not. Sometimes with one more than at first."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    more = seed.child("more").pick((1, 1, 2, 3))
    total = booked.total_baggages + more
    paid_for = _counted(draft, booked, total)
    due = BAG_PRICE * (paid_for - booked.nonfree_baggages)
    able = draft.cards(due)
    if not able:
        raise lacking("a payment method for bags")
    chosen = seed.child("method").pick(able)
    reference = refer(draft, booked, seed)
    arguments = {
        "reservation_id": booked.reservation_id,
        "total_baggages": draft.reckon([booked.total_baggages, more]),
        "nonfree_baggages": paid_for,
        "payment_id": chosen.id,
    }
    first, revision = more, ""
    if more > 1 and seed.child("mind").chance(0.3):
        first, fewer = 1, booked.total_baggages + 1
        draft.reckon([booked.total_baggages, 1])
        before = {"total_baggages": fewer, "nonfree_baggages": _counted(draft, booked, fewer)}
        draft.rethink("update_reservation_baggages", {**arguments, **before})
        revision = f"Actually, make that {bags(more)} more than I have now, not just one."
    draft.tell(
        "bags",
        [bags(first)],
        f"I want to add {bags(first)}.",
        question="How many bags are to be added?",
        cues=("how many", "bags"),
    )
    said = tell_payment(draft, f"my {card(chosen)}", seed)
    draft.act("update_reservation_baggages", arguments)
    wish = seed.child("wish").pick(
        (
            f"I'd like to add {bags(first)} to {reference.words}.",
            f"Please add {bags(first)} to {reference.words}.",
            f"We'll have {bags(first)} more to check in {reference.words}. Can you add that?",
        )
    )
    story = f"You want to add {bags(first)} to {reference.yours}."
    if revision:
        story += f' When the agent proposes that, you say: "{revision}"'
    draft.finish("write", f"{wish}{said}", story, draft.claims("update_reservation_baggages"), revision=revision)


def upgrade_with_bags(draft: AirlineDraft, seed: Seed) -> None:
    """Sit in a better cabin and check more bags, of which more are free there."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip not in business", draft.is_ahead, lambda each: each.cabin != "business"
    )
    count, more = len(booked.passengers), seed.child("more").pick((1, 2, 3))
    reference = refer(draft, booked, seed)
    change = same_flights(draft, booked, "business")
    free = free_bags(draft.user.membership, "business", count)
    if booked.total_baggages + more > free or booked.nonfree_baggages:
        raise lacking("a trip whose bags are free in business")
    able = draft.cards((sum(change.prices) - sum(leg.price for leg in booked.flights)) * count)
    if not able:
        raise lacking("a payment method for an upgrade")
    chosen = seed.child("method").pick(able)
    tell_cabin(draft, ["business"], "To business.")
    draft.tell(
        "bags",
        [bags(more)],
        f"I want to add {bags(more)}.",
        question="How many bags are to be added?",
        cues=("how many", "bags"),
    )
    total = draft.reckon([booked.total_baggages, more])
    said = tell_payment(draft, f"my {card(chosen)}", seed)
    draft.act("update_reservation_flights", arguments_of(booked, change, chosen.id))
    draft.act(
        "update_reservation_baggages",
        {
            "reservation_id": booked.reservation_id,
            "total_baggages": total,
            "nonfree_baggages": 0,
            "payment_id": chosen.id,
        },
    )
    wish = seed.child("wish").pick(
        (
            f"In {reference.words}, I'd like to have everybody upgraded to business, and {bags(more)} added.",
            f"Please upgrade {reference.words} to business, with {bags(more)} added.",
        )
    )
    story = f"You want {reference.yours} upgraded to business, with {bags(more)} added."
    draft.finish("write", f"{wish}{said}", story, BAGS_TOO)


def correct_passenger(draft: AirlineDraft, seed: Seed) -> None:
    """Correct a name or a date of birth."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    people = list(booked.passengers)
    at = seed.child("who").number % len(people)
    before = people[at]
    field = seed.child("field").pick(("last_name", "first_name", "dob"))
    after = _corrected(draft, before, field, seed)
    if sum(each.first_name == before.first_name for each in people) > 1:
        raise lacking("passengers who can be told apart")
    new = getattr(after, field)
    called = {"last_name": "last name", "first_name": "first name", "dob": "date of birth"}[field]
    reference = refer(draft, booked, seed)
    draft.tell(
        "correction",
        [new, before.first_name],
        f"The {called} of {before.first_name} should be {new}.",
        question="What should be corrected?",
        cues=("corrected", "should be", "correct"),
    )
    people[at] = after
    arguments = {"reservation_id": booked.reservation_id, "passengers": as_argument(people)}
    draft.act("update_reservation_passengers", arguments)
    wish = seed.child("wish").pick(
        (
            f"The {called} of {before.first_name} is wrong in {reference.words}; it should be {new}.",
            f"I made a mistake in {reference.words}: the {called} of {before.first_name} has to be {new}.",
            f"Please correct a passenger in {reference.words}. For {before.first_name}, the {called} is {new}.",
        )
    )
    story = f"In {reference.yours}, you want the {called} of {before.first_name} to be corrected to {new}."
    draft.finish("write", wish, story, draft.claims("update_reservation_passengers"))


def replace_passenger(draft: AirlineDraft, seed: Seed) -> None:
    """Have somebody else fly."""
    booked = draft.any_of_mine(seed.child("which"), "a trip to come", draft.is_ahead)
    people = list(booked.passengers)
    at = seed.child("who").number % len(people)
    before = people[at]
    flying = {(each.first_name, each.last_name) for each in people}
    saved = [each for each in draft.user.saved_passengers if (each.first_name, each.last_name) not in flying]
    if not saved or before.first_name in {each.first_name for each in people[:at] + people[at + 1 :]}:
        raise lacking("somebody who could fly instead")
    after = seed.child("instead").pick(saved)
    reference = refer(draft, booked, seed)
    named = f"{after.first_name} {after.last_name}"
    old = f"{before.first_name} {before.last_name}"
    draft.tell(
        "instead",
        [before.first_name, before.last_name, after.first_name, after.last_name],
        f"Instead of {old}, {named} will fly, one of my saved passengers.",
        question="Who is going to fly instead of whom?",
        cues=("who is", "instead"),
    )
    people[at] = after
    arguments = {"reservation_id": booked.reservation_id, "passengers": as_argument(people)}
    draft.act("update_reservation_passengers", arguments)
    wish = seed.child("wish").pick(
        (
            f"In {reference.words}, {named} is going to fly instead of {before.first_name}.",
            f"Please put {named}, one of my saved passengers, into {reference.words} in place of {before.first_name}.",
        )
    )
    story = f"In {reference.yours}, you want {named}, one of your saved passengers, to fly instead of {old}."
    draft.finish("write", wish, story, draft.claims("update_reservation_passengers"))


def _counted(draft: AirlineDraft, booked: Reservation, total: int) -> int:
    """How many of so many bags are to be paid for, those included that were."""
    count = len(booked.passengers)
    free = free_bags(draft.user.membership, booked.cabin, count)
    if booked.nonfree_baggages != max(0, booked.total_baggages - free):
        raise lacking("a reservation whose bags are counted as they are today")
    paid_for = paid_bags(draft.user.membership, booked.cabin, count, total)
    if paid_for > MOST_PAID_BAGS:
        raise lacking("a reservation with few bags to pay for")
    return paid_for


def _corrected(draft: AirlineDraft, before: Passenger, field: str, seed: Seed) -> Passenger:
    """The passenger with another value, taken from some customer."""
    users = list(draft.db.users)
    other = draft.db.users[seed.child("value").pick(users)]
    new = other.dob if field == "dob" else getattr(other.name, field)
    if new == getattr(before, field):
        raise lacking("something to correct")
    return msgspec.structs.replace(before, **{field: new})
