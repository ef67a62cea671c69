import re
from collections.abc import Callable
from typing import Any

import pytest

from interplay.domains.retail.rows import GiftCard, Item, Order, Payment, Product, RetailDatabase, User, Variant
from interplay.domains.retail.rules import RULES
from interplay.domains.retail.tools import TOOLS
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Policy
from interplay.engine.tools import Toolset
from interplay.engine.worldkit.identity import Address, Name
from interplay.engine.worldkit.wallet import CreditCard, PayPal

POLICY = Policy("interplay.domains.retail", "policy.md", RULES)
TOOLSET = Toolset(TOOLS)

HOME: dict[str, Any] = {
    "address1": "1 Elm Street",
    "address2": "",
    "city": "Boston",
    "state": "MA",
    "country": "USA",
    "zip": "02139",
}
AWAY = {**HOME, "address1": "22 Oak Lane", "zip": "02140"}
LAMP, RUG = "1000000001", "1000000002"
BLUE, RED, GOLD, GONE, MAT = "2000000001", "2000000002", "2000000003", "2000000004", "2000000005"


def variant(item_id: str, colour: str, price: float, available: bool = True) -> Variant:
    return Variant(item_id=item_id, options={"colour": colour}, price=price, available=available)  # type: ignore[arg-type]


def user(first: str, *orders: str, **cards: Any) -> User:
    name: Any = Name(first_name=first, last_name="Lee")  # type: ignore[arg-type]
    email: Any = f"{first.lower()}@example.com"
    return User(name=name, address=Address(**HOME), email=email, payment_methods=cards, orders=orders)  # type: ignore[arg-type]


def order(order_id: str, owner: str, status: Any = "pending", paid_with: str = "credit_card_1") -> Order:
    item = Item(name="Lamp", product_id=LAMP, item_id=BLUE, price=50.0, options={"colour": "blue"})  # type: ignore[arg-type]
    paid: Any = Payment(transaction_type="payment", amount=50.0, payment_method_id=paid_with)  # type: ignore[arg-type]
    return Order(
        order_id=order_id,  # type: ignore[arg-type]
        user_id=owner,  # type: ignore[arg-type]
        address=Address(**HOME),
        items=(item,),
        fulfillments=(),
        status=status,
        payment_history=(paid,),
    )


def base() -> Base[RetailDatabase]:
    ids: Any = {
        "credit_card_1": CreditCard(brand="visa", last_four="4242", id="credit_card_1"),  # type: ignore[arg-type]
        "paypal_1": PayPal(id="paypal_1"),  # type: ignore[arg-type]
        "gift_card_1": GiftCard(balance=10.0, id="gift_card_1"),  # type: ignore[arg-type]
        "gift_card_2": GiftCard(balance=500.0, id="gift_card_2"),  # type: ignore[arg-type]
    }
    statuses = {
        "#W0000001": "pending",
        "#W0000002": "delivered",
        "#W0000003": "processed",
        "#W0000004": "pending (item modified)",
        "#W0000005": "return requested",
    }
    orders: dict[str, Any] = {key: order(key, "ann_lee_1", status) for key, status in statuses.items()}
    orders["#W0000009"] = order("#W0000009", "bob_lee_2", paid_with="paypal_2")
    lamps = [
        variant(BLUE, "blue", 50.0),
        variant(RED, "red", 55.0),
        variant(GOLD, "gold", 90.0),
        variant(GONE, "green", 50.0, available=False),
    ]
    products: dict[str, Any] = {
        LAMP: Product(name="Lamp", product_id=LAMP, variants={each.item_id: each for each in lamps}),  # type: ignore[arg-type]
        RUG: Product(name="Rug", product_id=RUG, variants={MAT: variant(MAT, "grey", 60.0)}),  # type: ignore[arg-type,dict-item]
    }
    users: dict[str, Any] = {
        "ann_lee_1": user("Ann", *statuses, **ids),
        "bob_lee_2": user("Bob", "#W0000009", paypal_2=PayPal(id="paypal_2")),  # type: ignore[arg-type]
    }
    return Base(RetailDatabase, {"orders": orders, "products": products, "users": users})


ANN = ("find_user_id_by_email", {"email": "Ann@example.com"})
BOB = ("find_user_id_by_email", {"email": "bob@example.com"})
Step = tuple[str, dict[str, Any]] | AnyMessage


def cancel(order_id: str = "#W0000001", reason: str = "no longer needed") -> Step:
    return "cancel_pending_order", {"order_id": order_id, "reason": reason}


def move(order_id: str = "#W0000001") -> Step:
    return "modify_pending_order_address", {"order_id": order_id, **AWAY}


def pay(method: str, order_id: str = "#W0000001") -> Step:
    return "modify_pending_order_payment", {"order_id": order_id, "payment_method_id": method}


def swap(new: str | list[str], method: str = "credit_card_1", order_id: str = "#W0000001") -> Step:
    tool = "exchange_delivered_order_items" if order_id in ("#W0000002", "#W0000005") else "modify_pending_order_items"
    wanted = new if isinstance(new, list) else [new]
    return tool, {"order_id": order_id, "item_ids": [BLUE], "new_item_ids": wanted, "payment_method_id": method}


