"""Tools: what an agent may do in the shop.

Nine tools look something up, compute or think; seven write. Each checks everything before its first
write and says no with a `Refusal`. What they accept, answer and change is what the recordings of the
public retail benchmark show; the words are ours.
"""

# ruff: noqa: D417  (the database is no argument that an agent gives)

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from interplay.domains.retail.arithmetic import evaluate
from interplay.domains.retail.rows import (
    Address,
    CancelReason,
    Email,
    FirstName,
    GiftCard,
    Item,
    ItemId,
    LastName,
    Order,
    OrderId,
    OrderStatus,
    Payment,
    PaymentMethodId,
    Product,
    ProductId,
    RetailDatabase,
    User,
    UserId,
    Variant,
    Zip,
)
from interplay.engine.database import Index
from interplay.engine.errors import Refusal
from interplay.engine.tools import Arithmetic, Prose, Speech, Tool, tool

BY_EMAIL: Index[User] = Index(lambda user: user.email.lower())
BY_NAME_AND_ZIP: Index[User] = Index(
    lambda user: (user.name.first_name.lower(), user.name.last_name.lower(), user.address.zip)
)


@tool()
def calculate(db: RetailDatabase, expression: Arithmetic) -> str:  # noqa: ARG001
    """Work out an arithmetic expression, rounded to cents.

    Args:
        expression: numbers with +, -, *, /, //, ** and parentheses, for example "2 * (19.99 + 5)".
            No letters, currency signs, percent signs or thousands separators; at most 500 characters.

    Returns:
        The value as decimal text with a point, for example "49.98".

    Raises:
        Refusal: bad_expression: it is none, divides by zero, or its value is out of bounds.

    Source: recorded behaviour.
    """
    return str(round(evaluate(expression), 2))


