"""Fields beyond those that a record declares are kept as they came."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.database import Base, Database, Table
from interplay.engine.environment import Environment
from interplay.engine.errors import Refusal
from interplay.engine.extras import Open, extended, extras, kept
from interplay.engine.messages import ToolCall
from interplay.engine.patch import same
from interplay.engine.tools import Toolset, tool


class Stamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    place: str


class Parcel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    stamps: tuple[Stamp, ...] = ()


class Post(Database):
    parcels: Table[str, Parcel]


class Place(Open, frozen=True, kw_only=True):
    place: str


@tool(writes=True)
def stamp(db: Post, places: list[Place], last: Place | None = None) -> Parcel:
    """Stamp the parcel."""
    named = [*places, *([last] if last else [])]
    stamps = tuple(extended(Stamp(place=each.place), extras(each)) for each in named)
    return db.parcels.put("p", Parcel(stamps=stamps))


@pytest.fixture
def environment() -> Environment:
    return Environment(Toolset((stamp,)), Base(Post, {"parcels": {"p": Parcel()}}).fork())


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='"\\'), max_size=9)


@given(st.dictionaries(NAMES, st.none() | st.integers() | st.lists(st.text(max_size=3), max_size=2), max_size=4))
def test_what_was_sent_beyond_the_schema_stands_beside_the_fields_of_the_row(more):
    record = extended(Stamp(place="Ely"), more)
    assert same(msgspec.json.decode(msgspec.json.encode(record)), {**more, "place": "Ely"})
    assert extras(record) == {name: value for name, value in more.items() if name != "place"}
    assert record == extended(Stamp(place="Ely"), dict(reversed(more.items())))
    assert (record == Stamp(place="Ely")) is (not extras(record))


def test_a_tool_keeps_the_extras_of_an_open_argument_alone_and_in_a_list(environment):
    arguments = {"places": [{"place": "Ely", "x": 1}, {"place": "Rye"}], "last": {"place": "Ware", "y": [None]}}
    result = environment.apply(ToolCall(call_id="c", tool="stamp", arguments=arguments))
    assert msgspec.json.decode(result.content) == {"stamps": [*arguments["places"], arguments["last"]]}
    assert [change.after for change in environment.db.patch()] == [*arguments["places"], arguments["last"]]
    assert environment.apply(ToolCall(call_id="d", tool="stamp", arguments={"places": []})).refusal is None


def test_a_name_that_no_field_can_have_is_refused(environment):
    arguments = {"places": [{"place": "Ely", 'a"b': 1}]}
    assert environment.apply(ToolCall(call_id="c", tool="stamp", arguments=arguments)).refusal == "bad_arguments"
    with pytest.raises(Refusal, match="may not hold quotation marks"):
        extended(Stamp(place="Ely"), {"a\n": 1})


def test_an_argument_that_is_not_open_stays_as_it_is():
    assert kept([1, 2], [1, 2]) == [1, 2]
    assert kept("a", None) == "a"
    assert kept([], []) == []


def test_an_agent_is_not_shown_the_names_of_our_classes():
    [place] = [each for each in stamp.parameters if each.name == "places"]
    assert "title" not in str(place.schema)
