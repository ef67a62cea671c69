import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.domains.retail.data import MOST_PERSONS, generate
from interplay.domains.retail.data.catalogue import KINDS, stock
from interplay.domains.retail.rows import GiftCard, Item, Order, RetailDatabase, User
from interplay.engine.errors import DomainError
from interplay.engine.seeds import Seed
from interplay.engine.worldkit.cities import CITIES

PLACES = set(CITIES)
seeds = st.integers(0, 2**32).map(Seed.root)
worlds = settings(max_examples=12, deadline=None)


def shop(seed: Seed, persons: int) -> RetailDatabase:
    return generate(seed, persons).fork()


def cents(amounts: list[float]) -> int:
    return sum(round(amount * 100) for amount in amounts)


@worlds
@given(seeds, st.integers(1, 40))
def test_same_seed_and_size_give_the_same_bytes(seed: Seed, persons: int) -> None:
    assert generate(seed, persons).digest() == generate(seed, persons).digest()


def test_another_seed_gives_other_data() -> None:
    assert generate(Seed.root(1), 20).digest() != generate(Seed.root(2), 20).digest()


@worlds
@given(seeds, st.integers(1, 60))
def test_users_and_orders_point_at_each_other_and_at_nothing_else(seed: Seed, persons: int) -> None:
    db = shop(seed, persons)
    assert len(db.users) == persons
    pairs = [(order_id, user_id) for user_id, user in db.users.items() for order_id in user.orders]
    assert sorted(pairs) == sorted((order_id, order.user_id) for order_id, order in db.orders.items())
    assert all(len(user.orders) <= 7 for user in db.users.values())


@worlds
@given(seeds, st.integers(1, 60))
def test_no_two_users_can_be_mistaken_for_each_other(seed: Seed, persons: int) -> None:
    users = list(shop(seed, persons).users.values())
    names = {(u.name.first_name.lower(), u.name.last_name.lower(), u.address.zip) for u in users}
    methods = [method for u in users for method in u.payment_methods]
    assert len({u.email for u in users}) == len(names) == persons
    assert len(set(methods)) == len(methods)


@worlds
@given(seeds)
def test_every_user_is_plausible(seed: Seed) -> None:
    for user_id, user in shop(seed, 30).users.items():
        check_user(user_id, user)


def check_user(user_id: str, user: User) -> None:
    first, last, number = user_id.rsplit("_", 2)
    assert (first, last) == (user.name.first_name.lower(), user.name.last_name.lower())
    assert len(number) == 4
    assert user.email.startswith(f"{first}.{last}")
    assert (user.address.city, user.address.state, user.address.zip[:3]) in PLACES
    assert len(user.address.zip) == 5
    assert 1 <= len(user.payment_methods) <= 3
    for key, method in user.payment_methods.items():
        assert key == method.id
        assert len(key.rsplit("_", 1)[1]) == 7
        assert not isinstance(method, GiftCard) or 0 < method.balance <= 1000


@worlds
@given(seeds)
def test_every_order_agrees_with_its_items_its_user_and_its_status(seed: Seed) -> None:
    db = shop(seed, 30)
    for order_id, order in db.orders.items():
        assert order_id == order.order_id
        assert order_id.startswith("#W")
        assert len(order_id) == 9
        check_money(order, db.users[order.user_id])
        check_parcels(order)
        assert len({item.item_id for item in order.items}) == len(order.items) <= 5
        for item in order.items:
            check_item(item, db)


def check_money(order: Order, user: User) -> None:
    total = cents([item.price for item in order.items])
    paid, *back = order.payment_history
    assert paid.transaction_type == "payment"
    assert cents([paid.amount]) == total
    assert {entry.payment_method_id for entry in order.payment_history} <= set(user.payment_methods)
    assert [(entry.transaction_type, cents([entry.amount])) for entry in back] == (
        [("refund", total)] if order.status == "cancelled" else []
    )


def check_parcels(order: Order) -> None:
    sent = [item_id for parcel in order.fulfillments for item_id in parcel.item_ids]
    shipped = order.status in ("processed", "delivered")
    assert sent == ([item.item_id for item in order.items] if shipped else [])
    assert all(len(number) == 12 and number.isdigit() for parcel in order.fulfillments for number in parcel.tracking_id)


def check_item(item: Item, db: RetailDatabase) -> None:
    product = db.products[item.product_id]
    variant = product.variants[item.item_id]
    assert item.name == product.name
    assert item.options == variant.options
    assert abs(item.price - variant.price) <= 0.08 * variant.price


@worlds
@given(seeds)
def test_every_variant_has_a_neighbour_that_differs_in_one_option(seed: Seed) -> None:
    products = stock(seed)
    items = [item_id for product in products.values() for item_id in product.variants]
    assert len(set(items) | set(products)) == len(items) + len(products)
    for product in products.values():
        forms = [variant.options for variant in product.variants.values()]
        assert 5 <= len(forms) <= 18
        assert len({tuple(form.items()) for form in forms}) == len(forms)
        for form in forms:
            assert any(sum(form[name] != other[name] for name in form) == 1 for other in forms)
        assert sum(variant.available for variant in product.variants.values()) >= 2


@worlds
@given(seeds)
def test_a_better_variant_costs_more(seed: Seed) -> None:
    for kind, product in zip(KINDS, stock(seed).values(), strict=True):
        for one in product.variants.values():
            for other in product.variants.values():
                better = [name for name in one.options if one.options[name] != other.options[name]]
                if len(better) == 1:
                    ours, theirs = (kind.options[better[0]][form.options[better[0]]] for form in (one, other))
                    assert ours <= theirs or one.price > other.price


def test_kinds_are_many_and_distinct() -> None:
    assert 45 <= len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(2 <= len(kind.options) <= 4 for kind in KINDS)


def test_data_has_the_statistics_that_scenarios_need() -> None:
    db = shop(Seed.root(7), 2000)
    orders = list(db.orders.values())
    expected = {"pending": 0.42, "delivered": 0.37, "processed": 0.1, "cancelled": 0.1}
    share = {status: sum(order.status == status for order in orders) / len(orders) for status in expected}
    assert share == pytest.approx(expected, abs=0.03)
    assert 1.9 < len(orders) / len(db.users) < 2.3
    both = [u for u in db.users.values() if {"pending", "delivered"} <= {db.orders[o].status for o in u.orders}]
    assert len(both) > 0.55 * len(db.users)
    variants = [v for p in db.products.values() for v in p.variants.values()]
    assert sum(v.available for v in variants) / len(variants) == pytest.approx(0.86, abs=0.05)
    enough = [
        card.balance >= order.payment_history[0].amount
        for order in orders
        for card in db.users[order.user_id].payment_methods.values()
        if isinstance(card, GiftCard)
    ]
    assert 0.25 < sum(enough) / len(enough) < 0.7


@pytest.mark.parametrize("persons", [-1, 0, MOST_PERSONS + 1])
def test_an_impossible_size_is_named_in_the_error(persons: int) -> None:
    with pytest.raises(DomainError, match=f"{persons:,} were asked for"):
        generate(Seed.root(1), persons)


def test_importing_the_data_module_does_not_import_faker() -> None:
    code = "import sys, interplay.domains.retail.data; sys.exit('faker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
