"""Wallet: payment methods on file.

Cards and accounts that hold no money of ours are the same in every world. What does hold some (a gift card, a
certificate) a world declares itself, for worlds call the sum by different names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from interplay.engine.worldkit.people import Crowd
from interplay.engine.worldkit.rows import PaymentMethodId, Row

CARD_BRANDS = ("visa", "mastercard", "amex", "discover")

M = TypeVar("M")


class CreditCard(Row, frozen=True, tag_field="source", tag="credit_card"):
    """A card on file."""

    brand: str
    last_four: str
    id: PaymentMethodId


class PayPal(Row, frozen=True, tag_field="source", tag="paypal"):
    """A PayPal account on file."""

    id: PaymentMethodId


def credit_card(method_id: PaymentMethodId, crowd: Crowd) -> CreditCard:
    """Some card.

    Args:
        method_id: its id.
        crowd: whose chance decides brand and digits.
    """
    rng = crowd.rng
    return CreditCard(brand=rng.choice(CARD_BRANDS), last_four=f"{rng.randrange(10_000):04d}", id=method_id)


def wallet(
    crowd: Crowd, mixes: Mapping[tuple[str, ...], int], make: Callable[[str, PaymentMethodId], M]
) -> dict[PaymentMethodId, M]:
    """What one person pays with, by id; ids are unique in the crowd, such as "credit_card_1234567".

    Args:
        crowd: of which the person is one.
        mixes: kinds of payment methods that somebody has together, and how many of a hundred do.
        make: makes a method of a kind with an id.
    """
    (kinds,) = crowd.rng.choices(tuple(mixes), weights=tuple(mixes.values()))
    methods: dict[PaymentMethodId, M] = {}
    for kind in kinds:
        method_id = PaymentMethodId(crowd.unique(f"{kind}_", 1_000_000, 9_999_999))
        methods[method_id] = make(kind, method_id)
    return methods


def ways_to_say(method_id: str, method: Any) -> tuple[str, ...]:
    """How a payment method may be called in front of its owner, for judging whether an agent named it.

    Args:
        method_id: its id, whose stem says what it is: "gift_card_1234567".
        method: the method; None where there is none of this id.
    """
    if method is None:
        return (method_id,)
    kind = method_id.rpartition("_")[0].replace("_", " ")
    ways = (method_id, kind, kind.replace(" ", ""), "original payment method")
    return (*ways, method.last_four, f"{method.brand} card", method.brand) if isinstance(method, CreditCard) else ways
