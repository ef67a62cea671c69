"""Leaving: wishes to cancel a reservation, and to be compensated."""

from __future__ import annotations

from interplay.domains.airline import times
from interplay.domains.airline.rows import Reservation
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.references import refer
from interplay.domains.airline.terms import FOR_CANCELLED, FOR_LATE
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.references import Reference

PLANS = (
    "our plans have changed",
    "the meeting was put off to another month",
    "I found out that I can't get those days off",
    "my friend isn't going after all",
    "I picked the wrong day",
)
ILL_OR_STORMY = (
    "I've come down with the flu and my doctor told me to stay in bed",
    "my daughter broke her leg and is in hospital",
    "I'm having surgery that week",
    "there is a storm warning for where we are going",
    "the roads to the airport are closed because of flooding",
    "I'm not well enough to travel, I have a high fever",
)
"""Reasons of health or weather."""


def cancel_new(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel what was booked within the last day."""
    booked = draft.any_of_mine(
        seed.child("which"), "a new reservation", draft.is_ahead, lambda each: times.is_recent(draft.db, each)
    )
    _cancel(draft, booked, seed, seed.child("reason").pick(PLANS))


def cancel_business(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip in business, for whatever reason."""
    booked = draft.any_of_mine(
        seed.child("which"), "a trip in business", draft.is_ahead, lambda each: each.cabin == "business"
    )
    _cancel(draft, booked, seed, seed.child("reason").pick(PLANS))


def cancel_insured(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip for which insurance was bought, for a reason that it covers."""
    booked = draft.any_of_mine(
        seed.child("which"), "an insured trip", draft.is_ahead, lambda each: each.insurance == "yes"
    )
    _cancel(draft, booked, seed, seed.child("reason").pick(ILL_OR_STORMY))


def cancel_called_off(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip of which the airline has cancelled a flight."""
    _cancel(draft, _called_off(draft, seed), seed, "you cancelled one of the flights")


def compensate_called_off(draft: AirlineDraft, seed: Seed) -> None:
    """Ask for compensation for a flight that the airline has cancelled."""
    booked = _called_off(draft, seed, entitled=True)
    reference = refer(draft, booked, seed)
    _look_at_day(draft, booked)
    _compensate(draft, FOR_CANCELLED, booked)
    wish = seed.child("wish").pick(
        (
            f"You called off a flight of {reference.words}. I want to be compensated for that.",
            f"A flight in {reference.words} was called off by you, and I'd like some compensation.",
            f"Because you called off a flight of {reference.words}, I'm asking for compensation.",
        )
    )
    story = f"The airline called off a flight of {reference.yours}. You ask for compensation."
    draft.finish("write", wish, story, draft.claims("send_certificate"))


def leave_called_off(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip of which the airline has cancelled a flight, and be compensated."""
    booked = _called_off(draft, seed, entitled=True)
    reference = refer(draft, booked, seed)
    _look_at_day(draft, booked)
    _tell_reason(draft, "you cancelled one of the flights")
    draft.act("cancel_reservation", {"reservation_id": booked.reservation_id})
    _compensate(draft, FOR_CANCELLED, booked)
    wish = seed.child("wish").pick(
        (
            f"You cancelled a flight of {reference.words}. Please cancel it all, and send me a certificate for that.",
            f"Since you cancelled one of the flights, please cancel {reference.words} as a whole. And I want a "
            "certificate as compensation.",
        )
    )
    story = f"The airline cancelled a flight of {reference.yours}. You want to cancel it all, and a certificate."
    draft.finish("write", wish, story, draft.claims("send_certificate"))


def leave_late(draft: AirlineDraft, seed: Seed) -> None:
    """Cancel a trip whose flight is delayed today, and be compensated."""
    booked = draft.any_of_mine(
        seed.child("which"),
        "a delayed trip that can be cancelled",
        lambda each: times.was_late(draft.db, each.flights) and not times.has_flown(draft.db, each.flights),
        draft.is_refundable,
        lambda each: is_entitled(draft, each),
    )
    reference = refer(draft, booked, seed)
    _tell_reason(draft, "the flight is delayed today")
    draft.act("cancel_reservation", {"reservation_id": booked.reservation_id})
    _compensate(draft, FOR_LATE, booked)
    wish = seed.child("wish").pick(
        (
            f"The flight of {reference.words} is delayed today. Cancel it, please, and send me a certificate for that.",
            f"{reference.words[0].upper()}{reference.words[1:]} is delayed today. I want to cancel, and a certificate "
            "as compensation.",
        )
    )
    story = f"A flight of {reference.yours} is delayed today. You want to cancel, and a certificate as compensation."
    draft.finish("write", wish, story, draft.claims("send_certificate"))


def is_entitled(draft: AirlineDraft, booked: Reservation) -> bool:
    """Whether the person may be compensated for what happens to a reservation."""
    return draft.user.membership != "regular" or booked.insurance == "yes" or booked.cabin == "business"


def is_called_off(draft: AirlineDraft, booked: Reservation) -> bool:
    """Whether the airline cancelled one of the flights, and none has been flown."""
    return times.was_cancelled(draft.db, booked.flights) and not times.has_flown(draft.db, booked.flights)


def _called_off(draft: AirlineDraft, seed: Seed, *, entitled: bool = False) -> Reservation:
    return draft.any_of_mine(
        seed.child("which"),
        "a trip with a cancelled flight",
        lambda each: is_called_off(draft, each),
        lambda each: not entitled or is_entitled(draft, each),
    )


def _look_at_day(draft: AirlineDraft, booked: Reservation) -> None:
    """What is cancelled and to come is missing from the search for its day."""
    for leg in booked.flights:
        if leg.date > draft.today and times.is_cancelled(draft.db, leg.flight_number, leg.date):
            draft.look("search_direct_flight", origin=leg.origin, destination=leg.destination, date=leg.date)


def _tell_reason(draft: AirlineDraft, reason: str) -> None:
    draft.tell(
        "reason",
        [reason],
        f"Because {reason}.",
        question="May I ask for the reason of the cancellation?",
        cues=("reason", "why"),
    )


def _compensate(draft: AirlineDraft, each: int, booked: Reservation) -> None:
    """Add up, and send the certificate."""
    amount = draft.reckon([each] * len(booked.passengers))
    draft.act("send_certificate", {"user_id": draft.user_id, "amount": amount})


def _cancel(draft: AirlineDraft, booked: Reservation, seed: Seed, reason: str) -> None:
    """Cancel, with the reason told at once or when asked for; sometimes with what comes back."""
    reference: Reference = refer(draft, booked, seed)
    if is_called_off(draft, booked):
        _look_at_day(draft, booked)
    _tell_reason(draft, reason)
    volunteers = seed.child("volunteers").chance(0.5)
    if not volunteers:
        draft.traits.add("must_ask")
    draft.act("cancel_reservation", {"reservation_id": booked.reservation_id})
    wish = seed.child("wish").pick(
        (
            f"I'd like to cancel {reference.words}",
            f"Please cancel {reference.words}",
            f"We won't be flying, so please cancel {reference.words}",
            f"Can you cancel {reference.words} for me",
        )
    )
    wish = f"{wish}; {reason}." if volunteers else f"{wish}."
    story = f'You want to cancel {reference.yours}. Your reason, if asked: "{reason}".'
    if len(booked.payment_history) == 1 and seed.child("refund").chance(0.4):
        amount = booked.payment_history[0].amount
        draft.answer(f"{amount:g}", f"The refund is ${amount:,g}.")
        wish += " How much will the refund be?"
        story += " You also want to know how much the refund is."
    draft.finish("write", wish, story, draft.claims("cancel_reservation"))
