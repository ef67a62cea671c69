"""Integrity: what holds between the shop's rows, whoever wrote them.

The schema judges a row by itself. A tool follows ids from row to row and takes it for granted that they
lead somewhere, so data of one's own is checked once, as it is loaded. Required is what tools rely on and
the public benchmark's data keeps; that an order is listed by its user, for one, is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from interplay.domains.retail.rows import Order, OrderId, Product, ProductId, RetailDatabase, User, UserId
from interplay.engine.database import Base
from interplay.engine.errors import DataError


def check(base: Base[RetailDatabase]) -> None:
    """Refuse rows that do not fit together; one pass over each table.

    Raises:
        DataError: names the first such row, its file, and what was expected.
    """
    db = base.fork()
    for product_id, product in db.products.items():
        _report("products", product_id, _wrong_product(product_id, product))
    for user_id, user in db.users.items():
        _report("users", user_id, _wrong_user(db, user_id, user))
    for order_id, order in db.orders.items():
        _report("orders", order_id, _wrong_order(db, order_id, order))


def _report(table: str, key: str, wrong: Iterator[str]) -> None:
    for text in wrong:
        raise DataError(f"{table}.json, row {key!r}: {text}")


def _wrong_product(key: ProductId, product: Product) -> Iterator[str]:
    if product.product_id != key:
        yield f"product_id is {product.product_id!r}; expected the row's key"
    for item_id, variant in product.variants.items():
        if variant.item_id != item_id:
            yield f"variant {item_id!r} has item_id {variant.item_id!r}; expected its key"


def _wrong_user(db: RetailDatabase, key: UserId, user: User) -> Iterator[str]:
    for method_id, method in user.payment_methods.items():
        if method.id != method_id:
            yield f"payment method {method_id!r} has id {method.id!r}; expected its key"
    for order_id in user.orders:
        order = db.orders.get(order_id)
        if order is None:
            yield f"lists order {order_id!r}; expected a row of orders.json"
        elif order.user_id != key:
            yield f"lists order {order_id!r}, which is of user {order.user_id!r}; expected an order of this user"


def _wrong_order(db: RetailDatabase, key: OrderId, order: Order) -> Iterator[str]:
    if order.order_id != key:
        yield f"order_id is {order.order_id!r}; expected the row's key"
    for item in order.items:
        if item.product_id not in db.products:
            yield f"item {item.item_id!r} is of product {item.product_id!r}; expected a row of products.json"
    user = db.users.get(order.user_id)
    if user is None:
        yield f"user_id is {order.user_id!r}; expected a row of users.json"
        return
    methods = user.payment_methods
    paid = [each.payment_method_id for each in order.payment_history if each.transaction_type == "payment"]
    if not any(method_id in methods for method_id in paid):
        paid_with = ", ".join(map(repr, paid)) or "nothing"
        expected = ", ".join(map(repr, methods)) or "none on file"
        yield f"is paid with {paid_with}; expected a payment with a method of user {order.user_id!r}: {expected}"
