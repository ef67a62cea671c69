"""Hand-overs: wishes that only a person can see to, by the policy's word or because no tool can."""

from __future__ import annotations

from interplay.domains.airline.rows import Reservation
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.leaving import ILL_OR_STORMY, PLANS
from interplay.domains.airline.scenarios.references import refer
from interplay.engine.seeds import Seed

STATEMENTS = (
    "I am handing you over to a colleague who can take care of this. Please stay with us for a moment.",
    "A human colleague will take over now and see to this. Please hold on.",
)
FOR_A_PERSON = (
    (
        "My suitcase never arrived in Denver last month. I want somebody to look for it.",
        "Your suitcase never arrived, and you want somebody to look for it.",
        "The customer reports a suitcase that never arrived.",
    ),
    (
        "I need a wheelchair at the airport. Please arrange one for me.",
        "You need a wheelchair at the airport and want it arranged.",
        "The customer needs a wheelchair at the airport, which no tool can arrange.",
    ),
    (
        "Please add a new credit card to my profile.",
        "You want a new credit card added to your profile.",
        "The customer wants to add a credit card to the profile, which no tool can do.",
    ),
    (
        "I want to travel with my dog in the cabin. Please register it.",
        "You want your dog registered to travel in the cabin.",
        "The customer wants to register a dog for the cabin, which no tool can do.",
    ),
    (
        "I left my laptop on one of your planes, and I want you to find it.",
        "You left your laptop on a plane and want it found.",
        "The customer left a laptop on a plane.",
    ),
    (
        "Please change the email address in my profile; I have a new one.",
        "You want the email address in your profile changed.",
        "The customer wants the email address of the profile changed, which no tool can do.",
    ),
    (
        "I need an invoice with my company's tax number on it.",
        "You need an invoice with your company's tax number.",
        "The customer needs an invoice with a tax number, which no tool can make.",
    ),
    (
        "I want to reserve two seats next to each other by the window.",
        "You want two seats next to each other by the window to be reserved.",
        "The customer wants to reserve certain seats, which no tool can do.",
    ),
)
"""Wish, story and summary of requests that no tool can see to."""


def for_a_person(draft: AirlineDraft, seed: Seed) -> None:
    """Something that the policy does not forbid and that no tool can do."""
    wish, story, summary = seed.child("what").pick(FOR_A_PERSON)
    draft.hand_over(wish, story, summary, seed.child("statement").pick(STATEMENTS))


def cancel_begun(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip of which a part has been flown."""
    booked = _begun(draft, seed)
    reference = refer(draft, booked, seed)
    reason = seed.child("reason").pick((*PLANS, *ILL_OR_STORMY))
    draft.tell("reason", [reason], f"Because {reason}.", question="What is the reason?", cues=("reason", "why"))
    wish = seed.child("wish").pick(
        (
            f"Please cancel {reference.words}, because {reason}.",
            f"I'd like to cancel what is left of {reference.words}: {reason}.",
        )
    )
    story = f'You want to cancel {reference.yours}. Your reason: "{reason}".'
    summary = f"The customer wants to cancel reservation {booked.reservation_id}, of which a flight has been flown."
    draft.hand_over(wish, story, summary, seed.child("statement").pick(STATEMENTS))


def change_begun(draft: AirlineDraft, seed: Seed) -> None:
    """Change a trip of which a part has been flown."""
    booked = _begun(draft, seed)
    reference = refer(draft, booked, seed)
    wish = seed.child("wish").pick(
        (
            f"Please move the flight back in {reference.words} by one day.",
            f"I'd like to fly back a day later in {reference.words}.",
        )
    )
    story = f"You want the way back of {reference.yours} to be changed."
    summary = f"The customer wants to change reservation {booked.reservation_id}, of which a flight has been flown."
    draft.hand_over(wish, story, summary, seed.child("statement").pick(STATEMENTS))


def _begun(draft: AirlineDraft, seed: Seed) -> Reservation:
    return draft.any_of_mine(
        seed.child("which"),
        "a trip that has begun and is not over",
        draft.has_begun,
        lambda each: each.flights[-1].date > draft.today,
    )
