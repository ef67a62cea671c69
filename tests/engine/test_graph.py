"""The graph is what the signatures say, and a walk back never uses a value before something gave it."""

from typing import Any, NewType

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interplay.engine.graph import Edge, ToolGraph
from interplay.engine.seeds import Seed
from interplay.engine.tools import Prose, Tool, tool

Email = NewType("Email", str)
UserId = NewType("UserId", str)
OrderId = NewType("OrderId", str)


class User(msgspec.Struct, frozen=True):
    """A row."""

    id: UserId
    orders: tuple[OrderId, ...]


class Order(msgspec.Struct, frozen=True):
    """A row."""

    id: OrderId
    user: UserId


@tool()
def find_user(db: Any, email: Email) -> UserId: ...


@tool()
def get_user(db: Any, user_id: UserId) -> User: ...


@tool()
def get_order(db: Any, order_id: OrderId) -> Order: ...


@tool(writes=True)
def cancel_order(db: Any, order_id: OrderId, why: Prose) -> Order: ...


SHOP = ToolGraph([find_user, get_user, get_order, cancel_order])


def test_edges_are_entities_that_one_tool_returns_and_another_takes():
    assert set(SHOP.edges) == {
        Edge("find_user", "get_user", "UserId"),
        Edge("get_order", "get_user", "UserId"),
        Edge("get_user", "get_order", "OrderId"),
        Edge("get_user", "cancel_order", "OrderId"),
        Edge("get_order", "cancel_order", "OrderId"),
    }


def test_walk_back_ends_at_what_the_person_can_tell():
    assert SHOP.walk_back("cancel_order", {OrderId}, Seed.root(0)) == ["cancel_order"]
    walks = {tuple(SHOP.walk_back("cancel_order", {Email}, Seed.root(n))) for n in range(30)}
    assert ("find_user", "get_user", "cancel_order") in walks
    assert all(walk[:2] == ("find_user", "get_user") for walk in walks)


def test_walk_back_without_any_beginning_says_what_is_missing():
    with pytest.raises(ValueError, match="nothing leads to"):
        SHOP.walk_back("cancel_order", set(), Seed.root(0))


def test_tool_that_returns_what_it_takes_is_no_way_to_learn_it():
    @tool()
    def look_up(db: Any, order_id: OrderId) -> OrderId: ...

    @tool()
    def list_orders(db: Any) -> OrderId: ...

    @tool(writes=True)
    def close(db: Any, order_id: OrderId) -> None: ...

    graph = ToolGraph([look_up, list_orders, close])
    walks = {tuple(graph.walk_back("close", set(), Seed.root(n))) for n in range(40)}
    assert walks == {("list_orders", "close"), ("list_orders", "look_up", "close")}


def test_way_that_leads_nowhere_is_left_for_one_that_leads_on():
    @tool()
    def by_email(db: Any, email: Email) -> OrderId: ...

    @tool()
    def list_orders(db: Any) -> OrderId: ...

    @tool(writes=True)
    def close(db: Any, order_id: OrderId) -> None: ...

    graph = ToolGraph([by_email, list_orders, close])
    assert {tuple(graph.walk_back("close", set(), Seed.root(n))) for n in range(20)} == {("list_orders", "close")}


ENTITIES = [NewType(name, str) for name in "ABCDE"]  # type: ignore[misc]


def make(name: str, takes: list[Any], gives: list[Any], writes: bool) -> Tool[..., Any]:
    source = f"def {name}(db, {', '.join(f'p{n}' for n in range(len(takes)))}): ..."
    scope: dict[str, Any] = {}
    exec(source, scope)
    scope[name].__annotations__ = {f"p{n}": entity for n, entity in enumerate(takes)} | {
        "return": tuple[tuple(gives)] if gives else None
    }
    return Tool(scope[name], writes=writes, hands_over=False, speech=None)


@st.composite
def graphs(draw):
    several = st.lists(st.sampled_from(ENTITIES), unique=True, max_size=3)
    count = draw(st.integers(1, 7))
    tools = [make(f"t{n}", draw(several), draw(several), draw(st.booleans()) and n > 0) for n in range(count)]
    return ToolGraph([*tools, make("start", draw(several), [], True)])


def learnable(graph: ToolGraph, told: set[Any]) -> set[Any]:
    known = set(told)
    while True:
        more = {
            entity
            for each in graph.tools.values()
            if not each.writes and each.consumes <= known
            for entity in each.produces
        }
        if more <= known:
            return known
        known |= more


@given(graphs(), st.sets(st.sampled_from(ENTITIES), max_size=2), st.integers(0, 99))
def test_walk_back_gives_every_read_before_its_use_and_none_twice(graph, told, number):
    start = graph.tools["start"]
    if not start.consumes <= learnable(graph, told):
        with pytest.raises(ValueError, match="nothing leads to"):
            graph.walk_back("start", told, Seed.root(number))
        return
    order = graph.walk_back("start", told, Seed.root(number))
    assert order[-1] == "start"
    assert len(set(order)) == len(order)
    known = set(told)
    for name in order:
        assert graph.tools[name].consumes <= known, order
        known |= graph.tools[name].produces
    assert not any(graph.tools[name].writes for name in order[:-1])
    assert order == graph.walk_back("start", told, Seed.root(number))


@given(graphs())
def test_text_and_dot_name_every_tool_and_edge(graph):
    assume(graph.tools)
    text, dot = graph.to_text(), graph.to_dot()
    for name in graph.tools:
        assert name in text
        assert f'"{name}"' in dot
    assert dot.count("->") == len(graph.edges)
    for edge in graph.edges:
        source, target = graph.tools[edge.source], graph.tools[edge.target]
        names = {entity.__name__ for entity in source.produces & target.consumes}
        assert edge.entity in names
        assert not source.writes
        assert source is not target
