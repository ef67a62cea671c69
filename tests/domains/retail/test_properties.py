"""What holds in the shop whatever is called: money is conserved, and the tools enforce most of the policy."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

from interplay.domains.retail import DOMAIN
from interplay.domains.retail.rows import GiftCard, Order, RetailDatabase
from interplay.engine.seeds import Seed
from interplay.engine.testing import domain_machine, policy_property, unenforced_rules

SEED = Seed.root(8)
BASE = DOMAIN.generate(SEED, 4)
LEFT_TO_THE_AGENT = ("authenticate-first", "one-person", "hand-over-last", "items-of-order", "different-variant")
"""Rules about state that the tools let pass, as those of the public benchmark do."""
ENFORCED = tuple(rule.id for rule in DOMAIN.policy.rules if not rule.dialogue and rule.id not in LEFT_TO_THE_AGENT)


def net_paid(order: Order) -> float:
    return sum(e.amount if e.transaction_type == "payment" else -e.amount for e in order.payment_history)


def gift_money(db: RetailDatabase) -> dict[str, float]:
    """By gift card, what is on it and what orders took from it; money only ever moves between the two."""
    found: Counter[str] = Counter()
    for user in db.users.values():
        found.update({m.id: m.balance for m in user.payment_methods.values() if isinstance(m, GiftCard)})
    for order in db.orders.values():
        for entry in order.payment_history:
            if entry.payment_method_id in found:
                found[entry.payment_method_id] += entry.amount if entry.transaction_type == "payment" else -entry.amount
    return dict(found)


START = gift_money(BASE.fork())


def gift_cards_and_orders_agree(db: RetailDatabase) -> bool:
    return gift_money(db) == pytest.approx(START, abs=0.01)


def no_gift_card_is_overdrawn(db: RetailDatabase) -> bool:
    methods = (method for user in db.users.values() for method in user.payment_methods.values())
    return all(method.balance >= 0 for method in methods if isinstance(method, GiftCard))


def a_standing_order_is_paid_at_its_price(db: RetailDatabase) -> bool:
    return all(
        abs(net_paid(order) - sum(item.price for item in order.items)) < 0.01
        for order in db.orders.values()
        if order.status != "cancelled"
    )


def a_cancelled_order_was_paid_once_or_holds_nothing(db: RetailDatabase) -> bool:
    """Cancelling repeats refunds, too, as the recordings show; so one whose payment was changed is left out."""
    return all(
        abs(net_paid(order)) < 0.01 or len(order.payment_history) > 2
        for order in db.orders.values()
        if order.status == "cancelled"
    )


def orders_keep_their_items(db: RetailDatabase) -> bool:
    """No item comes or goes; one may become another variant."""
    return all(
        [item.product_id for item in order.items] == [item.product_id for item in row.items]
        for order, row in zip(db.orders.values(), BASE.tables["orders"].rows.values(), strict=True)
    )


Shop = domain_machine(
    DOMAIN,
    BASE,
    invariants=[
        (each.__name__.replace("_", " "), each)
        for each in (
            gift_cards_and_orders_agree,
            no_gift_card_is_overdrawn,
            a_standing_order_is_paid_at_its_price,
            a_cancelled_order_was_paid_once_or_holds_nothing,
            orders_keep_their_items,
        )
    ],
    properties=[policy_property(DOMAIN, ENFORCED)],
)


class TestShop(Shop.TestCase):  # type: ignore[name-defined]
    """Money is conserved on every walk, and each call that is carried out keeps the rules that tools enforce."""

    settings = settings(
        max_examples=40,
        stateful_step_count=20,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_the_rules_that_are_left_to_the_agent_are_these():
    found = [each.rule for each in unenforced_rules(DOMAIN, BASE, SEED, walks=200)]
    assert sorted(found) == sorted(LEFT_TO_THE_AGENT)
