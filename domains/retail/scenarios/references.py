"""References: how a person says which of their orders they mean."""

from __future__ import annotations

from collections.abc import Sequence

from interplay.domains.retail.rows import Item, Order, OrderId
from interplay.domains.retail.scenarios import words
from interplay.domains.retail.scenarios.draft import ShopDraft
from interplay.engine.seeds import Seed
from interplay.engine.worldkit import references
from interplay.engine.worldkit.references import Reference, Thing


def refer(draft: ShopDraft, order: Order, seed: Seed, wanted: Sequence[Item] = ()) -> Reference:
    """By its number, or by what is in it.

    Args:
        draft: whose order it is.
        order: which one is meant.
        seed: decides.
        wanted: items that the wish names anyway; the order is better known by another one.
    """
    known_by = next((item for item in order.items if item not in wanted), order.items[0])

    def holds(order_id: str) -> bool:
        return any(item.item_id == known_by.item_id for item in draft.db.orders[OrderId(order_id)].items)

    about = words.thing(known_by)
    mine = draft.user.orders
    return references.refer(
        draft, Thing("order", order.order_id, OrderId, mine, about, known_by in wanted, holds), seed
    )
