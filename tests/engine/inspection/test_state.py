"""The end of a conversation is set against the expected end, row by row and field by field."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.database import RowChange
from interplay.engine.inspection import RowDiff, rows_of, steps_of
from interplay.engine.patch import Change, same

LEAF = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "b"])
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
)
ROW = st.dictionaries(st.sampled_from("abc"), VALUE, min_size=1, max_size=3)
UNSET = msgspec.UNSET


def at(value, path):
    for step in path.split("/") if path else []:
        try:
            value = value[int(step) if isinstance(value, list) else step]
        except (KeyError, IndexError, TypeError):
            return UNSET
    return value


@given(st.none() | ROW, st.none() | ROW, st.none() | ROW)
def test_fields_hold_what_stands_in_the_three_rows(before, expected, found):
    address = ("table", "key")
    sides = [{address: RowChange(before, end)} if end != before else {} for end in (found, expected)]
    for row in rows_of(*sides):
        assert (row.table, row.key, row.good) == (*address, same(expected, found))
        for field in row.fields:
            values = [UNSET if whole is None else at(whole, field.name) for whole in (before, expected, found)]
            assert [field.before, field.expected, field.found] == values
            assert (field.mark == "expected") == same(field.expected, field.found)
            assert not same(field.before, field.found) or not same(field.before, field.expected)


def only(row: RowDiff):
    (field,) = row.fields
    return field


def changed(before, after):
    return {("orders", "1"): RowChange(before, after)}


def test_what_should_have_been_left_alone_is_expected_as_it_was():
    (row,) = rows_of(changed({"status": "new", "sum": 1}, {"status": "gone", "sum": 1}), {})
    assert only(row) == ("status", "new", "new", "gone", "extra", None)
    assert (row.kind, row.decides) == ("changed", True)


def test_what_should_have_changed_is_found_as_it_was():
    (row,) = rows_of({}, changed({"status": "new"}, {"status": "gone"}))
    assert only(row) == ("status", "new", "gone", "new", "missing", None)


def test_another_value_than_expected_is_told_with_the_call_that_made_it():
    found, expected = changed({"to": {"zip": 1}}, {"to": {"zip": 2}}), changed({"to": {"zip": 1}}, {"to": {"zip": 3}})
    (row,) = rows_of(found, expected, {"/orders/1/to": 7})
    assert only(row) == ("to/zip", 1, 3, 2, "wrong", 7)


def test_a_row_that_was_added_is_all_its_fields():
    (row,) = rows_of(changed(None, {"a": 1, "b": {"c": 2}, "list": [1, 2]}), changed(None, {"a": 1, "b": {"c": 3}}))
    assert row.kind == "added"
    assert [(field.name, field.mark) for field in row.fields] == [
        ("a", "expected"),
        ("b/c", "wrong"),
        ("list/0", "extra"),
        ("list/1", "extra"),
    ]


def test_a_row_that_was_removed_is_all_its_fields():
    (row,) = rows_of(changed({"a": 1}, None), changed({"a": 1}, None))
    assert (row.kind, row.good) == ("removed", True)
    assert only(row) == ("a", 1, UNSET, UNSET, "expected", None)


def test_tables_that_do_not_decide_say_so():
    (row,) = rows_of(changed({"a": 1}, {"a": 2}), {}, undecided=frozenset(["orders"]))
    assert not row.decides


def test_steps_come_as_they_were_found_and_then_as_they_are_missing():
    one, other, third = (Change(("t", "k", name), 1, 2) for name in "abc")
    steps = steps_of((one, other), (third, msgspec.structs.replace(one, after=3)))
    assert [(step.mark, step.change.path[-1]) for step in steps] == [("wrong", "a"), ("extra", "b"), ("missing", "c")]
    assert steps_of((one,), (one,))[0].mark == "expected"


def test_lists_are_told_part_by_part_in_whichever_way_a_row_holds_them():
    class Order(msgspec.Struct):
        items: tuple[dict[str, int], ...]

    def row(*prices):
        return Order(tuple({"id": at, "price": price} for at, price in enumerate(prices)))

    (told,) = rows_of(
        {("orders", "1"): RowChange(row(1, 2), row(1, 3))}, {("orders", "1"): RowChange(row(1, 2), row(1, 4))}
    )
    assert [(field.name, field.before, field.expected, field.found, field.mark) for field in told.fields] == [
        ("items/1/price", 2, 4, 3, "wrong")
    ]