@tool(
    writes=True,
    speech=Speech(
        propose="cancel order {order_id} (reason: {reason}) and refund what was paid",
        done="Order {order_id} has been cancelled (reason: {reason}) and the payment will be refunded.",
        claims=("cancelled", "canceled"),
    ),
)
def cancel_pending_order(db: RetailDatabase, order_id: OrderId, reason: CancelReason) -> Order:
    """Cancel an order that is still pending and refund what was paid.

    Only an order whose status is exactly "pending" can be cancelled. Gift cards are refunded at once.
    This cannot be undone: explain it and get an explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        reason: why, as the customer told you; no other reason is accepted.

    Returns:
        The order afterwards, with a refund for each entry that its payment history had, oldest first, in
        dollars. Entries that were refunds themselves are repeated too.

    Raises:
        Refusal: order_unknown, wrong_status.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "pending", "cancelled")
    user = db.users[order.user_id]
    refunds = tuple(_refund(entry.amount, entry.payment_method_id) for entry in order.payment_history)
    for refund in refunds:
        user = _settled(user, refund)
    _put_user(db, order.user_id, user)
    paid = order.payment_history + refunds
    return _put(db, order, status="cancelled", cancel_reason=reason, payment_history=paid)


@tool(
    writes=True,
    speech=Speech(
        propose="exchange {item_ids} of order {order_id} for {new_item_ids}, "
        "settling any difference in price with {payment_method_id}",
        done="The exchange of {item_ids} for {new_item_ids} in order {order_id} has been requested, "
        "and any difference in price will be settled with {payment_method_id}.",
        claims=("exchanged", "requested"),
    ),
)
def exchange_delivered_order_items(
    db: RetailDatabase,
    order_id: OrderId,
    item_ids: list[ItemId],
    new_item_ids: list[ItemId],
    payment_method_id: PaymentMethodId,
) -> Order:
    """Request the exchange of items of a delivered order for other variants of the same products.

    Only an order whose status is "delivered" can be exchanged, and only once: list every item to be
    exchanged in one call, and get an explicit yes before calling. No money moves yet.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to give back, each as often as it is to be exchanged; they are in the order.
        new_item_ids: item ids to get instead, at the same positions; each is an available variant of the
            same product.
        payment_method_id: how the difference in price is to be paid or refunded, such as
            "gift_card_0000000"; one of the customer's own. A gift card must hold the difference.

    Returns:
        The order afterwards: what is exchanged for what, each list sorted, and the difference in dollars,
        positive when the customer has to pay.

    Raises:
        Refusal: order_unknown, wrong_status, item_unknown, counts_differ, new_item_unavailable,
            payment_unknown, balance_too_low.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "delivered", "exchanged")
    difference = round(_difference(_swaps(db, order, item_ids, new_item_ids)), 2)
    _must_cover(db.users[order.user_id], payment_method_id, difference)
    return _put(
        db,
        order,
        status="exchange requested",
        exchange_items=tuple(sorted(item_ids)),
        exchange_new_items=tuple(sorted(new_item_ids)),
        exchange_payment_method_id=payment_method_id,
        exchange_price_difference=difference,
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
        raise Refusal(f"No user has the e-mail address {_shown(email)}.", code="user_unknown")
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
        raise Refusal(f"No user is named {_shown(name)} with the zip code {_shown(zip)}.", code="user_unknown")
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
    return _order(db, order_id)


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
    product = db.products.get(product_id)
    if product is None:
        raise Refusal(
            f"There is no product {_shown(product_id)}. A product id is ten digits and is not an item id; "
            "list_all_product_types gives them all.",
            code="product_unknown",
        )
    return product


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
    return _user(db, user_id)


@tool()
def list_all_product_types(db: RetailDatabase) -> dict[str, ProductId]:
    """List the name and the product id of every product in the shop.

    Returns:
        Product ids by product name, names in alphabetical order.

    Source: recorded behaviour.
    """
    return dict(sorted((product.name, product.product_id) for product in db.products.values()))


@tool(
    writes=True,
    speech=Speech(
        propose="change the shipping address of order {order_id} to {address1}, {address2}, {city}, {state}, "
        "{country}, {zip}",
        done="The shipping address of order {order_id} has been changed to {address1}, {address2}, {city}, {state}, "
        "{country}, {zip}.",
        claims=("changed", "updated", "modified"),
    ),
)
def modify_pending_order_address(
    db: RetailDatabase,
    order_id: OrderId,
    address1: str,
    address2: str,
    city: str,
    state: str,
    country: str,
    zip: Zip,  # noqa: A002
) -> Order:
    """Change where a pending order is shipped to; the address in the customer's account stays.

    Only an order whose status is exactly "pending" can be changed. Get an explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        address1: street and number, such as "12 Main Street".
        address2: flat, suite or unit, such as "Apt 4"; empty text where there is none.
        city: such as "Boston".
        state: two letters, such as "MA".
        country: such as "USA".
        zip: the zip code as text, such as "02139".

    Returns:
        The order afterwards.

    Raises:
        Refusal: order_unknown, wrong_status.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "pending", "changed")
    there = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return _put(db, order, address=there)


@tool(
    writes=True,
    speech=Speech(
        propose="change {item_ids} of order {order_id} to {new_item_ids}, "
        "settling any difference in price with {payment_method_id}",
        done="In order {order_id}, {item_ids} have been changed to {new_item_ids}; "
        "any difference in price has been settled with {payment_method_id}.",
        claims=("changed", "modified", "updated", "swapped"),
    ),
)
def modify_pending_order_items(
    db: RetailDatabase,
    order_id: OrderId,
    item_ids: list[ItemId],
    new_item_ids: list[ItemId],
    payment_method_id: PaymentMethodId,
) -> Order:
    """Change items of a pending order to other variants of the same products.

    Only an order whose status is exactly "pending" can be changed, and only once: afterwards it can
    neither be changed nor cancelled. List every item to be changed in one call, and get an explicit yes
    before calling. The difference in price is paid or refunded at once.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to change, each as often as it is to be changed; they are in the order.
        new_item_ids: item ids to get instead, at the same positions; each is an available variant of the
            same product.
        payment_method_id: how the difference in price is paid or refunded, such as
            "gift_card_0000000"; one of the customer's own. A gift card must hold the difference.

    Returns:
        The order afterwards, with one more payment or refund in dollars.

    Raises:
        Refusal: order_unknown, wrong_status, item_unknown, counts_differ, new_item_unavailable,
            payment_unknown, balance_too_low.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "pending", "changed")
    swaps = _swaps(db, order, item_ids, new_item_ids)
    difference = _difference(swaps)
    user = db.users[order.user_id]
    _must_cover(user, payment_method_id, difference)
    pay = _payment if difference > 0 else _refund
    entry = pay(abs(difference), payment_method_id)
    _put_user(db, order.user_id, _settled(user, entry))
    return _put(
        db,
        order,
        status="pending (item modified)",
        items=_swapped(order.items, swaps),
        payment_history=(*order.payment_history, entry),
    )


