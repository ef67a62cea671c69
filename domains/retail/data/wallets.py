"""Wallets: what people pay with; a gift card may hold small change or enough for nearly anything."""

from __future__ import annotations

import random
from collections.abc import Mapping

from interplay.domains.retail.rows import GiftCard, PaymentMethod
from interplay.engine.worldkit.people import Crowd
from interplay.engine.worldkit.rows import PaymentMethodId
from interplay.engine.worldkit.wallet import PayPal, credit_card, wallet

WALLETS: Mapping[tuple[str, ...], int] = {
    ("credit_card",): 12,
    ("paypal",): 8,
    ("gift_card",): 4,
    ("credit_card", "gift_card"): 20,
    ("paypal", "gift_card"): 14,
    ("credit_card", "paypal"): 12,
    ("credit_card", "credit_card"): 4,
    ("credit_card", "paypal", "gift_card"): 18,
    ("credit_card", "credit_card", "gift_card"): 8,
}
"""What people pay with, and how many of a hundred do."""


def methods(crowd: Crowd) -> dict[PaymentMethodId, PaymentMethod]:
    """One person's payment methods.

    Args:
        crowd: of which the person is the last that was made.
    """

    def make(kind: str, method_id: PaymentMethodId) -> PaymentMethod:
        if kind == "paypal":
            return PayPal(id=method_id)
        if kind == "gift_card":
            return GiftCard(balance=_balance(crowd.rng), id=method_id)
        return credit_card(method_id, crowd)

    return wallet(crowd, WALLETS, make)


def _balance(rng: random.Random) -> float:
    """Enough for some orders and not for others: a third are small change, a few pay for nearly anything."""
    chance = rng.random()
    if chance < 0.35:
        low, high = 5, 60
    elif chance < 0.75:
        low, high = 60, 320
    else:
        low, high = 320, 950
    return float(rng.randint(low, high)) if rng.random() < 0.5 else round(rng.uniform(low, high), 2)
