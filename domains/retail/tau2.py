"""Tau2: the shop as the newer public benchmark has it.

All tables are in one file, a user's row repeats its key, an answer holds null where ours leaves a field out, the
reason of a cancellation is any text as far as its schema says, there is no `think`, an item can be looked up by
itself, and items that are changed together are all put down as the last one.
"""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any, get_args

from msgspec import structs

from interplay.domains.retail import tools
from interplay.domains.retail.integrity import check
from interplay.domains.retail.rows import CancelReason, ItemId, Order, OrderId, RetailDatabase, Variant
from interplay.domains.retail.tools.writing import put_order
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.errors import Refusal
from interplay.engine.tools import tool
from interplay.engine.worldkit.layout import Layout
from interplay.engine.worldkit.requirements import shown
from interplay.engine.worldkit.service import calculate, transfer_to_human_agents

LAYOUT = Layout(RetailDatabase, "db.json", check)


@tool(writes=True, speech=tools.cancel_pending_order.speech)
def cancel_pending_order(db: RetailDatabase, order_id: OrderId, reason: str) -> Order:
    """Cancel a pending order and refund what was paid.

    Get an explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        reason: "no longer needed" or "ordered by mistake".

    Returns:
        The order afterwards, one refund for each payment.

    Raises:
        Refusal: order_unknown, wrong_status, reason_not_allowed.

    Source: recorded behaviour.
    """
    for allowed in get_args(CancelReason):
        if reason == allowed:
            return tools.cancel_pending_order(db, order_id, allowed)
    raise Refusal(
        f"{shown(reason)} is no reason to cancel; allowed are {' and '.join(map(repr, get_args(CancelReason)))}.",
        code="reason_not_allowed",
    )


@tool(writes=True, speech=tools.modify_pending_order_items.speech)
@wraps(tools.modify_pending_order_items.function)
def modify_pending_order_items(db: RetailDatabase, order_id: OrderId, **given: Any) -> Order:
    """Items that are changed together are all put down with price and options of the one that is named last.

    Source: recorded behaviour.
    """
    found = db.orders.get(order_id)
    order = tools.modify_pending_order_items(db, order_id, **given)
    if found is None or not given["new_item_ids"]:
        return order
    last = next(item for item in order.items if item.item_id == given["new_item_ids"][-1])
    items = tuple(
        new if new is old else structs.replace(new, price=last.price, options=last.options)
        for old, new in zip(found.items, order.items, strict=True)
    )
    return put_order(db, order, items=items)


@tool()
def get_item_details(db: RetailDatabase, item_id: ItemId) -> Variant:
    """Look up one variant of a product, with its options, its price and whether it is available.

    Args:
        item_id: ten digits, from an order or a product; it is no product id.

    Returns:
        The variant; its price in dollars.

    Raises:
        Refusal: item_unknown.
    """
    for product in db.products.values():
        if item_id in product.variants:
            return product.variants[item_id]
    raise Refusal(
        f"There is no item {shown(item_id)}. An item id is ten digits and is not a product id; an order and "
        "get_product_details give them.",
        code="item_unknown",
    )


TOOLS = LAYOUT.answering(
    (
        calculate,
        cancel_pending_order,
        tools.exchange_delivered_order_items,
        tools.find_user_id_by_name_zip,
        tools.find_user_id_by_email,
        tools.get_order_details,
        tools.get_product_details,
        get_item_details,
        tools.get_user_details,
        tools.list_all_product_types,
        tools.modify_pending_order_address,
        modify_pending_order_items,
        tools.modify_pending_order_payment,
        tools.modify_user_address,
        tools.return_delivered_order_items,
        transfer_to_human_agents,
    )
)
"""In the order of that project's own list."""


def edition(domain: Domain[RetailDatabase]) -> Edition[RetailDatabase]:
    """The shop as that project has it.

    Args:
        domain: the shop as it is here.
    """
    return LAYOUT.edition(replace(domain, tools_in_order=TOOLS))