def give_back(method: str = "credit_card_1", order_id: str = "#W0000002", items: list[str] | None = None) -> Step:
    given = {"item_ids": [BLUE] if items is None else items, "payment_method_id": method}
    return "return_delivered_order_items", {"order_id": order_id, **given}


def look(order_id: str) -> Step:
    return "get_order_details", {"order_id": order_id}


HAND_OVER = ("transfer_to_human_agents", {"summary": "wants a discount"})


def broken(*steps: Step, dialogue: bool = False, lax: bool = True) -> set[str]:
    """Ids of the rules that these steps break, in a shop where every call is carried out.

    A call that our tools refuse is recorded as if laxer ones had let it pass, changing nothing.
    """
    shop = base()
    environment = Environment(TOOLSET, shop.fork())
    messages: list[AnyMessage] = []
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            call = ToolCall(call_id=str(number), tool=step[0], arguments=step[1])
            result = environment.apply(call)
            if lax and result.refusal is not None:
                result = ToolResult(call_id=call.call_id, content="")
            messages += [call, result]
        else:
            messages.append(step)
    found = POLICY.violations(shop, messages, environment.effects, dialogue=dialogue)
    assert all(each.text and each.rule in {r.id for r in RULES} for each in found)
    return {each.rule for each in found}


def test_every_mark_in_the_text_has_a_rule_and_every_rule_a_mark() -> None:
    marks = re.findall(r"<!-- rule: ([a-z-]+) -->", POLICY.marked_text)
    assert set(marks) == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert POLICY.marked_text.count("<!--") == len(marks)


def test_every_rule_is_marked_under_the_heading_that_it_names() -> None:
    parts = re.split(r"^## ", POLICY.marked_text, flags=re.MULTILINE)[1:]
    sections = {part.split("\n", 1)[0].strip(): part for part in parts}
    for rule in RULES:
        assert f"<!-- rule: {rule.id} -->" in sections[rule.section], rule.id


def test_agents_see_no_marks_and_a_text_of_readable_length() -> None:
    assert "<!--" not in POLICY.text
    assert "rule:" not in POLICY.text
    assert 900 <= len(POLICY.text.split()) <= 1300


def test_rules_name_tools_that_exist() -> None:
    assert {tool for rule in RULES for tool in rule.tools} == set(TOOLSET)


RIGHT: list[tuple[Step, ...]] = [
    (("get_product_details", {"product_id": LAMP}),),
    (ANN, look("#W0000001"), cancel()),
    (ANN, ANN, ("get_user_details", {"user_id": "ann_lee_1"})),
    (("find_user_id_by_name_zip", {"first_name": "ann", "last_name": "LEE", "zip": "02139"}), ANN, move()),
    (ANN, move(), pay("paypal_1"), swap(RED)),
    (ANN, swap(RED, "gift_card_1")),
    (ANN, swap(GOLD, "gift_card_2", "#W0000002")),
    (ANN, give_back()),
    (ANN, give_back("gift_card_1")),
    (ANN, pay("gift_card_2")),
    (ANN, ("modify_user_address", {"user_id": "ann_lee_1", **AWAY})),
    (ANN, cancel(reason="ordered by mistake"), HAND_OVER),
]


@pytest.mark.parametrize("steps", RIGHT)
def test_what_the_policy_allows_breaks_no_rule(steps: tuple[Step, ...]) -> None:
    assert broken(*steps, lax=False) == set()


WRONG: list[tuple[str, tuple[Step, ...]]] = [
    ("authenticate-first", (look("#W0000001"),)),
    ("authenticate-first", (cancel(), ANN)),
    ("one-person", (ANN, BOB)),
    ("one-person", (ANN, look("#W0000009"))),
    ("one-person", (ANN, ("get_user_details", {"user_id": "bob_lee_2"}))),
    ("one-person", (ANN, ("find_user_id_by_name_zip", {"first_name": "Bob", "last_name": "Lee", "zip": "02139"}))),
    ("hand-over-last", (ANN, HAND_OVER, look("#W0000001"))),
    ("hand-over-last", (HAND_OVER, HAND_OVER)),
    ("pending-only", (ANN, cancel("#W0000003"))),
    ("pending-only", (ANN, move("#W0000002"))),
    ("items-once", (ANN, swap(RED), cancel())),
    ("items-once", (ANN, move("#W0000004"))),
    ("cancel-reason", (ANN, cancel(reason="too expensive"))),
    ("own-payment-method", (ANN, swap(RED, "paypal_2"))),
    ("own-payment-method", (ANN, give_back("paypal_2"))),
    ("different-payment-method", (ANN, pay("credit_card_1"))),
    ("payment-change-once", (ANN, pay("paypal_1"), pay("gift_card_2"))),
    ("gift-card-covers", (ANN, pay("gift_card_1"))),
    ("gift-card-covers", (ANN, swap(GOLD, "gift_card_1"))),
    ("gift-card-covers", (ANN, swap(GOLD, "gift_card_1", "#W0000002"))),
    ("delivered-only", (ANN, give_back(order_id="#W0000003"))),
    ("one-request-per-order", (ANN, give_back(), swap(RED, order_id="#W0000002"))),
    ("one-request-per-order", (ANN, give_back(order_id="#W0000005"))),
    ("refund-destination", (ANN, give_back("paypal_1"))),
    ("items-of-order", (ANN, give_back(items=[MAT]))),
    ("items-of-order", (ANN, give_back(items=[BLUE, BLUE]))),
    ("items-of-order", (ANN, give_back(items=[]))),
    ("same-product", (ANN, swap(MAT))),
    ("same-product", (ANN, swap([RED, GOLD]))),
    ("different-variant", (ANN, swap(BLUE))),
    ("available-variant", (ANN, swap(GONE))),
]


