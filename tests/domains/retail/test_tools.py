"""The shop's tools, on a shop small enough to hold in mind."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interplay.domains.retail.rows import GiftCard, RetailDatabase
from interplay.domains.retail.tools import TOOLS
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.errors import Refusal
from interplay.engine.graph import ToolGraph
from interplay.engine.messages import ToolCall
from interplay.engine.patch import Change, same
from interplay.engine.telling import claims
from interplay.engine.tools import Toolset

TOOLSET = Toolset(TOOLS)
HOME = {"address1": "1 Elm", "address2": "", "city": "Ely", "country": "USA", "state": "MN", "zip": "55731"}
AWAY = {"address1": "2 Oak", "address2": "Flat 3", "city": "Rye", "country": "USA", "state": "NY", "zip": "10580"}


def variant(item_id: str, price: float, size: str, available: bool = True) -> dict[str, Any]:
    return {"item_id": item_id, "options": {"size": size}, "available": available, "price": price}


def item(name: str, product_id: str, item_id: str, price: float, size: str) -> dict[str, Any]:
    return {"name": name, "product_id": product_id, "item_id": item_id, "price": price, "options": {"size": size}}


def order(order_id: str, status: str, items: list[dict[str, Any]], method: str, user: str = "ada_1") -> dict[str, Any]:
    amount = round(sum(each["price"] for each in items), 2)
    paid = [{"transaction_type": "payment", "amount": amount, "payment_method_id": method}]
    return {
        "order_id": order_id, "user_id": user, "address": HOME, "items": items, "fulfillments": [],
        "status": status, "payment_history": paid,
    }  # fmt: skip


def shop() -> Base[RetailDatabase]:
    small, large = item("Hat", "p1", "hat-s", 10.1, "s"), item("Hat", "p1", "hat-l", 30.4, "l")
    mug = item("Mug", "p2", "mug-s", 5.0, "s")
    gift, card, paypal = "gift_card_1", "credit_card_1", "paypal_1"
    methods = {
        gift: {"source": "gift_card", "balance": 25, "id": gift},
        card: {"source": "credit_card", "brand": "visa", "last_four": "0001", "id": card},
        paypal: {"source": "paypal", "id": paypal},
    }
    other = {"gift_card_2": {"source": "gift_card", "balance": 1.5, "id": "gift_card_2"}}
    orders = [
        order("#W1", "pending", [small, mug], card),
        order("#W2", "pending", [small, small, large], gift),
        order("#W3", "delivered", [small, mug, mug], card),
        order("#W4", "processed", [large], paypal),
        order("#W5", "delivered", [mug], "gift_card_2", "bob_2"),
    ]
    ada = {"name": {"first_name": "Ada", "last_name": "Byron"}, "address": HOME, "email": "Ada@x.org"}
    bob = {"name": {"first_name": "Bob", "last_name": "Byron"}, "address": HOME, "email": "bob@x.org"}
    data = {
        "orders": {each["order_id"]: each for each in orders},
        "users": {
            "ada_1": {**ada, "payment_methods": methods, "orders": ["#W1", "#W2", "#W3", "#W4"]},
            "bob_2": {**bob, "payment_methods": other, "orders": ["#W5"]},
        },
        "products": {
            "p1": {"name": "Hat", "product_id": "p1", "variants": {
                "hat-s": variant("hat-s", 10.1, "s"), "hat-m": variant("hat-m", 12.35, "m"),
                "hat-l": variant("hat-l", 30.4, "l"), "hat-x": variant("hat-x", 99.0, "x", available=False)}},
            "p2": {"name": "Mug", "product_id": "p2", "variants": {
                "mug-s": variant("mug-s", 5.0, "s"), "mug-l": variant("mug-l", 40.0, "l")}},
        },
    }  # fmt: skip
    types = RetailDatabase.row_types()
    return Base(RetailDatabase, {name: msgspec.convert(rows, dict[str, types[name]]) for name, rows in data.items()})


SHOP = shop()


@pytest.fixture
def db() -> RetailDatabase:
    return SHOP.fork()


def call(db: RetailDatabase, tool: str, **arguments: Any) -> Any:
    return TOOLSET[tool].run(db, arguments)


def refused(db: RetailDatabase, tool: str, **arguments: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(db, tool, **arguments)
    assert not db.changes()
    return caught.value


def balance(db: RetailDatabase, user: str = "ada_1", method: str = "gift_card_1") -> float:
    card = db.users[user].payment_methods[method]
    assert isinstance(card, GiftCard)
    return card.balance


def entries(db: RetailDatabase, order_id: str) -> list[tuple[str, float, str]]:
    return [(p.transaction_type, p.amount, p.payment_method_id) for p in db.orders[order_id].payment_history]


# Finding and looking up


def test_a_user_is_found_by_email_whatever_the_capitals(db):
    assert call(db, "find_user_id_by_email", email="aDA@X.ORG") == "ada_1"


def test_an_email_address_with_a_space_is_another_address(db):
    assert refused(db, "find_user_id_by_email", email="ada@x.org ").code == "user_unknown"


def test_a_user_is_found_by_name_and_zip_whatever_the_capitals_of_the_name(db):
    assert call(db, "find_user_id_by_name_zip", first_name="BOB", last_name="byron", zip="55731") == "bob_2"
    assert refused(db, "find_user_id_by_name_zip", first_name="Bob", last_name="Byron", zip="1").code == "user_unknown"


def test_a_user_who_moved_is_found_by_the_new_zip_and_no_longer_by_the_old(db):
    call(db, "modify_user_address", user_id="ada_1", **AWAY)
    assert call(db, "find_user_id_by_name_zip", first_name="Ada", last_name="Byron", zip="10580") == "ada_1"
    with pytest.raises(Refusal):
        call(db, "find_user_id_by_name_zip", first_name="Ada", last_name="Byron", zip="55731")


@pytest.mark.parametrize(
    ("tool", "argument", "code"),
    [
        ("get_order_details", "order_id", "order_unknown"),
        ("get_product_details", "product_id", "product_unknown"),
        ("get_user_details", "user_id", "user_unknown"),
    ],
)
def test_an_unknown_id_is_refused_by_its_value(db, tool, argument, code):
    refusal = refused(db, tool, **{argument: "hat-s"})
    assert refusal.code == code
    assert "'hat-s'" in refusal.text


def test_product_types_are_listed_by_name(db):
    assert call(db, "list_all_product_types") == '{"Hat":"p1","Mug":"p2"}'


# Cancelling


def test_cancelled_order_refunds_every_payment(db):
    call(db, "cancel_pending_order", order_id="#W2", reason="no longer needed")
    assert db.orders["#W2"].status == "cancelled"
    assert entries(db, "#W2")[1:] == [("refund", 50.6, "gift_card_1")]
    assert balance(db) == 75.6


def test_cancelling_after_a_change_of_payment_refunds_each_entry_as_the_recordings_do(db):
    call(db, "modify_pending_order_payment", order_id="#W1", payment_method_id="gift_card_1")
    call(db, "cancel_pending_order", order_id="#W1", reason="ordered by mistake")
    assert entries(db, "#W1")[3:] == [("refund", 15.1, m) for m in ("credit_card_1", "gift_card_1", "credit_card_1")]


def test_an_order_is_cancelled_only_for_the_two_reasons(db):
    refusal = refused(db, "cancel_pending_order", order_id="#W1", reason="too expensive")
    assert refusal.code == "bad_arguments"
    assert "'ordered by mistake'" in refusal.text


@pytest.mark.parametrize("order_id", ["#W3", "#W4"])
def test_only_a_pending_order_is_cancelled(db, order_id):
    assert refused(db, "cancel_pending_order", order_id=order_id, reason="no longer needed").code == "wrong_status"


# Changing a pending order


def swap(db: RetailDatabase, order_id: str, old: list[str], new: list[str], method: str = "credit_card_1") -> Any:
    arguments = {"order_id": order_id, "item_ids": old, "new_item_ids": new, "payment_method_id": method}
    pending = db.orders[order_id].status == "pending"
    return call(db, "modify_pending_order_items" if pending else "exchange_delivered_order_items", **arguments)


def test_a_changed_item_takes_the_variants_price_and_options_and_the_difference_is_paid(db):
    swap(db, "#W1", ["hat-s"], ["hat-l"], "gift_card_1")
    changed = db.orders["#W1"]
    assert (changed.status, changed.items[0].price, changed.items[0].options) == (
        "pending (item modified)", 30.4, {"size": "l"},
    )  # fmt: skip
    assert entries(db, "#W1")[1][0] == "payment"
    assert balance(db) == 4.7


def test_a_cheaper_variant_gives_a_refund(db):
    swap(db, "#W2", ["hat-l"], ["hat-s"], "gift_card_1")
    assert [kind for kind, _, _ in entries(db, "#W2")] == ["payment", "refund"]
    assert balance(db) == 45.3


def test_of_two_equal_items_one_is_changed(db):
    swap(db, "#W2", ["hat-s"], ["hat-m"])
    assert [each.item_id for each in db.orders["#W2"].items] == ["hat-m", "hat-s", "hat-l"]


def test_an_order_whose_items_were_changed_is_not_changed_or_cancelled_again(db):
    swap(db, "#W1", ["hat-s"], ["hat-m"])
    mark = db.mark()
    for tool, arguments in {
        "modify_pending_order_items": {"item_ids": [], "new_item_ids": [], "payment_method_id": "paypal_1"},
        "modify_pending_order_payment": {"payment_method_id": "paypal_1"},
        "modify_pending_order_address": AWAY,
        "cancel_pending_order": {"reason": "no longer needed"},
    }.items():
        with pytest.raises(Refusal) as caught:
            call(db, tool, order_id="#W1", **arguments)
        assert caught.value.code == "wrong_status"
    assert not db.changes(mark)


@pytest.mark.parametrize("order_id", ["#W2", "#W3"])
@pytest.mark.parametrize(
    ("old", "new", "method", "code"),
    [
        (["hat-l", "hat-l"], ["hat-m", "hat-m"], "paypal_1", "item_unknown"),
        (["hat-s"], ["hat-m", "hat-m"], "paypal_1", "counts_differ"),
        (["hat-s"], ["hat-x"], "paypal_1", "new_item_unavailable"),
        (["hat-s"], ["mug-l"], "paypal_1", "new_item_unavailable"),
        (["hat-s"], ["hat-l"], "gift_card_2", "payment_unknown"),
    ],
)
def test_a_swap_that_cannot_be_is_refused_with_its_reason(db, order_id, old, new, method, code):
    with pytest.raises(Refusal) as caught:
        swap(db, order_id, old, new, method)
    assert caught.value.code == code
    assert not db.changes()


def test_a_gift_card_pays_only_what_it_holds(db):
    with pytest.raises(Refusal, match=r"gift_card_1 holds \$25.00, which does not cover \$35.00") as caught:
        swap(db, "#W1", ["mug-s"], ["mug-l"], "gift_card_1")
    assert caught.value.code == "balance_too_low"


def test_a_change_of_payment_charges_the_new_and_refunds_the_old(db):
    call(db, "modify_pending_order_payment", order_id="#W1", payment_method_id="gift_card_1")
    assert entries(db, "#W1")[1:] == [("payment", 15.1, "gift_card_1"), ("refund", 15.1, "credit_card_1")]
    assert balance(db) == 9.9


@pytest.mark.parametrize(
    ("order_id", "method", "code"),
    [
        ("#W1", "credit_card_1", "same_payment_method"),
        ("#W1", "gift_card_2", "payment_unknown"),
        ("#W4", "credit_card_1", "wrong_status"),
        ("#W9", "credit_card_1", "order_unknown"),
    ],
)
def test_a_change_of_payment_is_refused_with_its_reason(db, order_id, method, code):
    assert refused(db, "modify_pending_order_payment", order_id=order_id, payment_method_id=method).code == code


def test_payment_changes_once(db):
    call(db, "modify_pending_order_payment", order_id="#W1", payment_method_id="paypal_1")
    with pytest.raises(Refusal) as caught:
        call(db, "modify_pending_order_payment", order_id="#W1", payment_method_id="credit_card_1")
    assert caught.value.code == "not_one_payment"


def test_the_address_of_an_order_changes_and_that_of_the_account_stays(db):
    call(db, "modify_pending_order_address", order_id="#W1", **AWAY)
    assert msgspec.to_builtins(db.orders["#W1"].address) == AWAY
    assert not [at for at in db.changes() if at[0] == "users"]


# Returning and exchanging


def test_an_exchange_is_requested_with_sorted_items_and_moves_no_money(db):
    swap(db, "#W3", ["mug-s", "hat-s", "mug-s"], ["mug-l", "hat-m", "mug-s"])
    assert db.patch().changes == (
        Change(("orders", "#W3", "status"), "delivered", "exchange requested"),
        Change(("orders", "#W3", "exchange_items"), after=("hat-s", "mug-s", "mug-s")),
        Change(("orders", "#W3", "exchange_new_items"), after=("hat-m", "mug-l", "mug-s")),
        Change(("orders", "#W3", "exchange_payment_method_id"), after="credit_card_1"),
        Change(("orders", "#W3", "exchange_price_difference"), after=37.25),
    )


def test_a_return_is_requested_once(db):
    arguments = {"order_id": "#W3", "item_ids": ["mug-s", "hat-s"], "payment_method_id": "gift_card_1"}
    call(db, "return_delivered_order_items", **arguments)
    assert db.orders["#W3"].return_items == ("hat-s", "mug-s")
    with pytest.raises(Refusal) as caught:
        call(db, "return_delivered_order_items", **arguments)
    assert caught.value.code == "wrong_status"


def test_a_refund_goes_to_the_payment_method_used_or_to_a_gift_card(db):
    arguments = {"order_id": "#W3", "item_ids": ["hat-s"]}
    refusal = refused(db, "return_delivered_order_items", **arguments, payment_method_id="paypal_1")
    assert refusal.code == "payment_not_allowed"
    assert "credit_card_1" in refusal.text
    call(db, "return_delivered_order_items", **arguments, payment_method_id="credit_card_1")


# All tools


def test_every_tool_that_writes_says_how_people_talk_about_it():
    for each in TOOLS:
        assert (each.speech is not None) == each.writes
        if each.speech is None:
            continue
        values = {parameter.name: f"<{parameter.name}>" for parameter in each.parameters}
        propose, done = each.speech.propose.format(**values), each.speech.done.format(**values)
        assert list(claims(done, each.speech.claims)) == [done]
        assert not list(claims(f"I can {propose}.", each.speech.claims))
        assert all(shown in done + propose for name, shown in values.items() if name != "user_id")


def test_every_tool_and_every_argument_is_described():
    for each in TOOLS:
        assert each.schema["function"]["description"]
        assert all(parameter.schema.get("description") for parameter in each.parameters), each


def test_only_the_hand_over_hands_over_and_it_writes_nothing(db):
    assert [each.name for each in TOOLS if each.hands_over] == ["transfer_to_human_agents"]
    assert call(db, "transfer_to_human_agents", summary="a refund") == "Transfer successful"
    assert call(db, "think", thought="hm") == ""


def test_everything_that_a_write_needs_can_be_looked_up():
    graph = ToolGraph(TOOLS)
    for each in TOOLS:
        for entity in each.consumes:
            assert graph.sources(entity), f"nothing returns the {entity.__name__} of {each.name}"


ORDERS = st.sampled_from(["#W1", "#W1", "#W2", "#W2", "#W3", "#W4", "#W5", "W1"])
USERS = st.sampled_from(["ada_1", "bob_2", "nobody"])
ITEMS = st.lists(st.sampled_from(["hat-s", "hat-s", "hat-l", "mug-s", "mug-s", "hat-x"]), max_size=3)
NEW = st.lists(st.sampled_from(["hat-s", "hat-m", "hat-l", "mug-s", "mug-l", "hat-x"]), max_size=3)
METHODS = st.sampled_from(["gift_card_1", "gift_card_1", "credit_card_1", "paypal_1", "gift_card_2"])
REASONS = st.sampled_from(["no longer needed", "ordered by mistake", "other"])


def calls(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


WRITES = st.one_of(
    calls("cancel_pending_order", order_id=ORDERS, reason=REASONS),
    calls("modify_pending_order_payment", order_id=ORDERS, payment_method_id=METHODS),
    calls("return_delivered_order_items", order_id=ORDERS, item_ids=ITEMS, payment_method_id=METHODS),
    *(
        calls(name, order_id=ORDERS, item_ids=ITEMS, new_item_ids=NEW, payment_method_id=METHODS)
        for name in ("modify_pending_order_items", "exchange_delivered_order_items")
    ),
    calls("modify_user_address", user_id=USERS, **{name: st.just(value) for name, value in AWAY.items()}),
    calls("modify_pending_order_address", order_id=ORDERS, **{name: st.just(value) for name, value in AWAY.items()}),
)


def gift_money(db: RetailDatabase) -> float:
    methods = [method for user in db.users.values() for method in user.payment_methods.values()]
    assert all(method.balance >= 0 for method in methods if isinstance(method, GiftCard))
    return sum(method.balance for method in methods if isinstance(method, GiftCard))


def paid_in(db: RetailDatabase, prefix: str = "") -> float:
    """Dollars that orders took, less what they gave back, by payment methods of this kind."""
    return sum(
        entry.amount if entry.transaction_type == "payment" else -entry.amount
        for each in db.orders.values()
        for entry in each.payment_history
        if entry.payment_method_id.startswith(prefix)
    )


def worth(db: RetailDatabase) -> float:
    return sum(each.price for order in db.orders.values() for each in order.items)


@settings(max_examples=150, deadline=None)
@given(st.lists(WRITES, min_size=1, max_size=6))
def test_money_is_conserved_and_a_refused_call_changes_nothing(walk):
    environment = Environment(TOOLSET, SHOP.fork())
    db = environment.db
    for index, (tool, arguments) in enumerate(walk):
        mark, money, gifts, value = db.mark(), paid_in(db), gift_money(db) + paid_in(db, "gift_card"), worth(db)
        result = environment.apply(ToolCall(call_id=str(index), tool=tool, arguments=arguments))
        assert gift_money(db) + paid_in(db, "gift_card") == pytest.approx(gifts), "a gift card and the orders disagree"
        if result.refusal is not None:
            assert not db.changes(mark)
        if tool != "cancel_pending_order":
            assert paid_in(db) - money == pytest.approx(worth(db) - value, abs=1e-6), (
                "an order is not paid at its price"
            )
    patch = db.patch()
    replayed = SHOP.fork()
    replayed.apply(patch)
    assert replayed.changes() == db.changes()
    db.rollback()
    assert same([], [change.path for change in db.patch()])
