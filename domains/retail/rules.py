"""Rules: the sentences of `policy.md` that can be enforced.

Each judges one call that was carried out, on the state before it. Several repeat what the tools refuse:
they hold for a shop whose tools are laxer, too. A rule is silent where another rule already speaks: an
order that does not exist, somebody whom nobody has identified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

from interplay.domains.retail.rows import GiftCard, Item, Order, PaymentMethod, RetailDatabase, Variant
from interplay.domains.retail.tools import (
    TOOLS,
    cancel_pending_order,
    exchange_delivered_order_items,
    find_user_id_by_email,
    find_user_id_by_name_zip,
    get_order_details,
    get_user_details,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
    return_delivered_order_items,
)
from interplay.engine.policy import Rule, Situation, rule
from interplay.engine.tools import Tool
from interplay.engine.worldkit import rules as kit
from interplay.engine.worldkit.wallet import ways_to_say

Case: TypeAlias = Situation[RetailDatabase]
ToolList: TypeAlias = tuple[Tool[..., Any], ...]

KNOWING = "Knowing who you are talking to"
WORKING = "How you work"
CANCELLING = "Cancelling a pending order"
CHANGING = "Changing a pending order"
RETURNING = "Returning delivered items"
EXCHANGING = "Exchanging delivered items"
CHOOSING = "Choosing items and paying the difference"

FINDERS: ToolList = (find_user_id_by_email, find_user_id_by_name_zip)
ON_PENDING: ToolList = (
    cancel_pending_order,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
)
ON_DELIVERED: ToolList = (exchange_delivered_order_items, return_delivered_order_items)
SWAPS: ToolList = (exchange_delivered_order_items, modify_pending_order_items)
WRITES: ToolList = tuple(each for each in TOOLS if each.writes)
PERSONAL: ToolList = (get_order_details, get_user_details, *WRITES)

_WHO = ("email", "first_name", "last_name", "zip")
_WHAT = ("user_id", "order_id", "payment_method_id", "item_ids", "new_item_ids")
_FINDER_NAMES = kit.names(FINDERS)
_SAYING_CHANGE = (
    *("change", "changed", "changing", "exchange", "exchanged", "exchanging", "swap", "swapped", "swapping"),
    *("replace", "replaced", "replacing", "modify", "modified", "modifying", "modification"),
    *("update", "updated", "updating", "switch", "switched", "switching"),
)
_SAYING_CANCEL = ("cancel", "cancelled", "canceled", "cancelling", "canceling", "cancellation")
_SAYING_ACCOUNT = ("default", "account", "profile", "your address", "user address", "on file")
_SAYING_RETURN = ("return", "returned", "returning", "send back", "sent back")


def _customer(case: Case) -> str | None:
    """Whom the first successful search found."""
    return kit.first_result(case, _FINDER_NAMES)


def _concerned(case: Case) -> str | None:
    """Whose account or order a call is about."""
    order = _order(case)
    return case.arguments.get("user_id") if order is None else order.user_id


def _named(case: Case) -> Iterator[str]:
    """The ids in a call; of a search, who the customer is said to be."""
    return kit.values_named(case.arguments, _WHO if case.call.tool in _FINDER_NAMES else _WHAT)


def _describes(case: Case, customer: str) -> bool:
    """Whether a search's arguments are those of this customer."""
    user = case.db.users.get(customer)  # type: ignore[arg-type]  # a search's result, as text
    given = case.arguments
    if user is None:
        return False
    if "email" in given:
        return bool(given["email"].lower() == user.email.lower())
    name = (user.name.first_name.lower(), user.name.last_name.lower(), user.address.zip)
    return (given["first_name"].lower(), given["last_name"].lower(), given["zip"]) == name


def _order(case: Case) -> Order | None:
    order_id = case.arguments.get("order_id")
    return None if order_id is None else case.db.orders.get(order_id)


def _method(case: Case, order: Order) -> PaymentMethod | None:
    """The payment method that the call names, when it is the order's owner's."""
    user = case.db.users.get(order.user_id)
    return None if user is None else user.payment_methods.get(case.arguments["payment_method_id"])


