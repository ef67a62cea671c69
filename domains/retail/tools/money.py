"""Money: entries of a payment history, and gift cards that hold some."""

from __future__ import annotations

import msgspec

from interplay.domains.retail.rows import GiftCard, Payment, User
from interplay.engine.worldkit.rows import PaymentMethodId


def charge(amount: float, method: PaymentMethodId) -> Payment:
    """An entry for money that the customer pays, in dollars."""
    return Payment(transaction_type="payment", amount=amount, payment_method_id=method)


def refund(amount: float, method: PaymentMethodId) -> Payment:
    """An entry for money that goes back, in dollars."""
    return Payment(transaction_type="refund", amount=amount, payment_method_id=method)


def settled(user: User, entry: Payment) -> User:
    """The user after a payment or refund: only gift cards hold money here, rounded to cents."""
    card = user.payment_methods.get(entry.payment_method_id)
    if not isinstance(card, GiftCard):
        return user
    change = entry.amount if entry.transaction_type == "refund" else -entry.amount
    card = msgspec.structs.replace(card, balance=round(card.balance + change, 2))
    return msgspec.structs.replace(user, payment_methods={**user.payment_methods, card.id: card})
