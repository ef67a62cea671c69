"""State as plain values: equal where objects are in the same state, and nowhere else."""

import copy
import enum
import random
import threading
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.toolkit.document import Describer, StatelessError, key_text, key_value, unlike


class Node:
    def __init__(self, value=None, after=None):
        self.value = value
        self.after = after


@dataclass
class Part:
    name: str
    tags: set[str] = field(default_factory=set)


class Slotted:
    __slots__ = ("__hidden", "seen")

    def __init__(self, hidden, seen):
        self.__hidden = hidden
        self.seen = seen


class Colour(enum.Enum):
    RED = 1


def document(value):
    return Describer().value(value, "it")


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3)
keys = st.text(max_size=3) | st.integers(-3, 3) | st.none() | st.tuples(st.integers(0, 2))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(keys, inner, max_size=3),
        st.sets(st.integers() | st.text(max_size=2), max_size=3),
        st.builds(Node, inner, inner),
        st.builds(lambda x: [x, x], st.lists(inner, max_size=2)),
        st.builds(deque, st.lists(inner, max_size=2)),
    ),
    max_leaves=12,
)


@given(values)
def test_a_copy_has_the_document_of_the_original_and_json_can_hold_it(value):
    told = document(value)
    assert document(copy.deepcopy(value)) == told
    assert msgspec.json.decode(msgspec.json.encode(told)) == told


@given(st.dictionaries(keys, scalars, max_size=5), st.randoms())
def test_the_order_of_a_dictionary_does_not_show(value, chance):
    pairs = list(value.items())
    chance.shuffle(pairs)
    assert msgspec.json.encode(document(dict(pairs))) == msgspec.json.encode(document(value))


@given(st.lists(keys, unique=True))
def test_no_two_keys_become_one(found):
    assert len({key_text(key, "") for key in found}) == len({repr(key) for key in found})


@given(st.text() | st.integers(-(2**60), 2**60) | st.none() | st.booleans())
def test_a_key_that_is_text_or_a_scalar_can_be_read_back(key):
    assert key_value(key_text(key, "")) == key


@given(values, values)
def test_documents_differ_exactly_where_a_path_can_be_told(one, other):
    left, right = document(one), document(other)
    paths = list(unlike(left, right, "it"))
    assert bool(paths) == (left != right)
    assert all(path.startswith("it") for path in paths)


def test_cycles_and_shared_parts_are_references_to_where_they_were_met_first():
    first = Node("a")
    first.after = Node("b", first)
    first.value = shared = [1]
    first.after.value = shared
    assert Describer().attributes("Ring", first) == {
        "after": {"$type": "Node", "after": {"$ref": "Ring"}, "value": [1]},
        "value": {"$ref": "Ring/after/value"},
    }


def test_whether_two_attributes_share_a_list_is_part_of_the_state():
    shared = [1]
    assert document([shared, shared]) != document([[1], [1]])


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ((1, [2]), [1, [2]]),
        ({3, 1, 2}, {"$set": [1, 2, 3]}),
        ({1: "a", "1": "b", None: "c"}, {'"1"': "b", "1": "a", "null": "c"}),
        (Colour.RED, {"$enum": "Colour.RED"}),
        (Decimal("1.50"), {"$Decimal": "1.50"}),
        (datetime(2031, 3, 1, 9, 30), {"$datetime": "2031-03-01 09:30:00"}),
        (b"\x00a", {"$bytes": "0061"}),
        (2**80, {"$int": str(2**80)}),
        (float("inf"), {"$float": "inf"}),
        (Part("a", {"x"}), {"$type": "Part", "name": "a", "tags": {"$set": ["x"]}}),
        (Slotted(1, [2]), {"$type": "Slotted", "seen": [2], "_Slotted__hidden": 1}),
        (deque([1], maxlen=3), {"$deque": [1], "maxlen": 3}),
        (OrderedDict(b=1, a=2), {"$OrderedDict": [["b", 1], ["a", 2]]}),
        (Counter("aab"), {"$Counter": {"a": 2, "b": 1}}),
        (defaultdict(list, a=[1]), {"$defaultdict": {"a": [1]}, "default_factory": {"$class": "list"}}),
        (len, {"$function": "len"}),
        (Node, {"$class": "Node"}),
    ],
)
def test_values_beyond_json_are_told_apart(value, told):
    assert document(value) == told


def test_a_generator_of_chance_is_told_by_its_state():
    one, other = random.Random(1), random.Random(1)
    assert document(one) == document(other)
    other.random()
    assert document(one) != document(other)


def test_ignored_attributes_are_left_out_wherever_they_are():
    whole = Node(Node("x"), None)
    whole.value._cache = whole._cache = threading.Lock()
    assert Describer(("_c*",)).attributes("It", whole) == {
        "after": None,
        "value": {"$type": "Node", "after": None, "value": "x"},
    }


def closure():
    count = [0]
    return lambda: count


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (threading.Lock(), "lock"),
        ((n for n in ()), "generator"),
        (object(), "bare object()"),
        (weakref.ref(Node), "weak reference"),
        (pytest, "module"),
        (closure(), "function"),
    ],
    ids=["lock", "generator", "object", "weakref", "module", "closure"],
)
def test_what_has_no_value_is_named_with_the_path_to_it(value, word):
    with pytest.raises(StatelessError, match=r"^Shop/value/3/deep ") as caught:
        Describer().attributes("Shop", Node([1, 2, 3, {"deep": value}]))
    assert word in str(caught.value)
    assert caught.value.path == "Shop/value/3/deep"
