"""The shop's own data: a catalogue, people and their orders, made from a seed at any size.

It has the shape of the public retail benchmark's data and none of its content. Everything in it agrees:
an order costs what its items cost and was paid with its person's own method, every item is a variant of
a product, and nobody can be mistaken for somebody else.
"""

from __future__ import annotations

from typing import Any

from interplay.domains.retail.data.catalogue import stock
from interplay.domains.retail.data.orders import OrderBook
from interplay.domains.retail.data.wallets import methods
from interplay.domains.retail.rows import RetailDatabase, User
from interplay.engine.database import Base
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.people import Crowd, must_fit
from interplay.engine.worldkit.rows import UserId

MOST_PERSONS = 4_000_000
"""Two orders a person; seven digits have room for nine million."""


def generate(seed: Seed, persons: int) -> Base[RetailDatabase]:
    """Make the shop's data; the same seed and size give the same bytes.

    Args:
        seed: decides all of it; the catalogue does not depend on the size.
        persons: how many customers, 1 to `MOST_PERSONS`.
    Raises:
        DomainError: a size that is not possible.
    """
    must_fit("retail", persons, MOST_PERSONS, "an order id has seven digits")
    products = stock(seed.child("products"))
    crowd = Crowd(seed.child("people"), persons)
    book = OrderBook(seed.child("orders"), products, crowd.address)
    users: dict[UserId, User] = {}
    for person in crowd:
        owned = methods(crowd)
        users[person.id] = User(
            name=person.name,
            address=person.address,
            email=person.email,
            payment_methods=owned,
            orders=book.order_for(person, tuple(owned)),
        )
    tables: dict[str, Any] = {"orders": book.orders, "products": products, "users": users}
    return Base(RetailDatabase, tables)


__all__ = ["MOST_PERSONS", "generate"]
