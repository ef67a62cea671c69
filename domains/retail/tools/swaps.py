"""Swaps: items of an order and the variants that take their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from interplay.domains.retail.rows import Item, ItemId, Order, RetailDatabase, Variant
from interplay.domains.retail.tools.requirements import must_hold
from interplay.engine.errors import Refusal
from interplay.engine.worldkit.requirements import shown


class Swap(NamedTuple):
    """One item of an order, and the variant that takes its place."""

    item: Item
    variant: Variant


def swaps_of(db: RetailDatabase, order: Order, item_ids: Sequence[ItemId], new_ids: Sequence[ItemId]) -> list[Swap]:
    """Each item to give with the variant to get; refuses what cannot be swapped."""
    must_hold(order, item_ids)
    if len(item_ids) != len(new_ids):
        raise Refusal(
            f"There are {len(item_ids)} item_ids and {len(new_ids)} new_item_ids; each needs its counterpart.",
            code="counts_differ",
        )
    items = {item.item_id: item for item in reversed(order.items)}
    return [_swap(db, items[item_id], new_id) for item_id, new_id in zip(item_ids, new_ids, strict=True)]


def _swap(db: RetailDatabase, item: Item, new_id: ItemId) -> Swap:
    variants = db.products[item.product_id].variants
    variant = variants.get(new_id)
    if variant is None or not variant.available:
        available = ", ".join(other for other, found in variants.items() if found.available)
        raise Refusal(
            f"{item.name} cannot be had as item {shown(new_id)}; available are {available or 'none at present'}.",
            code="new_item_unavailable",
        )
    return Swap(item, variant)


def to_pay(swaps: Sequence[Swap]) -> float:
    """Dollars to pay, negative when they come back; added in turn, as `sum` does not do in every Python."""
    total = 0.0
    for item, variant in swaps:
        total += variant.price - item.price
    return total


def swapped(items: Sequence[Item], swaps: Sequence[Swap]) -> tuple[Item, ...]:
    """The items with each swap carried out, in turn, on the first that has the old item id."""
    found = list(items)
    for item, variant in swaps:
        at = next(index for index, each in enumerate(found) if each.item_id == item.item_id)
        found[at] = msgspec.structs.replace(
            found[at], item_id=variant.item_id, price=variant.price, options=variant.options
        )
    return tuple(found)