@pytest.mark.parametrize(("rule", "steps"), WRONG)
def test_a_violation_breaks_its_rule_and_no_other(rule: str, steps: tuple[Step, ...]) -> None:
    assert broken(*steps) == {rule}


def test_every_rule_is_broken_by_some_example() -> None:
    dialogue = {rule.id for rule in RULES if rule.dialogue}
    assert {rule for rule, _ in WRONG} | dialogue == {rule.id for rule in RULES}
    assert dialogue == {"confirm-before-write", "no-invented-ids", "one-call-at-a-time"}


WISH = HumanMessage(text="I am ann@example.com. Please do something about order #W0000001 or W0000002.")
YES = HumanMessage(text="Yes, please.")
SEEN: tuple[Step, ...] = (WISH, ANN, ("get_user_details", {"user_id": "ann_lee_1"}), look("#W0000001"))
SHELF: tuple[Step, ...] = (("get_product_details", {"product_id": LAMP}),)

LISTED: list[tuple[str, Step]] = [
    ("I can cancel order #W0000001 (no longer needed); the refund goes to your card. Do you confirm?", cancel()),
    ("I will ship #W0000001 to 22 Oak Lane, Boston. OK?", move()),
    ("Shall I switch the payment of W0000001 to your PayPal account?", pay("paypal_1")),
    ("Shall I change the lamp in #W0000001 to the red one, difference on your card?", swap(RED)),
    (f"Exchange {BLUE} of #W0000002 for {GOLD}?", swap(GOLD, order_id="#W0000002")),
    ("Return the lamp of #W0000002, refund to your Visa ending in 4242?", give_back()),
    ("Return the lamp of #W0000002, refund to your gift card?", give_back("gift_card_1")),
    ("New default address: 22 oak lane, Boston?", ("modify_user_address", {"user_id": "ann_lee_1", **AWAY})),
]


@pytest.mark.parametrize(("listing", "write"), LISTED)
def test_a_write_that_was_listed_and_agreed_on_breaks_no_rule(listing: str, write: Step) -> None:
    said = AgentMessage(text=listing)
    assert broken(*SEEN, *SHELF, said, YES, write, dialogue=True, lax=False) == set()
    assert broken(*SEEN, *SHELF, said, HumanMessage(text="Wait."), write, dialogue=True) == {"confirm-before-write"}
    assert broken(*SEEN, *SHELF, write, dialogue=True) == {"confirm-before-write"}
    for _, other in LISTED:
        if other != write and other[1].get("order_id") != write[1].get("order_id"):  # type: ignore[index, union-attr]
            assert "confirm-before-write" in broken(*SEEN, *SHELF, said, YES, other, dialogue=True)


def test_one_yes_covers_two_writes_only_when_both_were_listed() -> None:
    both = AgentMessage(text="I will ship #W0000001 to 22 Oak Lane and pay it with PayPal. Right?")
    one = AgentMessage(text="I will ship #W0000001 to 22 Oak Lane. Right?")
    assert broken(*SEEN, both, YES, move(), pay("paypal_1"), dialogue=True) == set()
    assert broken(*SEEN, one, YES, move(), pay("paypal_1"), dialogue=True) == {"confirm-before-write"}


def test_an_id_that_nobody_named_is_invented() -> None:
    said = AgentMessage(text=f"Shall I change {BLUE} of #W0000001 to {RED}?")
    assert broken(*SEEN, said, YES, swap(RED), dialogue=True) == {"no-invented-ids"}


def test_two_calls_without_a_result_between_are_not_one_at_a_time() -> None:
    calls = [ToolCall(call_id=name, tool="list_all_product_types", arguments={}) for name in "ab"]
    results = [ToolResult(call_id=name, content="{}") for name in "ab"]
    found = POLICY.violations(base(), [*calls, *results], {})
    assert [each.rule for each in found] == ["one-call-at-a-time"]


def test_rules_say_nothing_about_rows_that_do_not_exist() -> None:
    steps: list[Callable[..., Step]] = [cancel, move]
    for step in steps:
        assert broken(ANN, step("#W7777777")) == set()
    assert broken(ANN, give_back(order_id="#W7777777"), swap(RED, order_id="#W7777777")) == set()