@tool(
    writes=True,
    speech=Speech(
        propose="change the payment of order {order_id} to {payment_method_id} and refund the earlier payment",
        done="The payment of order {order_id} has been changed to {payment_method_id}, "
        "and the earlier payment will be refunded.",
        claims=("changed", "updated", "modified", "switched"),
    ),
)
def modify_pending_order_payment(db: RetailDatabase, order_id: OrderId, payment_method_id: PaymentMethodId) -> Order:
    """Pay for a pending order with another payment method; the earlier payment is refunded.

    Only an order whose status is exactly "pending" and that has a single payment can be changed. Get an
    explicit yes before calling.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        payment_method_id: the new one, such as "gift_card_0000000"; one of the customer's own and not the
            one in use. A gift card must hold the whole amount.

    Returns:
        The order afterwards, with the new payment and the refund of the old, in dollars.

    Raises:
        Refusal: order_unknown, wrong_status, payment_unknown, not_one_payment, same_payment_method,
            balance_too_low.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "pending", "changed")
    user = db.users[order.user_id]
    _must_own(user, payment_method_id)
    if [entry.transaction_type for entry in order.payment_history] != ["payment"]:
        raise Refusal(
            f"Order {order_id} has {len(order.payment_history)} payments and refunds; "
            "its payment method can be changed only while it has exactly one payment.",
            code="not_one_payment",
        )
    old = order.payment_history[0]
    if old.payment_method_id == payment_method_id:
        raise Refusal(
            f"Order {order_id} is paid with {payment_method_id} already; choose another payment method.",
            code="same_payment_method",
        )
    _must_cover(user, payment_method_id, old.amount)
    entries = (_payment(old.amount, payment_method_id), _refund(old.amount, old.payment_method_id))
    for entry in entries:
        user = _settled(user, entry)
    _put_user(db, order.user_id, user)
    return _put(db, order, payment_history=(*order.payment_history, *entries))


@tool(
    writes=True,
    speech=Speech(
        propose="change the default address in your account to {address1}, {address2}, {city}, {state}, {country}, "
        "{zip}",
        done="The default address in your account has been changed to {address1}, {address2}, {city}, {state}, "
        "{country}, {zip}.",
        claims=("changed", "updated", "modified"),
    ),
)
def modify_user_address(
    db: RetailDatabase,
    user_id: UserId,
    address1: str,
    address2: str,
    city: str,
    state: str,
    country: str,
    zip: Zip,  # noqa: A002
) -> User:
    """Change the default address in a customer's account; addresses of orders stay.

    Get an explicit yes before calling.

    Args:
        user_id: as one of the find tools returns it, such as "ada_lovelace_0000".
        address1: street and number, such as "12 Main Street".
        address2: flat, suite or unit, such as "Apt 4"; empty text where there is none.
        city: such as "Boston".
        state: two letters, such as "MA".
        country: such as "USA".
        zip: the zip code as text, such as "02139".

    Returns:
        The user afterwards.

    Raises:
        Refusal: user_unknown.

    Source: recorded behaviour.
    """
    user = _user(db, user_id)
    there = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return db.users.put(user_id, msgspec.structs.replace(user, address=there))


@tool(
    writes=True,
    speech=Speech(
        propose="return {item_ids} of order {order_id}, with the refund going to {payment_method_id}",
        done="The return of {item_ids} from order {order_id} has been requested, "
        "and the refund will go to {payment_method_id}.",
        claims=("returned", "requested"),
    ),
)
def return_delivered_order_items(
    db: RetailDatabase, order_id: OrderId, item_ids: list[ItemId], payment_method_id: PaymentMethodId
) -> Order:
    """Request the return of items of a delivered order.

    Only an order whose status is "delivered" can be returned, and only once: list every item in one
    call, and get an explicit yes before calling. No money moves yet.

    Args:
        order_id: "#W" and seven digits, such as "#W0000000".
        item_ids: item ids to give back, each as often as it is to be returned; they are in the order.
        payment_method_id: where the refund goes, such as "gift_card_0000000": the payment method that the
            order was paid with, or a gift card of the customer's own.

    Returns:
        The order afterwards: what is returned, sorted, and where the refund goes.

    Raises:
        Refusal: order_unknown, wrong_status, payment_unknown, payment_not_allowed, item_unknown.

    Source: recorded behaviour.
    """
    order = _order(db, order_id)
    _must_be(order, "delivered", "returned")
    user = db.users[order.user_id]
    _must_own(user, payment_method_id)
    paid_with = order.payment_history[0].payment_method_id
    if payment_method_id != paid_with and not isinstance(user.payment_methods[payment_method_id], GiftCard):
        raise Refusal(
            f"The refund of order {order_id} cannot go to {payment_method_id}; it can go to {paid_with}, "
            "with which the order was paid, or to a gift card of the customer's.",
            code="payment_not_allowed",
        )
    _must_hold(order, item_ids)
    return _put(
        db,
        order,
        status="return requested",
        return_items=tuple(sorted(item_ids)),
        return_payment_method_id=payment_method_id,
    )


@tool()
def think(db: RetailDatabase, thought: Prose) -> str:  # noqa: ARG001
    """Note down a thought. Nothing is looked up and nothing changes; use it to reason before acting.

    Args:
        thought: what to think about, in your own words.

    Returns:
        Empty text.

    Source: recorded behaviour.
    """
    return ""


@tool(hands_over=True)
def transfer_to_human_agents(db: RetailDatabase, summary: Prose) -> str:  # noqa: ARG001
    """Hand the customer over to a human agent, for what cannot be done with the other tools.

    Args:
        summary: what the customer wants and what was done so far, in your own words.

    Returns:
        A confirmation.

    Source: recorded behaviour.
    """
    return "Transfer successful"


TOOLS: tuple[Tool[..., Any], ...] = (
    calculate,
    cancel_pending_order,
    exchange_delivered_order_items,
    find_user_id_by_email,
    find_user_id_by_name_zip,
    get_order_details,
    get_product_details,
    get_user_details,
    list_all_product_types,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
    modify_user_address,
    return_delivered_order_items,
    think,
    transfer_to_human_agents,
)


class _Swap(NamedTuple):
    """One item of an order, and the variant that takes its place."""

    item: Item
    variant: Variant


def _order(db: RetailDatabase, order_id: OrderId) -> Order:
    order = db.orders.get(order_id)
    if order is None:
        raise Refusal(
            f"There is no order {_shown(order_id)}. An order id is '#W' and seven digits, without spaces.",
            code="order_unknown",
        )
    return order


def _user(db: RetailDatabase, user_id: UserId) -> User:
    user = db.users.get(user_id)
    if user is None:
        raise Refusal(
            f"There is no user {_shown(user_id)}. Find the user id by e-mail address, or by name and zip code.",
            code="user_unknown",
        )
    return user


def _must_be(order: Order, status: OrderStatus, what: str) -> None:
    if order.status != status:
        raise Refusal(
            f"Order {order.order_id} is {order.status!r}; only an order that is {status!r} can be {what}.",
            code="wrong_status",
        )


def _must_own(user: User, method: PaymentMethodId) -> None:
    if method not in user.payment_methods:
        raise Refusal(
            f"The customer has no payment method {_shown(method)}; "
            f"they have {', '.join(user.payment_methods) or 'none'}.",
            code="payment_unknown",
        )


def _must_cover(user: User, method: PaymentMethodId, amount: float) -> None:
    """Refuse a payment method that is not the user's, or a gift card with less on it than the amount."""
    _must_own(user, method)
    card = user.payment_methods[method]
    if isinstance(card, GiftCard) and card.balance < amount:
        raise Refusal(
            f"{method} holds ${card.balance:.2f}, which does not cover ${amount:.2f}; choose another payment method.",
            code="balance_too_low",
        )


