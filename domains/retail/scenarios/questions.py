"""Questions: wishes that end in an answer and change nothing.

An answer is a value that a tool returned, one that was counted, or one that was worked out with the
calculator; the employee has to look it up and tell it.
"""

from __future__ import annotations

from interplay.domains.retail.rows import GiftCard
from interplay.domains.retail.scenarios.draft import ShopDraft
from interplay.domains.retail.scenarios.references import refer
from interplay.domains.retail.scenarios.words import thing, things
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import place


def tracking_number(draft: ShopDraft, seed: Seed) -> None:
    """The tracking number of an order that was sent."""
    order = draft.any_order(seed.child("order"), "processed", "delivered")
    if [len(each.tracking_id) for each in order.fulfillments] != [1]:
        raise lacking("an order that was sent in one parcel")
    number = order.fulfillments[0].tracking_id[0]
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
    draft.answer(number, f"The tracking number of order {order.order_id} is {number}.")
    wish = seed.child("wish").pick(
        (
            f"What is the tracking number of {reference.words}?",
            f"I'd like to track {reference.words}. Can you give me the tracking number?",
            f"Where can I see how far {reference.words} has come? I need the tracking number.",
        )
    )
    draft.finish("read", wish, f"You want to know the tracking number of {reference.yours}.", ("tracking number",))


def order_total(draft: ShopDraft, seed: Seed) -> None:
    """What was paid for an order."""
    order = draft.any_order(seed.child("order"), "pending", "processed", "delivered")
    amount = f"{order.payment_history[0].amount:.2f}"
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
    draft.answer(amount, f"The total that was paid for order {order.order_id} is ${float(amount):,.2f}.")
    wish = seed.child("wish").pick(
        (
            f"How much did I pay for {reference.words} in total?",
            f"For my books: what was the total of {reference.words}?",
            f"Please tell me the total amount of {reference.words}.",
        )
    )
    draft.finish("read", wish, f"You want to know what {reference.yours} cost in total.", ("total",))


def order_status(draft: ShopDraft, seed: Seed) -> None:
    """How far an order is."""
    order = draft.any_order(seed.child("order"), "pending", "processed", "delivered", "cancelled")
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
    draft.answer(order.status, f"The status of order {order.order_id} is: {order.status}.")
    wish = seed.child("wish").pick(
        (
            f"What is the status of {reference.words}?",
            f"I haven't heard anything of {reference.words}. What's its status?",
            f"Can you check the status of {reference.words}?",
        )
    )
    draft.finish("read", wish, f"You want to know the status of {reference.yours}.", ("status",))


def refund_sum(draft: ShopDraft, seed: Seed) -> None:
    """What would come back if some items of an order were returned; it takes adding up."""
    order = draft.any_order(seed.child("order"), "delivered")
    if len(order.items) < 3:
        raise lacking("an order of three items or more")
    items = [item for item in order.items if sum(item.item_id == other.item_id for other in order.items) == 1][:2]
    if len(items) < 2:
        raise lacking("two different items")
    reference = refer(draft, order, seed)
    draft.find("return_delivered_order_items", reference)
    total = draft.act("calculate", {"expression": " + ".join(f"{item.price:.2f}" for item in items)})
    draft.answer(total, f"The refund for {things(items)} would be ${float(total):,.2f}.")
    wish = seed.child("wish").pick(
        (
            f"How much would I get back if I returned {things(items)} from {reference.words}? I only want to know.",
            f"Suppose I sent back {things(items)} from {reference.words}: what would the refund be?",
        )
    )
    story = f"You want to know, without returning anything yet, the refund for {things(items)} from {reference.yours}."
    draft.finish("read", wish, story, ("refund",))


def options_in_stock(draft: ShopDraft, seed: Seed) -> None:
    """How many variants of a product can be had."""
    product = draft.db.products[seed.child("product").pick(list(draft.db.products))]
    count = sum(variant.available for variant in product.variants.values())
    draft.look("list_all_product_types")
    draft.look("get_product_details", product_id=product.product_id)
    draft.answer(str(count), f"There are {count} options of the {product.name} available at the moment.")
    wish = seed.child("wish").pick(
        (
            f"How many options of the {product.name} do you have available right now?",
            f"I'm curious how many different options of the {product.name} are available.",
            f"Of the {product.name}, how many options can I choose from, counting only what is available?",
        )
    )
    draft.finish(
        "read", wish, f"You want to know how many options of the {product.name} are available.", ("available",)
    )


def cheapest_price(draft: ShopDraft, seed: Seed) -> None:
    """The lowest price at which a product can be had."""
    product = draft.db.products[seed.child("product").pick(list(draft.db.products))]
    prices = [variant.price for variant in product.variants.values() if variant.available]
    if not prices:
        raise lacking("a product that is available")
    draft.look("list_all_product_types")
    draft.look("get_product_details", product_id=product.product_id)
    draft.answer(f"{min(prices):.2f}", f"The lowest price of an available {product.name} is ${min(prices):,.2f}.")
    wish = seed.child("wish").pick(
        (
            f"What does the cheapest available {product.name} cost?",
            f"What's the lowest price of a {product.name} that is available?",
        )
    )
    draft.finish("read", wish, f"You want to know the lowest price of an available {product.name}.", ("price", "costs"))


def card_balance(draft: ShopDraft, seed: Seed) -> None:
    """What is left on the person's gift card."""
    cards = [method for method in draft.methods() if isinstance(method, GiftCard)]
    if not cards:
        raise lacking("a gift card")
    card = cards[0]
    balance = f"{card.balance:g}"
    draft.holds.append(lambda: draft.user.payment_methods[card.id] == card)
    draft.look("get_user_details", user_id=draft.user_id)
    draft.answer(balance, f"The balance of your gift card is ${cards[0].balance:,.2f}.")
    wish = seed.child("wish").pick(
        (
            "How much is left on my gift card?",
            "What's the balance of my gift card?",
            "Could you look up what my gift card still holds?",
        )
    )
    draft.finish("read", wish, "You want to know the balance of your gift card.", ("balance",))


def shipping_address(draft: ShopDraft, seed: Seed) -> None:
    """Where an order is going."""
    order = draft.any_order(seed.child("order"), "pending", "processed")
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
    for value in (order.address.address1, order.address.city, order.address.zip):
        draft.answer(value, f"The shipping address of order {order.order_id} is {place(order.address)}.")
    wish = seed.child("wish").pick(
        (
            f"To which address is {reference.words} being shipped?",
            f"I'm not sure where I had {reference.words} sent. What's the shipping address?",
        )
    )
    draft.finish("read", wish, f"You want to know where {reference.yours} is going.", ("address",))


def item_price(draft: ShopDraft, seed: Seed) -> None:
    """What one item of an order cost."""
    order = draft.any_order(seed.child("order"), "pending", "processed", "delivered")
    item = order.items[0]
    if sum(item.item_id == other.item_id for other in order.items) > 1:
        raise lacking("an item that stands once in an order")
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
    draft.answer(f"{item.price:.2f}", f"The price of {thing(item)} was ${item.price:,.2f}.")
    wish = f"What was the price of {thing(item)} in {reference.words}?"
    draft.finish("read", wish, f"You want to know what {thing(item)} in {reference.yours} cost.", ("price", "cost"))
