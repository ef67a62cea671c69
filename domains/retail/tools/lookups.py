"""Lookups: tools that find and read."""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from interplay.domains.retail.rows import Order, OrderId, Product, ProductId, RetailDatabase, User
from interplay.domains.retail.tools.requirements import order_of, user_of
from interplay.engine.database import Index
from interplay.engine.errors import Refusal
from interplay.engine.tools import tool
from interplay.engine.worldkit.requirements import needed, shown
from interplay.engine.worldkit.rows import Email, FirstName, LastName, UserId, Zip

BY_EMAIL: Index[User] = Index(lambda user: user.email.lower())


BY_NAME_AND_ZIP: Index[User] = Index(
    lambda user: (user.name.first_name.lower(), user.name.last_name.lower(), user.address.zip)
)


@tool()
def find_user_id_by_email(db: RetailDatabase, email: Email) -> UserId:
    """Find a customer's user id by their e-mail address.

    Args:
        email: the whole address, such as "someone@example.com"; capitals do not matter.

    Returns:
        The user id.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    found = db.users.find(BY_EMAIL, email.lower())
    if not found:
        raise Refusal(f"No user has the e-mail address {shown(email)}.", code="user_unknown")
    return found[0]


@tool()
def find_user_id_by_name_zip(db: RetailDatabase, first_name: FirstName, last_name: LastName, zip: Zip) -> UserId:  # noqa: A002
    """Find a customer's user id by their name and zip code, for those who cannot give an e-mail address.

    Args:
        first_name: the first name, such as "Ada"; capitals do not matter.
        last_name: the last name, such as "Lovelace"; capitals do not matter.
        zip: the zip code of the address in their account, as text, such as "02139".

    Returns:
        The user id.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    found = db.users.find(BY_NAME_AND_ZIP, (first_name.lower(), last_name.lower(), zip))
    if not found:
        name = f"{first_name} {last_name}"
        raise Refusal(f"No user is named {shown(name)} with the zip code {shown(zip)}.", code="user_unknown")
    return found[0]


@tool()
def get_order_details(db: RetailDatabase, order_id: OrderId) -> Order:
    """Look up an order: its status, items, address, shipments and payments.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".

    Returns:
        The order; amounts in dollars.

    Raises:
        Refusal: order_unknown.

    Source: recorded behaviour.
    """
    return order_of(db, order_id)


@tool()
def get_product_details(db: RetailDatabase, product_id: ProductId) -> Product:
    """Look up a product and all its variants, with their options, prices and whether they are available.

    Args:
        product_id: ten digits, from an order or the list of product types; it is no item id.

    Returns:
        The product, its variants by item id, prices in dollars.

    Raises:
        Refusal: product_unknown.

    Source: recorded behaviour.
    """
    hint = "A product id is ten digits and is not an item id; list_all_product_types gives them all."
    return needed(db.products, product_id, "product", hint)


@tool()
def get_user_details(db: RetailDatabase, user_id: UserId) -> User:
    """Look up a customer: name, address, e-mail address, payment methods and order ids.

    Args:
        user_id: as one of the find tools returns it, such as "ada_lovelace_0000".

    Returns:
        The user; gift card balances in dollars.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    return user_of(db, user_id)


@tool()
def list_all_product_types(db: RetailDatabase) -> dict[str, ProductId]:
    """List the name and the product id of every product in the shop.

    Returns:
        Product ids by product name, names in alphabetical order.

    Source: recorded behaviour.
    """
    return dict(sorted((product.name, product.product_id) for product in db.products.values()))
