"""Orders: what people bought and how far it got.

Most people have something on its way and something delivered, because that is what they call about.
An order is paid with one method, in full, and a cancelled one was refunded the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate

import msgspec

from interplay.domains.retail.rows import (
    CancelReason,
    Fulfillment,
    Item,
    ItemId,
    Order,
    OrderId,
    OrderStatus,
    Payment,
    Product,
    ProductId,
)
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.identity import Address
from interplay.engine.worldkit.people import Person
from interplay.engine.worldkit.rows import PaymentMethodId

ORDERS_A_PERSON = (7, 22, 42, 17, 7, 3, 1, 1)
"""How many of a hundred people have no order, one, two, ... seven."""
ITEMS_AN_ORDER = (24, 28, 22, 16, 10)
"""How many of a hundred orders have one item, two, ... five."""
BOTH = 0.88
"""Chance that who has two orders or more has a pending and a delivered one."""
STATUSES: Mapping[OrderStatus, int] = {"pending": 32, "delivered": 20, "processed": 24, "cancelled": 24}
"""How the other orders stand, of a hundred; with `BOTH`, about 42, 37, 10 and 10 of all orders."""
ELSEWHERE = 0.12
"""Chance that an order goes to another address than its person's."""
REPRICED = 0.2
"""Chance that a variant's price has changed since it was bought."""
REASONS: tuple[CancelReason, ...] = ("no longer needed", "ordered by mistake")


class OrderBook:
    """Writes orders, each with an id of its own.

    Args:
        seed: decides everything about them.
        products: what can be bought.
        elsewhere: makes another address.
    """

    def __init__(self, seed: Seed, products: Mapping[ProductId, Product], elsewhere: Callable[[], Address]) -> None:
        self._rng = seed.random()
        self._shelf = [
            [
                Item(
                    name=product.name,
                    product_id=product.product_id,
                    item_id=variant.item_id,
                    price=variant.price,
                    options=variant.options,
                )
                for variant in product.variants.values()
            ]
            for product in products.values()
        ]
        self._elsewhere = elsewhere
        self.orders: dict[OrderId, Order] = {}
        """All orders written so far."""

    def order_for(self, person: Person, methods: tuple[PaymentMethodId, ...]) -> tuple[OrderId, ...]:
        """Write down what a person ordered, from none to seven orders; returns their ids."""
        rng = self._rng
        return tuple(self._write(person, status, rng.choice(methods)).order_id for status in self._statuses())

    def _statuses(self) -> list[OrderStatus]:
        rng = self._rng
        (count,) = rng.choices(range(len(_ORDERS)), cum_weights=_ORDERS)
        found: list[OrderStatus] = ["pending", "delivered"] if count > 1 and rng.random() < BOTH else []
        found += rng.choices(tuple(STATUSES), cum_weights=_STATUSES, k=count - len(found))
        rng.shuffle(found)
        return found

    def _write(self, person: Person, status: OrderStatus, method: PaymentMethodId) -> Order:
        rng = self._rng
        items = self._basket()
        total = round(sum(item.price for item in items), 2)
        payments: tuple[Payment, ...] = (Payment(transaction_type="payment", amount=total, payment_method_id=method),)
        if status == "cancelled":
            payments += (Payment(transaction_type="refund", amount=total, payment_method_id=method),)
        shipped = status in ("processed", "delivered")
        order = Order(
            order_id=self._new_id(),
            user_id=person.id,
            address=self._elsewhere() if rng.random() < ELSEWHERE else person.address,
            items=items,
            fulfillments=self._parcels(items) if shipped else (),
            status=status,
            payment_history=payments,
            cancel_reason=rng.choice(REASONS) if status == "cancelled" else msgspec.UNSET,
        )
        self.orders[order.order_id] = order
        return order

    def _basket(self) -> tuple[Item, ...]:
        """One to five items, no variant twice."""
        rng = self._rng
        (count,) = rng.choices(range(1, len(_ITEMS) + 1), cum_weights=_ITEMS)
        basket: dict[ItemId, Item] = {}
        while len(basket) < count:
            item = rng.choice(rng.choice(self._shelf))
            if rng.random() < REPRICED:
                item = msgspec.structs.replace(item, price=round(item.price * rng.uniform(0.93, 1.05), 2))
            basket.setdefault(item.item_id, item)
        return tuple(basket.values())

    def _parcels(self, items: tuple[Item, ...]) -> tuple[Fulfillment, ...]:
        """One parcel, or sometimes two when there is enough to fill them."""
        ids = tuple(item.item_id for item in items)
        split = len(ids) // 2 if len(ids) > 2 and self._rng.random() < 0.25 else 0
        return tuple(
            Fulfillment(tracking_id=(str(self._rng.randrange(10**11, 10**12)),), item_ids=part)
            for part in (ids[:split], ids[split:])
            if part
        )

    def _new_id(self) -> OrderId:
        while (found := OrderId(f"#W{self._rng.randrange(1_000_000, 10_000_000)}")) in self.orders:
            pass
        return found


_ORDERS = list(accumulate(ORDERS_A_PERSON))
_ITEMS = list(accumulate(ITEMS_AN_ORDER))
_STATUSES = list(accumulate(STATUSES.values()))
