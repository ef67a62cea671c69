"""Pending orders: tools that cancel or change them."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.retail.rows import CancelReason, ItemId, Order, OrderId, RetailDatabase
from interplay.domains.retail.tools.money import charge, refund, settled
from interplay.domains.retail.tools.requirements import must_be, must_cover, must_own, order_of
from interplay.domains.retail.tools.swaps import swapped, swaps_of, to_pay
from interplay.domains.retail.tools.writing import put_order, put_user
from interplay.engine.errors import Refusal
from interplay.engine.tools import Speech, tool
from interplay.engine.worldkit.identity import Address
from interplay.engine.worldkit.rows import PaymentMethodId, Zip


@tool(
    writes=True,
    speech=Speech(
        propose="cancel order {order_id} (reason: {reason}) and refund what was paid",
        done="Order {order_id} has been cancelled (reason: {reason}) and the payment will be refunded.",
        claims=("cancelled", "canceled"),
    ),
)
def cancel_pending_order(db: RetailDatabase, order_id: OrderId, reason: CancelReason) -> Order:
    """Cancel an order that is still pending and refund what was paid.

    Only an order whose status is exactly "pending" can be cancelled. Gift cards are refunded at once.
    This cannot be undone: explain it and get an explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        reason: why, as the customer told you; no other reason is accepted.

    Returns:
        The order afterwards, with a refund for each entry that its payment history had, oldest first, in
        dollars. Entries that were refunds themselves are repeated too.

    Raises:
        Refusal: order_unknown, wrong_status.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "pending", "cancelled")
    user = db.users[order.user_id]
    refunds = tuple(refund(entry.amount, entry.payment_method_id) for entry in order.payment_history)
    for entry in refunds:
        user = settled(user, entry)
    put_user(db, order.user_id, user)
    paid = order.payment_history + refunds
    return put_order(db, order, status="cancelled", cancel_reason=reason, payment_history=paid)


@tool(
    writes=True,
    speech=Speech(
        propose="change the shipping address of order {order_id} to {address1}, {address2}, {city}, {state} {zip}, "
        "{country}",
        done="The shipping address of order {order_id} has been changed to {address1}, {address2}, {city}, "
        "{state} {zip}, {country}.",
        claims=("changed", "updated", "modified"),
    ),
)
def modify_pending_order_address(
    db: RetailDatabase,
    order_id: OrderId,
    address1: str,
    address2: str,
    city: str,
    state: str,
    country: str,
    zip: Zip,  # noqa: A002
) -> Order:
    """Change where a pending order is shipped to; the address in the customer's account stays.

    Only an order whose status is exactly "pending" can be changed. Get an explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        address1: street and number, such as "12 Main Street".
        address2: flat, suite or unit, such as "Apt 4"; empty text where there is none.
        city: such as "Boston".
        state: two letters, such as "MA".
        country: such as "USA".
        zip: the zip code as text, such as "02139".

    Returns:
        The order afterwards.

    Raises:
        Refusal: order_unknown, wrong_status.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "pending", "changed")
    there = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return put_order(db, order, address=there)


@tool(
    writes=True,
    speech=Speech(
        propose="change {item_ids} of order {order_id} to {new_item_ids}, "
        "settling any difference in price with {payment_method_id}; "
        "please check that the list is complete, since this can be done only once for an order",
        done="In order {order_id}, {item_ids} have been changed to {new_item_ids}; "
        "any difference in price has been settled with {payment_method_id}.",
        claims=("changed", "modified", "updated", "swapped"),
    ),
)
def modify_pending_order_items(
    db: RetailDatabase,
    order_id: OrderId,
    item_ids: list[ItemId],
    new_item_ids: list[ItemId],
    payment_method_id: PaymentMethodId,
) -> Order:
    """Change items of a pending order to other variants of the same products.

    Only an order whose status is exactly "pending" can be changed, and only once: afterwards it can
    neither be changed nor cancelled. List every item to be changed in one call, and get an explicit yes
    before calling. The difference in price is paid or refunded at once.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to change, each as often as it is to be changed; they are in the order.
        new_item_ids: item ids to get instead, at the same positions; each is an available variant of the
            same product.
        payment_method_id: how the difference in price is paid or refunded, such as
            "gift_card_0000000"; one of the customer's own. A gift card must hold the difference.

    Returns:
        The order afterwards, with one more payment or refund in dollars.

    Raises:
        Refusal: order_unknown, wrong_status, item_unknown, counts_differ, new_item_unavailable,
            payment_unknown, balance_too_low.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "pending", "changed")
    swaps = swaps_of(db, order, item_ids, new_item_ids)
    difference = to_pay(swaps)
    user = db.users[order.user_id]
    must_cover(user, payment_method_id, difference)
    pay = charge if difference > 0 else refund
    entry = pay(abs(difference), payment_method_id)
    put_user(db, order.user_id, settled(user, entry))
    return put_order(
        db,
        order,
        status="pending (item modified)",
        items=swapped(order.items, swaps),
        payment_history=(*order.payment_history, entry),
    )


@tool(
    writes=True,
    speech=Speech(
        propose="change the payment of order {order_id} to {payment_method_id} and refund the earlier payment",
        done="The payment of order {order_id} has been changed to {payment_method_id}, "
        "and the earlier payment will be refunded.",
        claims=("changed", "updated", "modified", "switched"),
    ),
)
def modify_pending_order_payment(db: RetailDatabase, order_id: OrderId, payment_method_id: PaymentMethodId) -> Order:
    """Pay for a pending order with another payment method; the earlier payment is refunded.

    Only an order whose status is exactly "pending" and that has a single payment can be changed. Get an
    explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        payment_method_id: the new one, such as "gift_card_0000000"; one of the customer's own and not the
            one in use. A gift card must hold the whole amount.

    Returns:
        The order afterwards, with the new payment and the refund of the old, in dollars.

    Raises:
        Refusal: order_unknown, wrong_status, payment_unknown, not_one_payment, same_payment_method,
            balance_too_low.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "pending", "changed")
    user = db.users[order.user_id]
    must_own(user, payment_method_id)
    if [entry.transaction_type for entry in order.payment_history] != ["payment"]:
        raise Refusal(
            f"Order {order_id} has {len(order.payment_history)} payments and refunds; "
            "its payment method can be changed only while it has exactly one payment.",
            code="not_one_payment",
        )
    old = order.payment_history[0]
    if old.payment_method_id == payment_method_id:
        raise Refusal(
            f"Order {order_id} is paid with {payment_method_id} already; choose another payment method.",
            code="same_payment_method",
        )
    must_cover(user, payment_method_id, old.amount)
    entries = (charge(old.amount, payment_method_id), refund(old.amount, old.payment_method_id))
    for entry in entries:
        user = settled(user, entry)
    put_user(db, order.user_id, user)
    return put_order(db, order, payment_history=(*order.payment_history, *entries))
