"""Changes: wishes that end in a write, one function a tool.

Each takes a draft and a seed, finds something in the person's data that the wish can be about, looks up
what an employee has to look up, carries the change out on the draft's fork, and puts the wish into words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from interplay.domains.retail.rows import (
    Address,
    GiftCard,
    Item,
    Order,
    OrderId,
    PaymentMethod,
    ProductId,
    Variant,
)
from interplay.domains.retail.scenarios.draft import Draft, lacking
from interplay.domains.retail.scenarios.words import differences, listed, method, options, place, thing, things, yours
from interplay.engine.blueprint import Action
from interplay.engine.seeds import Seed

REASONS = {
    "no longer needed": (
        "I don't need it anymore, it is no longer needed",
        "it's simply no longer needed",
        "my plans have changed and it is no longer needed",
    ),
    "ordered by mistake": (
        "it was ordered by mistake",
        "I clicked too fast, it was ordered by mistake",
        "my kid was playing with the phone, so it was ordered by mistake",
    ),
}


class Reference(NamedTuple):
    """How the person refers to an order."""

    words: str
    """In their own mouth: "order #W1234567", "the order with the Desk Lamp (...)"."""
    told: tuple[Any, ...]
    """Entities that they tell with it."""
    looked_at: tuple[OrderId, ...]
    """Orders that an employee has to look at to be at the right one."""

    @property
    def yours(self) -> str:
        """The same, said to the one who plays the person."""
        return yours(self.words)


def refer(draft: Draft, order: Order, seed: Seed) -> Reference:
    """By number, when asked, by what is in it, or by the wrong number first."""
    about = thing(order.items[0])
    way = seed.child("way").random().choices(("told", "asked", "searched", "confused"), (45, 20, 20, 15))[0]
    others = [other for other in draft.user.orders if other != order.order_id]
    ask = seed.child("ask").pick(
        ("What is the order number?", "Could you tell me the order number, please?", "Which order number is it?")
    )
    if way == "confused" and others:
        wrong = draft.db.orders[seed.child("wrong").pick(others)]
        if all(item.item_id != order.items[0].item_id for item in wrong.items):
            draft.traits.add("confused_orders")
            draft.tell(
                "wrong_order", [wrong.order_id], f"It's order {wrong.order_id}.", question=ask, cues=("order number",)
            )
            draft.tell(
                "order",
                [order.order_id],
                f"Oh, I mixed up my orders. The one with {about} is {order.order_id}.",
                question=f"I don't see {about} in order {wrong.order_id}. Could you check the order number?",
                cues=("check the order", "order number", "another order", "other order"),
            )
            return Reference(f"order {wrong.order_id}, with {about},", (OrderId,), (wrong.order_id, order.order_id))
    if way == "searched" and len(others) < 4:
        if sum(order.items[0].item_id in {i.item_id for i in draft.db.orders[o].items} for o in draft.user.orders) == 1:
            draft.traits.add("order_searched")
            position = draft.user.orders.index(order.order_id) + 1
            return Reference(f"the order with {about}", (), draft.user.orders[:position])
    draft.tell("order", [order.order_id], f"The order number is {order.order_id}.", question=ask, cues=("order",))
    if way == "asked":
        draft.traits.add("must_ask")
        return Reference(f"one of my orders, the one with {about}", (OrderId,), (order.order_id,))
    return Reference(f"order {order.order_id}", (OrderId,), (order.order_id,))


def find(draft: Draft, change: str, reference: Reference, products: tuple[ProductId, ...] = ()) -> None:
    """The reads before a change to an order."""
    if not reference.told:
        draft.look("get_user_details", user_id=draft.user_id)
    draft.look_up(change, orders=reference.looked_at, products=products, told=reference.told)


def cancel(draft: Draft, seed: Seed) -> None:
    """Cancel a pending order."""
    order = draft.any_order(seed.child("order"), "pending")
    reason = seed.child("reason").pick(tuple(REASONS))
    said = seed.child("reason", "words").pick(REASONS[reason])
    reference = refer(draft, order, seed)
    find(draft, "cancel_pending_order", reference)
    volunteered = seed.child("volunteers").chance(0.6)
    draft.tell(
        "reason",
        [reason],
        f"Because {said}.",
        question=seed.child("why").pick(
            (
                "May I ask for the reason of the cancellation?",
                "What is the reason: no longer needed, or ordered by mistake?",
            )
        ),
        cues=("reason", "why"),
    )
    if not volunteered:
        draft.traits.add("must_ask")
    wish = seed.child("wish").pick(
        (
            f"I'd like to cancel {reference.words}",
            f"Please cancel {reference.words}",
            f"I want to get rid of {reference.words}, so please cancel it",
            f"Can you cancel {reference.words} for me",
        )
    )
    wish = f"{wish}; {said}." if volunteered else f"{wish}."
    draft.act("cancel_pending_order", {"order_id": order.order_id, "reason": reason})
    story = f'You want to cancel {reference.yours}. Your reason, if asked: "{said}".'
    draft.finish("write", wish, story, draft.claims("cancel_pending_order"))


def change_address(draft: Draft, seed: Seed) -> None:
    """Send a pending order somewhere else: to a new address, or to the one in the account."""
    order = draft.any_order(seed.child("order"), "pending")
    reference = refer(draft, order, seed)
    home = draft.user.address
    to_home = home != order.address and seed.child("home").chance(0.5)
    address = home if to_home else elsewhere(draft, seed)
    find(draft, "modify_pending_order_address", reference)
    if to_home:
        draft.look("get_user_details", user_id=draft.user_id)
        target = "the default address in my account"
    else:
        target = _tell_address(draft, address, seed)
    draft.act("modify_pending_order_address", {"order_id": order.order_id, **msgspec.to_builtins(address)})
    wish = seed.child("wish").pick(
        (
            f"I need {reference.words} to be shipped to {target}.",
            f"Please change the shipping address of {reference.words} to {target}.",
            f"Can you send {reference.words} to {target} instead?",
            f"I won't be where {reference.words} is going. Please ship it to {target}.",
        )
    )
    story = f"You want {reference.yours} to be shipped to {place(address)}."
    draft.finish("write", wish, story, draft.claims("modify_pending_order_address"))


def change_default_address(draft: Draft, seed: Seed) -> None:
    """A new default address in the account."""
    address = elsewhere(draft, seed)
    target = _tell_address(draft, address, seed)
    draft.look_up("modify_user_address", orders=())
    draft.act("modify_user_address", {"user_id": draft.user_id, **msgspec.to_builtins(address)})
    wish = seed.child("wish").pick(
        (
            f"I have moved, so please change the address in my account to {target}.",
            f"Please update my default address to {target}.",
            f"The address on my account is out of date; it should be {target}.",
        )
    )
    story = f"You have moved and want the default address of your account to be {place(address)}."
    draft.finish("write", wish, story, draft.claims("modify_user_address"))


def change_payment(draft: Draft, seed: Seed) -> None:
    """Pay for a pending order in another way; sometimes after thinking better of a first choice."""
    order = draft.any_order(seed.child("order"), "pending")
    if len(order.payment_history) != 1:
        raise lacking("an order that is paid once")
    paid = order.payment_history[0]
    able = [m for m in draft.methods(besides=paid.payment_method_id) if _covers(m, paid.amount)]
    if not able:
        raise lacking("another payment method that covers the order")
    chosen = seed.child("method").pick(able)
    reference = refer(draft, order, seed)
    find(draft, "modify_pending_order_payment", reference)
    draft.look("get_user_details", user_id=draft.user_id)
    rivals = [m for m in able if m.id != chosen.id]
    first, revision = chosen, ""
    if rivals and seed.child("mind").chance(0.6):
        first = seed.child("first").pick(rivals)
        revision = f"Wait, I've changed my mind. Please use my {method(chosen)} for it instead."
        draft.traits.add("mind_change")
        draft.untaken[draft.goal] = Action(
            tool="modify_pending_order_payment",
            arguments={"order_id": order.order_id, "payment_method_id": first.id},
            goal=draft.goal,
        )
    draft.act("modify_pending_order_payment", {"order_id": order.order_id, "payment_method_id": chosen.id})
    wish = seed.child("wish").pick(
        (
            f"I want to pay for {reference.words} with my {method(first)}.",
            f"Please switch the payment of {reference.words} to my {method(first)}.",
            f"Could you charge my {method(first)} for {reference.words} instead of what I used?",
        )
    )
    story = f"You want to pay for {reference.yours} with your {method(first)}."
    if revision:
        story += f" When the agent proposes that, you think better of it and ask for your {method(chosen)} instead."
    draft.finish("write", wish, story, draft.claims("modify_pending_order_payment"), revision=revision)


class Swap(NamedTuple):
    """One item and what it shall become."""

    item: Item
    variant: Variant
    words: str
    """What is wanted of the new one."""


def change_items(draft: Draft, seed: Seed) -> None:
    """Change items of a pending order to other variants."""
    _swap(draft, seed, draft.any_order(seed.child("order"), "pending"), "modify_pending_order_items")


def exchange(draft: Draft, seed: Seed) -> None:
    """Exchange items of a delivered order for other variants."""
    _swap(draft, seed, draft.any_order(seed.child("order"), "delivered"), "exchange_delivered_order_items")


def give_back(draft: Draft, seed: Seed) -> None:
    """Return items of a delivered order; sometimes fewer than at first."""
    order = draft.any_order(seed.child("order"), "delivered")
    count = seed.child("count").pick((1, 1, 2, 3))
    items = _some(order.items, count, seed.child("items"))
    paid = order.payment_history[0].payment_method_id
    ways = [m for m in draft.methods() if m.id == paid or isinstance(m, GiftCard)]
    if not ways:
        raise lacking("a payment method that a refund may go to")
    chosen = seed.child("refund").pick(ways)
    reference = refer(draft, order, seed)
    find(draft, "return_delivered_order_items", reference)
    destination = "the payment method I used" if chosen.id == paid else f"my {method(chosen)}"
    if chosen.id != paid:
        draft.look("get_user_details", user_id=draft.user_id)
    payment = _tell_payment(draft, destination, "Where should the refund go?", ("refund", "payment"), seed)
    arguments = {"order_id": order.order_id, "item_ids": [i.item_id for i in items], "payment_method_id": chosen.id}
    first, revision = items, ""
    if len(items) < len(order.items) and seed.child("mind").chance(0.25):
        extra = seed.child("extra").pick([item for item in order.items if item not in items])
        first = [*items, extra]
        revision = f"Actually, I'd rather keep {thing(extra)}. Please return only {things(items)}."
        draft.traits.add("mind_change")
        draft.untaken[draft.goal] = Action(
            tool="return_delivered_order_items",
            arguments={**arguments, "item_ids": [i.item_id for i in first]},
            goal=draft.goal,
        )
    draft.act("return_delivered_order_items", arguments)
    wish = seed.child("wish").pick(
        (
            f"I want to return {things(first)} from {reference.words}",
            f"Please take back {things(first)} from {reference.words}",
            f"I'm not happy with {things(first)} from {reference.words} and would like to send that back",
        )
    )
    story = f"You want to return {things(first)} from {reference.yours}, with the refund to {yours(destination)}."
    if revision:
        story += f" When the agent proposes that, you decide to return only {things(items)}."
    draft.finish("write", f"{wish}.{payment}", story, draft.claims("return_delivered_order_items"), revision=revision)


def _swap(draft: Draft, seed: Seed, order: Order, tool: str) -> None:
    swaps = _swaps(draft, order, seed)
    due = round(sum(swap.variant.price - swap.item.price for swap in swaps), 2)
    able = [m for m in draft.methods() if _covers(m, due)]
    if not able:
        raise lacking("a payment method that covers the difference")
    chosen = seed.child("method").pick(able)
    reference = refer(draft, order, seed)
    find(draft, tool, reference, tuple(dict.fromkeys(swap.item.product_id for swap in swaps)))
    paid = order.payment_history[0].payment_method_id
    source = "the payment method I used" if chosen.id == paid else f"my {method(chosen)}"
    if chosen.id != paid:
        draft.look("get_user_details", user_id=draft.user_id)
    payment = _tell_payment(
        draft,
        source,
        "Which payment method should be used for the difference in price?",
        ("payment", "price difference"),
        seed,
    )
    arguments = {
        "order_id": order.order_id,
        "item_ids": [swap.item.item_id for swap in swaps],
        "new_item_ids": [swap.variant.item_id for swap in swaps],
        "payment_method_id": chosen.id,
    }
    revision = _second_thought(draft, seed, tool, swaps, arguments)
    draft.act(tool, arguments)
    verb = "exchange" if tool.startswith("exchange") else "change"
    first = revision.first if revision else swaps
    wanted = listed(
        [
            f"{thing(swap.item)} for {swap.words}" if verb == "exchange" else f"{thing(swap.item)} to {swap.words}"
            for swap in first
        ]
    )
    wish = seed.child("wish").pick(
        (
            f"I'd like to {verb} {wanted}; it's {reference.words}.",
            f"In {reference.words}, please {verb} {wanted}.",
            f"Could you help me to {verb} {wanted}? That is in {reference.words}.",
        )
    )
    story = f"In {reference.yours}, you want to {verb} {wanted}. A difference in price goes to {yours(source)}."
    if revision:
        story += f' When the agent proposes that, you say: "{revision.words}"'
    draft.finish("write", wish + payment, story, draft.claims(tool), revision=revision.words if revision else "")


class _Revision(NamedTuple):
    first: list[Swap]
    words: str


def _second_thought(
    draft: Draft, seed: Seed, tool: str, swaps: list[Swap], arguments: dict[str, Any]
) -> _Revision | None:
    """Another variant that was wanted first, where there is one that could have been had."""
    if not seed.child("mind").chance(0.25):
        return None
    swap = swaps[0]
    product = draft.db.products[swap.item.product_id]
    rivals = [
        v
        for v in product.variants.values()
        if v.available and v.item_id not in (swap.item.item_id, swap.variant.item_id) and v.price <= swap.variant.price
    ]
    if not rivals:
        return None
    rival = seed.child("rival").pick(rivals)
    wanted = options(differences(swap.item.options, rival))
    first = [swap._replace(variant=rival, words=f"one with {wanted}"), *swaps[1:]]
    draft.traits.add("mind_change")
    draft.untaken[draft.goal] = Action(
        tool=tool, arguments={**arguments, "new_item_ids": [s.variant.item_id for s in first]}, goal=draft.goal
    )
    return _Revision(first, f"Hold on, I've changed my mind about {thing(swap.item)}. I'd rather have {swap.words}.")


def _swaps(draft: Draft, order: Order, seed: Seed) -> list[Swap]:
    """One to three items with other variants of theirs: a certain one, or the cheapest that has something."""
    found: list[Swap] = []
    for item in _some(order.items, seed.child("count").pick((1, 1, 1, 2, 3)), seed.child("items")):
        product = draft.db.products[item.product_id]
        variants = [v for v in product.variants.values() if v.available and v.item_id != item.item_id]
        close = [v for v in variants if len(differences(item.options, v)) == 1] or variants
        if not close:
            continue
        here = seed.child("swap", item.item_id)
        variant = here.child("variant").pick(close)
        changed = differences(item.options, variant)
        if not changed:
            continue
        if here.child("cheapest").chance(0.35):
            found.append(_cheapest(draft, item, variants, changed, here))
        else:
            words = f"the same one but with {options(changed)}"
            found.append(Swap(item, variant, words))
    if not found:
        raise lacking("an item with another variant to be had")
    return found


def _cheapest(draft: Draft, item: Item, variants: list[Variant], changed: dict[str, str], seed: Seed) -> Swap:
    """The cheapest that has an option's value; half the time with a first choice that cannot be had."""
    name, value = next(iter(changed.items()))
    draft.traits.add("conditional")
    product = draft.db.products[item.product_id]
    having = [v for v in variants if v.options.get(name) == value]
    best = min(having, key=lambda v: (v.price, v.item_id))
    gone = [v for v in product.variants.values() if not v.available and v.item_id != item.item_id]
    if gone and seed.child("otherwise").chance(0.6):
        first = seed.child("gone").pick(gone)
        wanted = options(differences(item.options, first) or dict(first.options))
        words = f"one with {wanted} if that is available, otherwise the cheapest available one with {name} {value}"
        return Swap(item, best, words)
    return Swap(item, best, f"the cheapest available one that has {name} {value}")


