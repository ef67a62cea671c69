"""Material: rows of the shop that one task may be about, each with what makes it useful.

One person with their account, their orders by status, and the products in them with what can be had. What a
writer needs to know to choose well stands in the note: a status, a balance, how much is in stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from interplay.domains.retail.rows import GiftCard, Order, Product, RetailDatabase, User
from interplay.domains.retail.scenarios.draft import who_calls
from interplay.engine.database import Base
from interplay.engine.forge.assignment import Row
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.material import row_with
from interplay.engine.worldkit.rows import UserId

MOST_PRODUCTS = 6


def material(base: Base[RetailDatabase], seed: Seed) -> list[Row]:
    """One person's rows: the account first, then orders and, after each, the products in it.

    Args:
        base: the shop's data.
        seed: decides who it is.
    """
    db = base.fork()
    user_id = who_calls(base, seed)
    return [row_with("users", user_id, db.users[user_id], _about_user(db, user_id)), *_orders(db, user_id, seed)]


def _orders(db: RetailDatabase, user_id: UserId, seed: Seed) -> Iterator[Row]:
    """Orders in an order of their own, so that who sees only some sees different ones."""
    orders = [db.orders[order_id] for order_id in db.users[user_id].orders]
    seed.child("orders").random().shuffle(orders)
    shown: set[str] = set()
    for order in orders:
        yield row_with("orders", order.order_id, order, _about_order(order))
        for item in order.items:
            if item.product_id not in shown and len(shown) < MOST_PRODUCTS:
                shown.add(item.product_id)
                product = db.products[item.product_id]
                yield row_with("products", product.product_id, product, _about_product(product))


def _about_user(db: RetailDatabase, user_id: UserId) -> str:
    user: User = db.users[user_id]
    statuses = Counter(db.orders[order_id].status for order_id in user.orders)
    orders = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items())) or "none"
    cards = [method for method in user.payment_methods.values() if isinstance(method, GiftCard)]
    balances = "".join(f"; ${card.balance:.2f} on {card.id}" for card in cards)
    return f"{len(user.orders)} orders: {orders}; {len(user.payment_methods)} payment methods{balances}"


def _about_order(order: Order) -> str:
    paid = sum(each.amount for each in order.payment_history if each.transaction_type == "payment")
    by = ", ".join(dict.fromkeys(each.payment_method_id for each in order.payment_history))
    return f"{order.status}; {len(order.items)} items; ${paid:.2f} paid with {by}"


def _about_product(product: Product) -> str:
    prices = [variant.price for variant in product.variants.values() if variant.available]
    stock = f"{len(prices)} of {len(product.variants)} variants in stock"
    return f"{stock}, ${min(prices):.2f} to ${max(prices):.2f}" if prices else stock
