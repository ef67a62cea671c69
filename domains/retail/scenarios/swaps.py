"""Swaps: wishes to have another variant of what was ordered."""

from __future__ import annotations

from typing import Any, NamedTuple

from interplay.domains.retail.rows import GiftCard, Item, Order, Variant
from interplay.domains.retail.scenarios.draft import ShopDraft, some
from interplay.domains.retail.scenarios.paying import covers, tell_payment
from interplay.domains.retail.scenarios.references import refer
from interplay.domains.retail.scenarios.words import differences, method, options, thing
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.draft import lacking
from interplay.engine.worldkit.words import listed, yours


class Swap(NamedTuple):
    """One item and what it shall become."""

    item: Item
    variant: Variant
    words: str
    """What is wanted of the new one."""


def change_items(draft: ShopDraft, seed: Seed) -> None:
    """Change items of a pending order to other variants."""
    _swap(draft, seed, draft.any_order(seed.child("order"), "pending"), "modify_pending_order_items")


def exchange(draft: ShopDraft, seed: Seed) -> None:
    """Exchange items of a delivered order for other variants."""
    _swap(draft, seed, draft.any_order(seed.child("order"), "delivered"), "exchange_delivered_order_items")


def _swap(draft: ShopDraft, seed: Seed, order: Order, tool: str) -> None:
    swaps = _swaps(draft, order, seed)
    due = round(sum(swap.variant.price - swap.item.price for swap in swaps), 2)
    able = [m for m in draft.methods() if covers(m, due)]
    if not able:
        raise lacking("a payment method that covers the difference")
    chosen = seed.child("method").pick(able)
    reference = refer(draft, order, seed, [swap.item for swap in swaps])
    draft.find(tool, reference, tuple(dict.fromkeys(swap.item.product_id for swap in swaps)))
    paid = order.payment_history[0].payment_method_id
    source = "the payment method I used" if chosen.id == paid else f"my {method(chosen)}"
    if chosen.id != paid or isinstance(chosen, GiftCard):  # what a gift card holds has to be seen
        draft.look("get_user_details", user_id=draft.user_id)
    payment = tell_payment(
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
    draft: ShopDraft, seed: Seed, tool: str, swaps: list[Swap], arguments: dict[str, Any]
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
    first = [swap._replace(variant=rival, words=f"the same one but with {wanted}"), *swaps[1:]]
    draft.rethink(tool, {**arguments, "new_item_ids": [s.variant.item_id for s in first]})
    return _Revision(first, f"Hold on, I've changed my mind about {thing(swap.item)}. I'd rather have {swap.words}.")


def _swaps(draft: ShopDraft, order: Order, seed: Seed) -> list[Swap]:
    """One to three items with other variants of theirs: a certain one, or the cheapest that has something."""
    found: list[Swap] = []
    for item in some(order.items, seed.child("count").pick((1, 1, 1, 2, 3)), seed.child("items")):
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


def _cheapest(draft: ShopDraft, item: Item, variants: list[Variant], changed: dict[str, str], seed: Seed) -> Swap:
    """The cheapest that has an option's value; half the time with a first choice that cannot be had."""
    name, value = next(iter(changed.items()))
    draft.traits.add("conditional")
    product = draft.db.products[item.product_id]
    having = [v for v in variants if v.options.get(name) == value]
    best = min(having, key=lambda v: v.price)
    if sum(v.price == best.price for v in having) > 1:
        raise lacking("a variant that is cheaper than all others")
    gone = [v for v in product.variants.values() if not v.available and v.item_id != item.item_id]
    if gone and seed.child("otherwise").chance(0.6):
        first = seed.child("gone").pick(gone)
        wanted = options(differences(item.options, first) or dict(first.options))
        otherwise = f"the cheapest available one with {options({name: value})}"
        words = f"the same one but with {wanted} if that is available, otherwise {otherwise}"
        return Swap(item, best, words)
    return Swap(item, best, f"the cheapest available one with {options({name: value})}")