def _swaps(case: Case) -> Iterator[tuple[Item, str, Variant | None]]:
    """Each item of the order with the id and the variant it shall become; None where there is no such."""
    order = _order(case)
    if order is None:
        return
    items = {item.item_id: item for item in order.items}
    for old_id, new_id in zip(case.arguments["item_ids"], case.arguments["new_item_ids"], strict=False):
        old = items.get(old_id)
        if old is not None:
            product = case.db.products.get(old.product_id)
            yield old, new_id, None if product is None else product.variants.get(new_id)


def _to_list(case: Case) -> Iterator[str | tuple[str, ...]]:
    """What a message has to mention to have listed the change."""
    given, order = case.arguments, _order(case)
    if "order_id" in given:
        yield given["order_id"]
    if "address1" in given:
        yield given["address1"]
    if "user_id" in given:
        yield _SAYING_ACCOUNT
    if case.call.tool == cancel_pending_order.name:
        yield _SAYING_CANCEL
    elif case.call.tool == return_delivered_order_items.name:
        yield _SAYING_RETURN
    elif "new_item_ids" in given:
        yield _SAYING_CHANGE
        for old, new_id, new in _swaps(case):
            changed = () if new is None else (v for k, v in new.options.items() if old.options.get(k) != v)
            yield (new_id, *changed)
    if order is not None and "payment_method_id" in given and "new_item_ids" not in given:
        yield ways_to_say(given["payment_method_id"], _method(case, order))


authenticate_first = kit.authenticate_first(
    section=KNOWING, on=PERSONAL, known=_customer, how="found by email or by name and zip"
)
one_person = kit.one_person(
    section=KNOWING, on=PERSONAL, finders=FINDERS, known=_customer, concerns=_concerned, describes=_describes
)
confirm_before_write = kit.confirm_before_write(section=WORKING, on=WRITES, listing=_to_list)
no_invented_ids = kit.no_invented_ids(section=WORKING, on=(*FINDERS, *WRITES), named=_named)
one_call_at_a_time = kit.one_call_at_a_time(section=WORKING, on=TOOLS)
hand_over_last = kit.hand_over_last(section=WORKING, on=TOOLS)


@rule("pending-only", section=CHANGING, on=ON_PENDING)
def pending_only(case: Case) -> str | None:
    """Only pending orders are cancelled or changed."""
    order = _order(case)
    if order is None or order.status.startswith("pending"):
        return None
    return f"order {order.order_id} is {order.status}, not pending"


@rule("items-once", section=CHANGING, on=ON_PENDING)
def items_once(case: Case) -> str | None:
    """An order whose items were changed stays as it is."""
    order = _order(case)
    if order is None or order.status != "pending (item modified)":
        return None
    return f"the items of order {order.order_id} were changed already; nothing more can be changed or cancelled"


@rule("cancel-reason", section=CANCELLING, on=(cancel_pending_order,))
def cancel_reason(case: Case) -> str | None:
    """One of the two accepted reasons."""
    reason = case.arguments["reason"]
    if reason in ("no longer needed", "ordered by mistake"):
        return None
    return f"{reason!r} is no reason that we accept"


@rule("delivered-only", section=RETURNING, on=ON_DELIVERED)
def delivered_only(case: Case) -> str | None:
    """Only delivered orders are returned or exchanged."""
    order = _order(case)
    if order is None or order.status in ("delivered", "return requested", "exchange requested"):
        return None
    return f"order {order.order_id} is {order.status}, not delivered"


@rule("one-request-per-order", section=EXCHANGING, on=ON_DELIVERED)
def one_request_per_order(case: Case) -> str | None:
    """No second return or exchange."""
    order = _order(case)
    if order is None or order.status not in ("return requested", "exchange requested"):
        return None
    return f"for order {order.order_id} there is a request already: {order.status}"


@rule("items-of-order", section=CHOOSING, on=(*SWAPS, return_delivered_order_items))
def items_of_order(case: Case) -> str | None:
    """The items are in the order, as often as they are named."""
    order = _order(case)
    if order is None:
        return None
    named = Counter(case.arguments["item_ids"])
    if not named:
        return "no item was named"
    extra = named - Counter(item.item_id for item in order.items)
    return f"order {order.order_id} does not hold {', '.join(extra.elements())}" if extra else None


