"""Integrity: what holds between the shop's rows, whoever wrote them.

The schema judges a row by itself. A tool follows ids from row to row and takes it for granted that they
lead somewhere, so data of one's own is checked once, as it is loaded. Required is what tools rely on and
the public benchmark's data keeps; that an order is listed by its user, for one, is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from interplay.domains.retail.rows import Order, OrderId, Product, ProductId, RetailDatabase, User
from interplay.engine.database import Base
from interplay.engine.worldkit.integrity import inspect, no_row, not_theirs, other_key, other_keys
from interplay.engine.worldkit.rows import UserId


def check(base: Base[RetailDatabase]) -> None:
    """Refuse rows that do not fit together; one pass over each table.

    Raises:
        DataError: names the first such row, its file, and what was expected.
    """
    db = base.fork()
    inspect("products", db.products, _wrong_product)
    inspect("users", db.users, partial(_wrong_user, db))
    inspect("orders", db.orders, partial(_wrong_order, db))


def _wrong_product(key: ProductId, product: Product) -> Iterator[str]:
    yield from other_key(key, product_id=product.product_id)
    yield from other_keys("variant", product.variants, "item_id")


def _wrong_user(db: RetailDatabase, key: UserId, user: User) -> Iterator[str]:
    yield from other_key(key, user_id=user.user_id)
    yield from other_keys("payment method", user.payment_methods, "id")
    yield from not_theirs(key, "order", user.orders, db.orders, lambda order: order.user_id)


def _wrong_order(db: RetailDatabase, key: OrderId, order: Order) -> Iterator[str]:
    yield from other_key(key, order_id=order.order_id)
    for item in order.items:
        if item.product_id not in db.products:
            yield f"item {item.item_id!r} is of product {item.product_id!r}; expected a row of products.json"
    yield from no_row(db.users, user_id=order.user_id)
    if order.user_id not in db.users:
        return
    methods = db.users[order.user_id].payment_methods
    paid = [each.payment_method_id for each in order.payment_history if each.transaction_type == "payment"]
    if not any(method_id in methods for method_id in paid):
        paid_with = ", ".join(map(repr, paid)) or "nothing"
        expected = ", ".join(map(repr, methods)) or "none on file"
        yield f"is paid with {paid_with}; expected a payment with a method of user {order.user_id!r}: {expected}"
