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

UserId = NewType("UserId", str)
OrderId = NewType("OrderId", str)
ProductId = NewType("ProductId", str)
ItemId = NewType("ItemId", str)
PaymentMethodId = NewType("PaymentMethodId", str)
Email = NewType("Email", str)
FirstName = NewType("FirstName", str)
LastName = NewType("LastName", str)
Zip = NewType("Zip", str)

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


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Part of a row: frozen, and strict about its fields."""


class Name(Row, frozen=True):
    """A person's name."""

    first_name: FirstName
    last_name: LastName


class Address(Row, frozen=True):
    """A postal address in the USA."""

    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: Zip


class CreditCard(Row, frozen=True, tag_field="source", tag="credit_card"):
    """A card on file."""

    brand: str
    last_four: str
    id: PaymentMethodId


class PayPal(Row, frozen=True, tag_field="source", tag="paypal"):
    """A PayPal account on file."""

    id: PaymentMethodId


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