def _must_hold(order: Order, item_ids: Sequence[ItemId]) -> None:
    there = Counter(item.item_id for item in order.items)
    for item_id, wanted in Counter(item_ids).items():
        if wanted > there[item_id]:
            raise Refusal(
                f"Order {order.order_id} holds item {_shown(item_id)} {there[item_id]} times, not {wanted} times; "
                f"its items are {', '.join(there)}.",
                code="item_unknown",
            )


def _swaps(db: RetailDatabase, order: Order, item_ids: Sequence[ItemId], new_ids: Sequence[ItemId]) -> list[_Swap]:
    """Each item to give with the variant to get; refuses what cannot be swapped."""
    _must_hold(order, item_ids)
    if len(item_ids) != len(new_ids):
        raise Refusal(
            f"There are {len(item_ids)} item_ids and {len(new_ids)} new_item_ids; each needs its counterpart.",
            code="counts_differ",
        )
    items = {item.item_id: item for item in reversed(order.items)}
    return [_swap(db, items[item_id], new_id) for item_id, new_id in zip(item_ids, new_ids, strict=True)]


def _swap(db: RetailDatabase, item: Item, new_id: ItemId) -> _Swap:
    variants = db.products[item.product_id].variants
    variant = variants.get(new_id)
    if variant is None or not variant.available:
        available = ", ".join(other for other, found in variants.items() if found.available)
        raise Refusal(
            f"{item.name} cannot be had as item {_shown(new_id)}; available are {available or 'none at present'}.",
            code="new_item_unavailable",
        )
    return _Swap(item, variant)


