"""A tool's signature decides its schema and what it takes; whatever else is sent is refused, and nothing changes."""

from typing import Annotated, Any, Literal, NewType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import DomainError, Refusal
from interplay.engine.tools import Arithmetic, Parameter, Prose, Tool, Toolset, entities, tool

OrderId = NewType("OrderId", str)
ItemId = NewType("ItemId", str)
UserId = NewType("UserId", str)


class Line(msgspec.Struct, frozen=True):
    """Part of an order."""

    item_id: ItemId
    price: float


class Order(msgspec.Struct, frozen=True):
    """A row."""

    id: OrderId
    lines: tuple[Line, ...] = ()
    by_user: dict[UserId, int] = {}
    note: str = ""


class Shop(Database):
    """One table."""

    orders: Table[str, Order]


@tool(writes=True)
def change_order(
    db: Shop,
    order_id: OrderId,
    item_ids: list[ItemId],
    reason: Literal["late", "wrong"],
    count: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1,
    note: Prose | None = None,
    details: Line | None = None,
) -> Order:
    """Change an order.

    It takes two paragraphs to say.

    Args:
        order_id: "#W" and
            seven digits.
        reason: one of two.
    """
    order = db.orders.put(order_id, Order(order_id, note=f"{reason} {count}"))
    if order_id == "refuse":
        raise Refusal("no such order", code="unknown_order")
    if order_id == "defect":
        raise ZeroDivisionError
    return order


@tool()
def get_order(db: Shop, order_id: OrderId) -> Order | None:
    """Find an order."""
    return db.orders.get(order_id)


@tool()
def calculate(db: Shop, expression: Arithmetic) -> str:
    """Calculate."""
    return expression


@tool(hands_over=True)
def transfer(db: Shop) -> str:
    """Hand over."""
    return "done é"


def shop() -> Shop:
    return Base(Shop, {"orders": {"#1": Order("#1")}}).fork()


def refused(each: Tool, db: Shop, arguments: Any) -> Refusal | None:
    try:
        each.run(db, arguments)
    except Refusal as refusal:
        return refusal
    return None


GOOD = {"order_id": "#1", "item_ids": ["a"], "reason": "late"}


def test_schema_is_the_signature_in_the_openai_function_format():
    schema = change_order.schema
    assert schema["type"] == "function"
    function = schema["function"]
    assert function["name"] == "change_order"
    assert function["description"] == "Change an order.\n\nIt takes two paragraphs to say."
    parameters = function["parameters"]
    assert parameters["required"] == ["order_id", "item_ids", "reason"]
    properties = parameters["properties"]
    assert properties["order_id"] == {"type": "string", "description": '"#W" and seven digits.'}
    assert properties["item_ids"] == {"type": "array", "items": {"type": "string"}}
    assert properties["reason"] == {"type": "string", "enum": ["late", "wrong"], "description": "one of two."}
    assert properties["count"] == {"type": "integer", "minimum": 1, "maximum": 9}
    assert "$ref" not in str(schema)
    assert "item_id" in str(properties["details"])
    assert transfer.schema["function"]["parameters"] == {"type": "object", "properties": {}, "required": []}
    msgspec.json.encode(schema)


def test_entities_are_the_new_types_of_the_signature_however_deep():
    assert change_order.consumes == {OrderId, ItemId}
    assert change_order.produces == {OrderId, ItemId, UserId}
    assert get_order.produces == {OrderId, ItemId, UserId}
    assert calculate.consumes == frozenset()
    assert list(entities(dict[OrderId, tuple[ItemId, ...]])) == [OrderId, ItemId]
    assert list(entities(Annotated[OrderId, "note"] | None)) == [OrderId]


def test_tool_runs_and_gives_text_as_it_is_and_anything_else_as_json():
    db = shop()
    assert transfer.run(db, {}) == "done é"
    assert msgspec.json.decode(change_order.run(db, GOOD)) == {
        "id": "#1", "lines": [], "by_user": {}, "note": "late 1",
    }  # fmt: skip
    assert get_order.run(db, {"order_id": "#2"}) == "null"
    assert get_order(db, OrderId("#1")) is db.orders["#1"]
    assert [each.writes for each in (change_order, get_order)] == [True, False]
    assert transfer.hands_over


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "missing required field `order_id`"),
        ({**GOOD, "order_id": 5}, "Expected `str`, got `int` - at `order_id`"),
        ({**GOOD, "order_id": None}, "Expected `str`, got `null` - at `order_id`"),
        ({**GOOD, "item_ids": "a"}, "Expected `array`, got `str` - at `item_ids`"),
        ({**GOOD, "item_ids": ["a", 1]}, r"at `item_ids\[1\]"),
        ({**GOOD, "reason": "bored"}, "Invalid enum value 'bored'.*'late', 'wrong'"),
        ({**GOOD, "count": 10}, "Expected `int` <= 9"),
        ({**GOOD, "count": "1"}, "Expected `int`, got `str`"),
        ({**GOOD, "count": True}, "Expected `int`, got `bool`"),
        ({**GOOD, "details": {"item_id": "x"}}, "missing required field `price`"),
        ({**GOOD, "colour": "red"}, "unknown field `colour`"),
        ({**GOOD, "ObjectId": "red"}, "unknown field `ObjectId`"),
        ({**GOOD, "db": "red"}, "unknown field `db`"),
        ({**GOOD, "": 1}, "unknown field ``"),
        ([], "Expected `object`, got `array`"),
        (None, "Expected `object`, got `null`"),
        ("{}", "Expected `object`, got `str`"),
        ({1: 2}, "Expected `str`"),
    ],
)
def test_wrong_arguments_are_refused_with_what_is_allowed(arguments, message):
    db = shop()
    with pytest.raises(Refusal, match=message) as raised:
        change_order.run(db, arguments)
    assert raised.value.code == "bad_arguments"
    assert raised.value.text.startswith("change_order: ")
    for said in ("order_id (string)", "item_ids (list of strings)", "reason (one of 'late', 'wrong')", "(integer, opt"):
        assert said in raised.value.text
    assert db.changes() == {}


