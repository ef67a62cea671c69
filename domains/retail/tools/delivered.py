"""Delivered orders: tools that return or exchange their items."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.retail.rows import GiftCard, ItemId, Order, OrderId, RetailDatabase
from interplay.domains.retail.tools.requirements import must_be, must_cover, must_hold, must_own, order_of
from interplay.domains.retail.tools.swaps import swaps_of, to_pay
from interplay.domains.retail.tools.writing import put_order
from interplay.engine.errors import Refusal
from interplay.engine.tools import Speech, tool
from interplay.engine.worldkit.rows import PaymentMethodId


@tool(
    writes=True,
    speech=Speech(
        propose="exchange {item_ids} of order {order_id} for {new_item_ids}, "
        "settling any difference in price with {payment_method_id}; "
        "please check that the list is complete, since this can be done only once for an order",
        done="The exchange of {item_ids} for {new_item_ids} in order {order_id} has been requested, "
        "and any difference in price will be settled with {payment_method_id}.",
        claims=("exchanged", "requested", "initiated", "submitted", "arranged", "set up"),
    ),
)
def exchange_delivered_order_items(
    db: RetailDatabase,
    order_id: OrderId,
    item_ids: list[ItemId],
    new_item_ids: list[ItemId],
    payment_method_id: PaymentMethodId,
) -> Order:
    """Request the exchange of items of a delivered order for other variants of the same products.

    Only an order whose status is "delivered" can be exchanged, and only once: list every item to be
    exchanged in one call, and get an explicit yes before calling. No money moves yet.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to give back, each as often as it is to be exchanged; they are in the order.
        new_item_ids: item ids to get instead, at the same positions; each is an available variant of the
            same product.
        payment_method_id: how the difference in price is to be paid or refunded, such as
            "gift_card_0000000"; one of the customer's own. A gift card must hold the difference.

    Returns:
        The order afterwards: what is exchanged for what, each list sorted, and the difference in dollars,
        positive when the customer has to pay.

    Raises:
        Refusal: order_unknown, wrong_status, item_unknown, counts_differ, new_item_unavailable,
            payment_unknown, balance_too_low.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "delivered", "exchanged")
    difference = round(to_pay(swaps_of(db, order, item_ids, new_item_ids)), 2)
    must_cover(db.users[order.user_id], payment_method_id, difference)
    return put_order(
        db,
        order,
        status="exchange requested",
        exchange_items=tuple(sorted(item_ids)),
        exchange_new_items=tuple(sorted(new_item_ids)),
        exchange_payment_method_id=payment_method_id,
        exchange_price_difference=difference,
    )


@tool(
    writes=True,
    speech=Speech(
        propose="return {item_ids} of order {order_id}, with the refund going to {payment_method_id}",
        done="The return of {item_ids} from order {order_id} has been requested, "
        "and the refund will go to {payment_method_id}.",
        claims=("returned", "requested", "initiated", "submitted", "arranged", "set up"),
    ),
)
def return_delivered_order_items(
    db: RetailDatabase, order_id: OrderId, item_ids: list[ItemId], payment_method_id: PaymentMethodId
) -> Order:
    """Request the return of items of a delivered order.

    Only an order whose status is "delivered" can be returned, and only once: list every item in one
    call, and get an explicit yes before calling. No money moves yet.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to give back, each as often as it is to be returned; they are in the order.
        payment_method_id: where the refund goes, such as "gift_card_0000000": the payment method that the
            order was paid with, or a gift card of the customer's own.

    Returns:
        The order afterwards: what is returned, sorted, and where the refund goes.

    Raises:
        Refusal: order_unknown, wrong_status, payment_unknown, payment_not_allowed, item_unknown.

    Source: recorded behaviour.
    """
    order = order_of(db, order_id)
    must_be(order, "delivered", "returned")
    user = db.users[order.user_id]
    must_own(user, payment_method_id)
    paid_with = order.payment_history[0].payment_method_id
    if payment_method_id != paid_with and not isinstance(user.payment_methods[payment_method_id], GiftCard):
        raise Refusal(
            f"The refund of order {order_id} cannot go to {payment_method_id}; it can go to {paid_with}, "
            "with which the order was paid, or to a gift card of the customer's.",
            code="payment_not_allowed",
        )
    must_hold(order, item_ids)
    return put_order(
        db,
        order,
        status="return requested",
        return_items=tuple(sorted(item_ids)),
        return_payment_method_id=payment_method_id,
    )
