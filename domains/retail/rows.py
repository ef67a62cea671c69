"""The rows of the shop: users, products with variants, orders.

The layout is that of the public retail benchmark's JSON files, so that its data loads unchanged. Every
kind of id is a type of its own; that is what the tool graph is made of. Money is in dollars.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, NewType, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from interplay.engine.database import Database, Table
from interplay.engine.worldkit.identity import Address, Name
from interplay.engine.worldkit.rows import Email, PaymentMethodId, Row, UserId
from interplay.engine.worldkit.wallet import CreditCard, PayPal

OrderId = NewType("OrderId", str)
ProductId = NewType("ProductId", str)
ItemId = NewType("ItemId", str)

OrderStatus: TypeAlias = Literal[
    "pending",
    "pending (item modified)",
    "processed",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
]
CancelReason: TypeAlias = Literal["no longer needed", "ordered by mistake"]


class GiftCard(Row, frozen=True, tag_field="source", tag="gift_card"):
    """A gift card with money on it."""

    balance: float
    id: PaymentMethodId


PaymentMethod: TypeAlias = CreditCard | PayPal | GiftCard


class User(Row, frozen=True):
    """A customer."""

    name: Name
    address: Address
    email: Email
    payment_methods: Mapping[PaymentMethodId, PaymentMethod]
    orders: tuple[OrderId, ...]
    user_id: str | UnsetType = UNSET
    """The row's key, in data of the benchmark that repeats it here."""


class Variant(Row, frozen=True):
    """One buyable form of a product."""

    item_id: ItemId
    options: Mapping[str, str]
    available: bool
    price: float


class Product(Row, frozen=True):
    """A kind of thing the shop sells."""

    name: str
    product_id: ProductId
    variants: Mapping[ItemId, Variant]


class Item(Row, frozen=True):
    """A variant as it was ordered, at the price then."""

    name: str
    product_id: ProductId
    item_id: ItemId
    price: float
    options: Mapping[str, str]


class Fulfillment(Row, frozen=True):
    """Items that were shipped together."""

    tracking_id: tuple[str, ...]
    item_ids: tuple[ItemId, ...]


class Payment(Row, frozen=True):
    """Money that went one way or the other."""

    transaction_type: Literal["payment", "refund"]
    amount: Annotated[float, msgspec.Meta(description="dollars")]
    payment_method_id: PaymentMethodId


class Order(Row, frozen=True):
    """An order; the last fields are there once it was cancelled, returned or exchanged."""

    order_id: OrderId
    user_id: UserId
    address: Address
    items: tuple[Item, ...]
    fulfillments: tuple[Fulfillment, ...]
    status: OrderStatus
    payment_history: tuple[Payment, ...]
    cancel_reason: CancelReason | UnsetType = UNSET
    return_items: tuple[ItemId, ...] | UnsetType = UNSET
    return_payment_method_id: PaymentMethodId | UnsetType = UNSET
    exchange_items: tuple[ItemId, ...] | UnsetType = UNSET
    exchange_new_items: tuple[ItemId, ...] | UnsetType = UNSET
    exchange_payment_method_id: PaymentMethodId | UnsetType = UNSET
    exchange_price_difference: float | UnsetType = UNSET


class RetailDatabase(Database):
    """The shop's data."""

    orders: Table[OrderId, Order]
    products: Table[ProductId, Product]
    users: Table[UserId, User]
