"""Changes: wishes that end in a write, one function a tool; what swaps items stands in `swaps`.

Each takes a draft and a seed, finds something in the person's data that the wish can be about, looks up
what an employee has to look up, carries the change out on the draft's fork, and puts the wish into words.
"""

from __future__ import annotations

import msgspec

from interplay.domains.retail.rows import GiftCard
from interplay.domains.retail.scenarios.draft import ShopDraft, some
from interplay.domains.retail.scenarios.paying import covers, tell_payment
from interplay.domains.retail.scenarios.references import refer
from interplay.domains.retail.scenarios.words import method, thing, things
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.identity import Address
from interplay.engine.worldkit.rows import UserId
from interplay.engine.worldkit.words import place, yours

REASONS = {
    "no longer needed": (
        "the thing is no longer needed",
        "it's simply no longer needed",
        "my plans have changed and it is no longer needed",
    ),
    "ordered by mistake": (
        "it was ordered by mistake",
        "I clicked too fast, it was ordered by mistake",
        "my kid was playing with the phone, so it was ordered by mistake",
    ),
}


def cancel(draft: ShopDraft, seed: Seed) -> None:
    """Cancel a pending order."""
    order = draft.any_order(seed.child("order"), "pending")
    reason = seed.child("reason").pick(tuple(REASONS))
    said = seed.child("reason", "words").pick(REASONS[reason])
    reference = refer(draft, order, seed)
    draft.find("cancel_pending_order", reference)
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


def change_address(draft: ShopDraft, seed: Seed) -> None:
    """Send a pending order somewhere else: to a new address, or to the one in the account."""
    order = draft.any_order(seed.child("order"), "pending")
    reference = refer(draft, order, seed)
    home = draft.user.address
    to_home = home != order.address and seed.child("home").chance(0.5)
    address = home if to_home else elsewhere(draft, seed)
    if to_home:
        draft.holds.append(lambda: draft.user.address == home)
    draft.find("modify_pending_order_address", reference)
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
    where = "the default address of your account" if to_home else place(address)
    story = f"You want {reference.yours} to be shipped to {where}."
    draft.finish("write", wish, story, draft.claims("modify_pending_order_address"))


def change_default_address(draft: ShopDraft, seed: Seed) -> None:
    """A new default address in the account."""
    address = elsewhere(draft, seed)
    target = _tell_address(draft, address, seed)
    draft.look_up("modify_user_address", {UserId: [draft.user_id]})
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


def change_payment(draft: ShopDraft, seed: Seed) -> None:
    """Pay for a pending order in another way; sometimes after thinking better of a first choice."""
    order = draft.any_order(seed.child("order"), "pending")
    if len(order.payment_history) != 1:
        raise lacking("an order that is paid once")
    paid = order.payment_history[0]
    able = [m for m in draft.methods(besides=paid.payment_method_id) if covers(m, paid.amount)]
    if not able:
        raise lacking("another payment method that covers the order")
    chosen = seed.child("method").pick(able)
    reference = refer(draft, order, seed)
    draft.find("modify_pending_order_payment", reference)
    draft.look("get_user_details", user_id=draft.user_id)
    rivals = [m for m in able if m.id != chosen.id]
    first, revision = chosen, ""
    if rivals and seed.child("mind").chance(0.6):
        first = seed.child("first").pick(rivals)
        revision = f"Wait, I've changed my mind. Please use my {method(chosen)} for it instead."
        draft.rethink("modify_pending_order_payment", {"order_id": order.order_id, "payment_method_id": first.id})
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


def give_back(draft: ShopDraft, seed: Seed) -> None:
    """Return items of a delivered order; sometimes fewer than at first."""
    order = draft.any_order(seed.child("order"), "delivered")
    count = seed.child("count").pick((1, 1, 2, 3))
    items = some(order.items, count, seed.child("items"))
    paid = order.payment_history[0].payment_method_id
    ways = [m for m in draft.methods() if m.id == paid or isinstance(m, GiftCard)]
    if not ways:
        raise lacking("a payment method that a refund may go to")
    chosen = seed.child("refund").pick(ways)
    reference = refer(draft, order, seed, items)
    draft.find("return_delivered_order_items", reference)
    destination = "the payment method I used" if chosen.id == paid else f"my {method(chosen)}"
    if chosen.id != paid:
        draft.look("get_user_details", user_id=draft.user_id)
    payment = tell_payment(draft, destination, "Where should the refund go?", ("refund", "payment"), seed)
    arguments = {"order_id": order.order_id, "item_ids": [i.item_id for i in items], "payment_method_id": chosen.id}
    first, revision = items, ""
    if len(items) < len(order.items) and seed.child("mind").chance(0.25):
        extra = seed.child("extra").pick([item for item in order.items if item not in items])
        first = [*items, extra]
        revision = f"Actually, I'd rather keep {thing(extra)}. Please return only {things(items)}."
        draft.rethink("return_delivered_order_items", {**arguments, "item_ids": [i.item_id for i in first]})
    draft.act("return_delivered_order_items", arguments)
    wish = seed.child("wish").pick(
        (
            f"I want to return {things(first)} from {reference.words}",
            f"Please take back {things(first)} from {reference.words}",
            f"I'm not happy with {things(first)} from {reference.words} and would like to send all of that back",
        )
    )
    story = f"You want to return {things(first)} from {reference.yours}, with the refund to {yours(destination)}."
    if revision:
        story += f" When the agent proposes that, you decide to return only {things(items)}."
    draft.finish("write", f"{wish}.{payment}", story, draft.claims("return_delivered_order_items"), revision=revision)


def elsewhere(draft: ShopDraft, seed: Seed) -> Address:
    """An address that is nobody's in particular: a street of one customer in the city of another."""
    users = list(draft.db.users)
    one = draft.db.users[seed.child("street").pick(users)].address
    other = draft.db.users[seed.child("city").pick(users)].address
    if other == draft.user.address or one.address1 == draft.user.address.address1:
        raise lacking("somewhere else to go")
    second = seed.child("second").pick((f"Apt {seed.number % 80 + 1}", f"Unit {seed.number % 30 + 1}"))
    return msgspec.structs.replace(other, address1=one.address1, address2=second)


def _tell_address(draft: ShopDraft, address: Address, seed: Seed) -> str:
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
    return "a different address"