@rule("same-product", section=CHOOSING, on=SWAPS)
def same_product(case: Case) -> str | None:
    """Each item is replaced by one variant of its product."""
    if len(case.arguments["item_ids"]) != len(case.arguments["new_item_ids"]):
        return "each item needs exactly one replacement"
    for old, new_id, new in _swaps(case):
        if new is None:
            return f"{new_id} is no variant of {old.name}"
    return None


@rule("different-variant", section=CHOOSING, on=SWAPS)
def different_variant(case: Case) -> str | None:
    """The replacement is another variant."""
    for old, new_id, _ in _swaps(case):
        if old.item_id == new_id:
            return f"{new_id} would be replaced by itself"
    return None


@rule("available-variant", section=CHOOSING, on=SWAPS)
def available_variant(case: Case) -> str | None:
    """The replacement can be had."""
    for old, new_id, new in _swaps(case):
        if new is not None and not new.available:
            return f"{old.name} {new_id} is not available"
    return None


@rule("own-payment-method", section=CHANGING, on=(*SWAPS, modify_pending_order_payment, return_delivered_order_items))
def own_payment_method(case: Case) -> str | None:
    """The payment method is in the account of whoever placed the order."""
    order = _order(case)
    if order is None or _method(case, order) is not None:
        return None
    return f"{case.arguments['payment_method_id']} is no payment method of {order.user_id}"


@rule("different-payment-method", section=CHANGING, on=(modify_pending_order_payment,))
def different_payment_method(case: Case) -> str | None:
    """The new payment method is not the one in use."""
    order = _order(case)
    paid_with = [] if order is None else [e for e in order.payment_history if e.transaction_type == "payment"]
    if paid_with and paid_with[-1].payment_method_id == case.arguments["payment_method_id"]:
        return f"the order is paid with {paid_with[-1].payment_method_id} already"
    return None


@rule("payment-change-once", section=CHANGING, on=(modify_pending_order_payment,))
def payment_change_once(case: Case) -> str | None:
    """The order has one payment and no refund."""
    order = _order(case)
    if order is None or [entry.transaction_type for entry in order.payment_history] == ["payment"]:
        return None
    return f"order {order.order_id} has {len(order.payment_history)} payments and refunds, not a single payment"


@rule("refund-destination", section=RETURNING, on=(return_delivered_order_items,))
def refund_destination(case: Case) -> str | None:
    """The refund goes to how the order was paid, or to a gift card."""
    order = _order(case)
    if order is None:
        return None
    method = _method(case, order)
    if method is None or isinstance(method, GiftCard):
        return None
    if any(e.payment_method_id == method.id and e.transaction_type == "payment" for e in order.payment_history):
        return None
    return f"order {order.order_id} was not paid with {method.id}, and it is no gift card"


@rule("gift-card-covers", section=CHOOSING, on=(*SWAPS, modify_pending_order_payment))
def gift_card_covers(case: Case) -> str | None:
    """A gift card that pays has enough on it."""
    order = _order(case)
    if order is None:
        return None
    card = _method(case, order)
    if not isinstance(card, GiftCard):
        return None
    if case.call.tool == modify_pending_order_payment.name:
        due = sum(e.amount if e.transaction_type == "payment" else -e.amount for e in order.payment_history)
    else:
        due = sum(new.price - old.price for old, _, new in _swaps(case) if new is not None)
    if card.balance >= round(due, 2):
        return None
    return f"{card.id} holds ${card.balance:.2f}, and ${due:.2f} is due"


RULES: tuple[Rule, ...] = (
    authenticate_first,
    one_person,
    confirm_before_write,
    no_invented_ids,
    one_call_at_a_time,
    hand_over_last,
    pending_only,
    items_once,
    cancel_reason,
    own_payment_method,
    different_payment_method,
    payment_change_once,
    gift_card_covers,
    delivered_only,
    refund_destination,
    one_request_per_order,
    items_of_order,
    same_product,
    different_variant,
    available_variant,
)
"""All of them, about in the order of the text."""
