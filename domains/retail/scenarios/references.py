"""References: how a person says which of their orders they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from interplay.domains.retail.rows import Item, Order, OrderId, ProductId
from interplay.domains.retail.scenarios.draft import Draft
from interplay.domains.retail.scenarios.words import thing, yours
from interplay.engine.seeds import Seed


class Reference(NamedTuple):
    """How the person refers to an order."""

    words: str
    """In their own mouth: "order #W1234567", "the order with the Desk Lamp (...)"."""
    told: tuple[Any, ...]
    """Entities that they tell with it."""
    looked_at: tuple[OrderId, ...]
    """Orders that an employee has to look at to be at the right one."""

    @property
    def yours(self) -> str:
        """The same, said to the one who plays the person."""
        return yours(self.words)


def refer(draft: Draft, order: Order, seed: Seed, wanted: Sequence[Item] = ()) -> Reference:
    """By number, when asked, by what is in it, or by the wrong number first.

    Args:
        draft: whose order it is.
        order: which one is meant.
        seed: decides.
        wanted: items that the wish names anyway; the order is better known by another one.
    """
    known_by = next((item for item in order.items if item not in wanted), order.items[0])
    about = thing(known_by)
    way = seed.child("way").random().choices(("told", "asked", "searched", "confused"), (50, 12, 22, 16))[0]
    others = [other for other in draft.user.orders if other != order.order_id and other not in draft.touched]
    ask = seed.child("ask").pick(
        ("What is the order number?", "Could you tell me the order number, please?", "Which order number is it?")
    )
    if way == "confused" and others:
        wrong = draft.db.orders[seed.child("wrong").pick(others)]
        if all(item.item_id != known_by.item_id for item in wrong.items):
            draft.traits.add("confused_orders")
            draft.tell(
                "wrong_order", [wrong.order_id], f"It's order {wrong.order_id}.", question=ask, cues=("order number",)
            )
            draft.tell(
                "order",
                [order.order_id],
                f"Oh, I mixed up my orders. The one with {about} is {order.order_id}.",
                question=f"I don't see {about} in order {wrong.order_id}. Could you check the order number?",
                cues=("check the order", "order number", "another order", "other order"),
            )
            return Reference(f"order {wrong.order_id} with {about}", (OrderId,), (wrong.order_id, order.order_id))
    if way == "searched" and len(others) < 4 and _holds_alone(draft, known_by):
        draft.traits.add("order_searched")
        position = draft.user.orders.index(order.order_id) + 1
        words = "one of my orders" if known_by in wanted else f"the order with {about}"
        return Reference(words, (), draft.user.orders[:position])
    draft.tell("order", [order.order_id], f"The order number is {order.order_id}.", question=ask, cues=("order",))
    if way == "asked":
        draft.traits.add("must_ask")
        words = "one of my orders" if known_by in wanted else f"one of my orders, the one with {about}"
        return Reference(words, (OrderId,), (order.order_id,))
    return Reference(f"order {order.order_id}", (OrderId,), (order.order_id,))


def find(draft: Draft, change: str, reference: Reference, products: tuple[ProductId, ...] = ()) -> None:
    """The reads before a change to an order."""
    if not reference.told:
        draft.look("get_user_details", user_id=draft.user_id)
    draft.look_up(change, orders=reference.looked_at, products=products, told=reference.told)


def _holds_alone(draft: Draft, item: Item) -> bool:
    """Whether no other order of the person holds this item, so that it tells which one is meant."""
    orders = [draft.db.orders[each] for each in draft.user.orders]
    return sum(any(other.item_id == item.item_id for other in order.items) for order in orders) == 1
