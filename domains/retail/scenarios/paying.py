"""Paying: with what a person pays, and whether it is enough."""

from __future__ import annotations

from interplay.domains.retail.rows import GiftCard, PaymentMethod
from interplay.domains.retail.scenarios.draft import ShopDraft
from interplay.engine.seeds import Seed


def tell_payment(draft: ShopDraft, words: str, question: str, cues: tuple[str, ...], seed: Seed) -> str:
    """Have the person know with what to pay; returns what the wish says of it, nothing if they wait to be asked."""
    say = seed.child("pay").pick(
        (f"Please use {words}.", f"For the money, take {words}.", f"I'd like {words} for that.")
    )
    draft.tell("payment", [words], say, question=question, cues=cues)
    if seed.child("pay", "volunteers").chance(0.5):
        return f" {say}"
    draft.traits.add("must_ask")
    return ""


def covers(payment: PaymentMethod, due: float) -> bool:
    """Whether a payment method can pay an amount, in dollars."""
    return not isinstance(payment, GiftCard) or payment.balance >= due