def elsewhere(draft: Draft, seed: Seed) -> Address:
    """An address that is nobody's in particular: a street of one customer in the city of another."""
    users = list(draft.db.users)
    one = draft.db.users[seed.child("street").pick(users)].address
    other = draft.db.users[seed.child("city").pick(users)].address
    if other == draft.user.address or one.address1 == draft.user.address.address1:
        raise lacking("somewhere else to go")
    second = seed.child("second").pick((f"Apt {seed.number % 80 + 1}", f"Unit {seed.number % 30 + 1}"))
    return msgspec.structs.replace(other, address1=one.address1, address2=second)


def _tell_address(draft: Draft, address: Address, seed: Seed) -> str:
    """Have the person know an address; returns how the wish refers to it."""
    draft.tell(
        "address",
        list(msgspec.to_builtins(address).values()),
        f"The address is {place(address)}.",
        question=seed.child("where").pick(
            ("What is the full new address?", "Could you give me the new address, with city, state, zip and country?")
        ),
        cues=("new address", "full address", "shipping address", "which address", "where"),
    )
    if seed.child("volunteers").chance(0.6):
        return place(address)
    draft.traits.add("must_ask")
    return "a new address"


def _tell_payment(draft: Draft, words: str, question: str, cues: tuple[str, ...], seed: Seed) -> str:
    """Have the person know with what to pay; returns what the wish says of it, nothing when they wait for the question."""
    say = seed.child("pay").pick(
        (f"Please use {words}.", f"For the money, take {words}.", f"I'd like {words} for that.")
    )
    draft.tell("payment", [words], say, question=question, cues=cues)
    if seed.child("pay", "volunteers").chance(0.5):
        return f" {say}"
    draft.traits.add("must_ask")
    return ""


def _covers(payment: PaymentMethod, due: float) -> bool:
    return not isinstance(payment, GiftCard) or payment.balance >= due


def _some(items: tuple[Item, ...], count: int, seed: Seed) -> list[Item]:
    """Up to `count` different items, in their order; items that stand twice in an order are left out."""
    single = [item for item in items if sum(item.item_id == other.item_id for other in items) == 1]
    if not single:
        raise lacking("an item that stands once in the order")
    chosen = seed.random().sample(range(len(single)), min(count, len(single)))
    return [single[index] for index in sorted(chosen)]
