"""A patch goes there and back, prints as RFC 6902, and compares by value."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import PatchError
from interplay.engine.patch import Change, Patch, diff, ordered, same

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.text("ab/~0", max_size=2)
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~01", max_size=2), inner, max_size=4),
    max_leaves=12,
)


def strict(value):
    """A form that tells true from 1 and takes 1 and 1.0 as the same."""
    if isinstance(value, dict):
        return {key: strict(each) for key, each in value.items()}
    if isinstance(value, list):
        return [strict(each) for each in value]
    return (isinstance(value, bool), value)


def rfc_6902(document, operations):
    """JSON Patch by the letter of the RFC, written without a look at ours."""
    root = {"": json.loads(json.dumps(document))}
    for operation in operations:
        steps = [""] + [s.replace("~1", "/").replace("~0", "~") for s in operation["path"].split("/")[1:]]
        parent = root
        for step in steps[:-1]:
            parent = parent[int(step)] if isinstance(parent, list) else parent[step]
        last = int(steps[-1]) if isinstance(parent, list) else steps[-1]
        if operation["op"] == "remove":
            del parent[last]
        elif operation["op"] == "add" and isinstance(parent, list):
            assert last <= len(parent)
            parent.insert(last, operation["value"])
        else:
            assert operation["op"] == "add" or isinstance(parent, list) or last in parent
            parent[last] = operation["value"]
    return root[""]


@given(documents, documents)
def test_diff_applied_gives_the_end_and_its_inverse_the_beginning(before, after):
    patch = Patch(tuple(diff(before, after)))
    untouched = json.dumps(before)
    assert strict(patch.apply(before)) == strict(after)
    assert strict(patch.inverse.apply(after)) == strict(before)
    assert patch.inverse.inverse == patch
    assert json.dumps(before) == untouched


@given(documents, documents)
def test_diff_is_empty_exactly_when_values_are_equal(one, other):
    assert same(one, other) == (strict(one) == strict(other)) == (not list(diff(one, other)))
    assert same(one, json.loads(json.dumps(one)))


@given(documents, documents)
def test_printed_patch_means_the_same_to_an_rfc_6902_reader(before, after):
    operations = Patch(tuple(diff(before, after))).operations()
    assert strict(rfc_6902(before, operations)) == strict(after)


@given(documents, documents)
def test_patch_survives_being_written_and_read(before, after):
    patch = Patch(tuple(diff(before, after)))
    read = msgspec.json.decode(msgspec.json.encode(patch), type=Patch)
    assert strict(read.apply(before)) == strict(after)
    assert read.operations() == patch.operations()


@given(documents, documents, st.randoms())
def test_changes_in_any_order_are_put_in_one_that_applies(before, after, random):
    changes = list(diff(before, after))
    random.shuffle(changes)
    assert strict(ordered(changes).apply(before)) == strict(after)


@given(documents, documents, documents)
def test_patch_on_another_document_is_refused_or_finds_what_it_expects(before, after, other):
    patch = Patch(tuple(diff(before, after)))
    try:
        result = patch.apply(other)
    except PatchError:
        return
    assert strict(patch.inverse.apply(result)) == strict(other)


def test_numbers_compare_by_value_and_true_is_not_one():
    assert same(1, 1.0)
    assert same([{"a": 1}], [{"a": 1.0}])
    assert not same(True, 1)
    assert not same([False], [0])
    assert not same({"a": None}, {})
    assert list(diff({"a": 1}, {"a": True})) == [Change(("a",), 1, True)]


def test_pointer_escapes_slash_and_tilde():
    change = Change(("orders", "#W/1~0", "items", 0), 1, 2)
    assert change.pointer == "/orders/#W~11~00/items/0"
    assert change.operation() == {"op": "replace", "path": "/orders/#W~11~00/items/0", "value": 2}
    assert change.inverse.operation()["value"] == 1


def test_list_grows_from_the_front_and_shrinks_from_the_end():
    shrink = Patch(tuple(diff([1, 2, 3], [1])))
    assert shrink.operations() == [{"op": "remove", "path": "/2"}, {"op": "remove", "path": "/1"}]
    assert [operation["path"] for operation in shrink.inverse.operations()] == ["/1", "/2"]


@pytest.mark.parametrize(
    ("document", "change", "message"),
    [
        ({"a": 1}, Change(("a",), 2, 3), "/a holds 1; the patch expects 2"),
        ({"a": True}, Change(("a",), 1, 3), "/a holds True"),
        ({"a": 1}, Change(("a",), after=3), "/a is there already"),
        ({}, Change(("a",), 1, 3), "/a is not there"),
        ({}, Change(("a",), 1), "/a is not there"),
        ({}, Change(("a", "b"), after=1), "step 'a' is missing"),
        ([1], Change((3,), after=1), "past the end of a list of 1"),
        ([1], Change((-1,), 1, 2), "not there"),
        ([1], Change(("0",), 1, 2), "nothing can hold '0'"),
        ("text", Change((0,), "t", "T"), "nothing can hold 0"),
        (1, Change((), 2, 3), "/ holds 1"),
    ],
)
def test_patch_that_does_not_fit_says_where_and_why(document, change, message):
    with pytest.raises(PatchError, match=message):
        Patch((change,)).apply(document)