def nested(depth: int, shape: str) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if shape == "list" else {"a": value}
    return value


@tool()
def take_anything(db: Shop, value: Any) -> str:
    """Take any value."""
    return "taken"


@pytest.mark.parametrize("shape", ["list", "object"])
@pytest.mark.parametrize("each", [change_order, get_order, take_anything])
def test_deeply_nested_arguments_are_refused_or_taken_and_crash_nothing(each, shape):
    for arguments in (nested(100_000, shape), {"order_id": nested(100_000, shape)}, {"value": nested(100_000, shape)}):
        refusal = refused(each, shop(), arguments)
        assert refusal is None or (refusal.code == "bad_arguments" and len(refusal.text) < 1_000)


@pytest.mark.parametrize(
    "arguments",
    [
        {**GOOD, "reason": "x" * 1_000_000},
        {**GOOD, "y" * 1_000_000: 1},
        {**GOOD, "details": {"z" * 1_000_000: 1}},
        {**GOOD, "item_ids": ["a"] * 100_000 + [1]},
        {**GOOD, "count": 10**4000},
        {f"k{n}": n for n in range(100_000)},
    ],
)
def test_refusal_of_enormous_arguments_is_short(arguments):
    with pytest.raises(Refusal) as raised:
        change_order.run(shop(), arguments)
    assert len(raised.value.text) < 1_500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "order_id": st.just("#1") | json_values,
        "item_ids": st.lists(st.text(max_size=2), max_size=2) | json_values,
        "reason": st.sampled_from(["late", "wrong"]) | json_values,
        "count": st.integers(0, 10) | json_values,
        "note": st.text(max_size=3) | json_values,
        "details": st.fixed_dictionaries({"item_id": st.text(max_size=2), "price": st.floats(0, 9)}) | json_values,
    },
)


@given(near_misses | json_values)
def test_any_arguments_run_or_are_refused_and_a_refused_call_changes_nothing(arguments):
    db = shop()
    refusal = refused(change_order, db, arguments)
    if refusal:
        assert refusal.code == "bad_arguments"
        assert db.changes() == {}
    else:
        assert set(change_order.validate(arguments)) == {p.name for p in change_order.parameters}
        assert db.orders[arguments["order_id"]].note


@pytest.mark.parametrize(("order_id", "error"), [("refuse", Refusal), ("defect", ZeroDivisionError)])
def test_tool_that_raises_after_writing_leaves_the_data_as_it_was(order_id, error):
    db = shop()
    with pytest.raises(error):
        change_order.run(db, {**GOOD, "order_id": order_id})
    assert db.changes() == {}
    assert order_id not in db.orders


def test_parameter_without_annotation_is_an_error_of_the_world():
    def untyped(db, order_id):
        """Find."""

    with pytest.raises(DomainError, match="tool untyped: parameter 'order_id' has no type annotation"):
        Tool(untyped, writes=False, hands_over=False, speech=None).parameters  # noqa: B018


def test_toolset_finds_by_name_and_refuses_an_unknown_one():
    tools = Toolset([change_order, get_order])
    assert list(tools) == ["change_order", "get_order"]
    assert tools.named("get_order") is get_order
    assert len(tools.schemas) == len(tools) == 2
    with pytest.raises(Refusal, match=r"no tool named 'get_ordr'. The tools are: change_order, get_order.") as raised:
        tools.named("get_ordr")
    assert raised.value.code == "unknown_tool"
    with pytest.raises(Refusal) as raised:
        tools.named("x" * 1_000_000)
    assert len(raised.value.text) < 300
    with pytest.raises(DomainError, match="two tools are named 'get_order'"):
        Toolset([get_order, get_order])


def test_parameter_says_what_is_allowed():
    assert Parameter("x", str, True, {"type": "string"}, None).allowed == "x (string)"
    assert Parameter("x", Any, False, {}, None).allowed == "x (any value, optional)"
    assert transfer.validate({}) == {}
    with pytest.raises(Refusal, match="It takes no arguments"):
        transfer.validate({"x": 1})
