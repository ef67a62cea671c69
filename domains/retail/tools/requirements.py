"""Requirements: what has to hold before a tool writes; each says no where it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from interplay.domains.retail.rows import GiftCard, ItemId, Order, OrderId, OrderStatus, RetailDatabase, User
from interplay.engine.errors import Refusal
from interplay.engine.worldkit.requirements import needed, shown
from interplay.engine.worldkit.rows import PaymentMethodId, UserId


def order_of(db: RetailDatabase, order_id: OrderId) -> Order:
    """The order of this id, or a refusal."""
    return needed(db.orders, order_id, "order", "An order id is '#W' and seven digits, without spaces.")


def user_of(db: RetailDatabase, user_id: UserId) -> User:
    """The user of this id, or a refusal."""
    return needed(db.users, user_id, "user", "Find the user id by e-mail address, or by name and zip code.")


def must_be(order: Order, status: OrderStatus, what: str) -> None:
    """Refuse an order of another status; `what` says what could not be done to it."""
    if order.status != status:
        raise Refusal(
            f"Order {order.order_id} is {order.status!r}; only an order that is {status!r} can be {what}.",
            code="wrong_status",
        )


def must_own(user: User, method: PaymentMethodId) -> None:
    """Refuse a payment method that is not the user's."""
    if method not in user.payment_methods:
        raise Refusal(
            f"The customer has no payment method {shown(method)}; "
            f"they have {', '.join(user.payment_methods) or 'none'}.",
            code="payment_unknown",
        )


def must_cover(user: User, method: PaymentMethodId, amount: float) -> None:
    """Refuse a payment method that is not the user's, or a gift card with less on it than the amount."""
    must_own(user, method)
    card = user.payment_methods[method]
    if isinstance(card, GiftCard) and card.balance < amount:
        raise Refusal(
            f"{method} holds ${card.balance:.2f}, which does not cover ${amount:.2f}; choose another payment method.",
            code="balance_too_low",
        )


def must_hold(order: Order, item_ids: Sequence[ItemId]) -> None:
    """Refuse items that are not in the order, or not as often."""
    there = Counter(item.item_id for item in order.items)
    for item_id, wanted in Counter(item_ids).items():
        if wanted > there[item_id]:
            raise Refusal(
                f"Order {order.order_id} holds item {shown(item_id)} {there[item_id]} times, not {wanted} times; "
                f"its items are {', '.join(there)}.",
                code="item_unknown",
            )