def _difference(swaps: Sequence[_Swap]) -> float:
    """Dollars to pay, negative when they come back; added in turn, as `sum` does not do in every Python."""
    total = 0.0
    for item, variant in swaps:
        total += variant.price - item.price
    return total


def _swapped(items: Sequence[Item], swaps: Sequence[_Swap]) -> tuple[Item, ...]:
    """The items with each swap carried out, in turn, on the first that has the old item id."""
    found = list(items)
    for item, variant in swaps:
        at = next(index for index, each in enumerate(found) if each.item_id == item.item_id)
        found[at] = msgspec.structs.replace(
            found[at], item_id=variant.item_id, price=variant.price, options=variant.options
        )
    return tuple(found)


def _payment(amount: float, method: PaymentMethodId) -> Payment:
    return Payment(transaction_type="payment", amount=amount, payment_method_id=method)


def _refund(amount: float, method: PaymentMethodId) -> Payment:
    return Payment(transaction_type="refund", amount=amount, payment_method_id=method)


def _settled(user: User, entry: Payment) -> User:
    """The user after a payment or refund: only gift cards hold money here, rounded to cents."""
    card = user.payment_methods.get(entry.payment_method_id)
    if not isinstance(card, GiftCard):
        return user
    change = entry.amount if entry.transaction_type == "refund" else -entry.amount
    card = msgspec.structs.replace(card, balance=round(card.balance + change, 2))
    return msgspec.structs.replace(user, payment_methods={**user.payment_methods, card.id: card})


def _put(db: RetailDatabase, order: Order, **changes: Any) -> Order:
    return db.orders.put(order.order_id, msgspec.structs.replace(order, **changes))


def _put_user(db: RetailDatabase, user_id: UserId, user: User) -> None:
    if user is not db.users[user_id]:
        db.users.put(user_id, user)


def _shown(value: str) -> str:
    """A value as a refusal repeats it, cut where it is long."""
    return repr(value if len(value) <= 80 else value[:80] + "...")
