"""Paying: with what a person pays, and how much comes from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from interplay.domains.airline.rows import Certificate, CreditCard, GiftCard, PaymentMethod
from interplay.domains.airline.scenarios.draft import AirlineDraft
from interplay.domains.airline.scenarios.words import card
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking


class Paid(NamedTuple):
    """How something is paid."""

    shares: list[dict[str, Any]]
    """As a booking lists them."""
    words: str
    """As the person says it: "my Visa ending in 1234"."""
    aside: str = ""
    """What the one who plays the person is told about it."""


def tell_payment(draft: AirlineDraft, words: str, seed: Seed) -> str:
    """Have the person know with what to pay; returns what the wish says of it, nothing if they wait to be asked."""
    say = seed.child("pay").pick(
        (f"Please use {words}.", f"I'd like to pay with {words}.", f"For the money, take {words}.")
    )
    question = seed.child("pay", "ask").pick(
        ("How will you pay?", "Which payment method should be used?", "With which payment method will you pay?")
    )
    draft.tell("payment", [words], say, question=question, cues=("pay", "payment"))
    if seed.child("pay", "volunteers").chance(0.4):
        return f" {say}"
    draft.traits.add("must_ask")
    return ""


def share(draft: AirlineDraft, total: float, seed: Seed) -> Paid:
    """Ways to pay for a booking: by one card, or first with what else there is.

    Raises:
        BlueprintError: the person cannot pay that.
    """
    ways = [_by_card, _by_certificate, _by_certificate, _by_gift_card]
    seed.random().shuffle(ways)
    for way in (*ways, _by_card):
        paid = way(draft, total, seed)
        if paid is not None:
            return paid
    raise lacking("a way to pay for it")


def _by_card(draft: AirlineDraft, total: float, seed: Seed) -> Paid | None:
    able = [each for each in draft.cards(total) if isinstance(each, CreditCard)]
    return Paid([_part(chosen := seed.child("card").pick(able), total)], f"my {card(chosen)}") if able else None


def _by_certificate(draft: AirlineDraft, total: float, seed: Seed) -> Paid | None:
    """One certificate, and the rest from a card; what is left on it is lost."""
    certificates = [each for each in draft.methods() if isinstance(each, Certificate)]
    if not certificates:
        return None
    draft.traits.add("certificate")
    first = seed.child("certificate").pick(certificates)
    if first.amount >= total:
        lost = " You know that what is left on the certificate is lost." if first.amount > total else ""
        return Paid([_part(first, total)], f"my {card(first)}", lost)
    return _and_a_card(draft, [first], total, seed)


def _by_gift_card(draft: AirlineDraft, total: float, seed: Seed) -> Paid | None:
    """A gift card, and another or a card for the rest."""
    gifts = [each for each in draft.methods() if isinstance(each, GiftCard) and each.amount > 0]
    covering = [each for each in gifts if each.amount >= total]
    if covering:
        chosen = seed.child("gift").pick(covering)
        return Paid([_part(chosen, total)], f"my {card(chosen)}")
    return _and_a_card(draft, gifts, total, seed) if gifts and sum(each.amount for each in gifts) < total else None


def _and_a_card(draft: AirlineDraft, used: Sequence[Certificate | GiftCard], total: float, seed: Seed) -> Paid | None:
    """All that is on some, and the rest from a credit card."""
    able = [each for each in draft.cards() if isinstance(each, CreditCard)]
    if not able:
        return None
    chosen = seed.child("card").pick(able)
    draft.traits.add("split_payment")
    rest = draft.reckon([total], [each.amount for each in used])
    words = " and ".join(f"my {card(each)}" for each in used)
    return Paid(
        [*(_part(each, each.amount) for each in used), _part(chosen, rest)],
        f"{words}, and my {card(chosen)} for the rest",
    )


def _part(method: PaymentMethod, amount: float) -> dict[str, Any]:
    return {"payment_id": method.id, "amount": amount}
