"""Tools: what an agent may do in the shop.

Nine tools look something up, compute or think; seven write. Each checks everything before its first
write and says no with a `Refusal`. What they accept, answer and change is what the recordings of the
public retail benchmark show; the words are ours.
"""

from __future__ import annotations

from typing import Any

from interplay.domains.retail.tools.account import modify_user_address
from interplay.domains.retail.tools.delivered import exchange_delivered_order_items, return_delivered_order_items
from interplay.domains.retail.tools.lookups import (
    find_user_id_by_email,
    find_user_id_by_name_zip,
    get_order_details,
    get_product_details,
    get_user_details,
    list_all_product_types,
)
from interplay.domains.retail.tools.pending import (
    cancel_pending_order,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
)
from interplay.engine.tools import Tool
from interplay.engine.worldkit.service import calculate, think, transfer_to_human_agents

TOOLS: tuple[Tool[..., Any], ...] = (
    calculate,
    cancel_pending_order,
    exchange_delivered_order_items,
    find_user_id_by_email,
    find_user_id_by_name_zip,
    get_order_details,
    get_product_details,
    get_user_details,
    list_all_product_types,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
    modify_user_address,
    return_delivered_order_items,
    think,
    transfer_to_human_agents,
)
"""In the order of the recordings."""

__all__ = [
    "TOOLS",
    "calculate",
    "cancel_pending_order",
    "exchange_delivered_order_items",
    "find_user_id_by_email",
    "find_user_id_by_name_zip",
    "get_order_details",
    "get_product_details",
    "get_user_details",
    "list_all_product_types",
    "modify_pending_order_address",
    "modify_pending_order_items",
    "modify_pending_order_payment",
    "modify_user_address",
    "return_delivered_order_items",
    "think",
    "transfer_to_human_agents",
]
