"""What is counted of many things is exact while they are few, and near it beyond."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.statistics.distinct import Distinct, hashed
from interplay.engine.statistics.spread import Spread, spread
from interplay.engine.statistics.variety import Variety, words


def test_words_of_a_text_are_counted_in_runs_within_it():
    variety = Variety()
    variety.add([], ["Cancel my order, cancel MY order!", "Yes"])
    grams = variety.grams()
    assert (grams["1"].all, grams["1"].distinct) == (7, 4)  # cancel, my, order, yes
    assert (grams["2"].distinct, grams["2"].all) == (3, 5)
    assert (grams["3"].distinct, grams["3"].all, grams["3"].ratio) == (3, 4, 0.75)


def test_a_sequence_of_tools_counts_once_however_often_it_is_called():
    variety = Variety()
    for tools in (["a", "b"], ["a", "b"], ["b", "a"], ["a"], []):
        variety.add(tools, [])
    assert variety.sequences == 4


def test_words_keep_what_joins_them():
    assert words("I can't e-mail you, OK? #W12") == ["i", "can't", "e-mail", "you", "ok", "w12"]


@given(st.lists(st.integers(0, 30), min_size=1))
def test_spread_is_that_of_the_sorted_numbers(numbers):
    found, ordered = spread(Counter(numbers)), sorted(numbers)
    middle = len(ordered) // 2
    assert found.median == (ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2)
    assert (found.min, found.max) == (ordered[0], ordered[-1])
    assert sum(number <= found.p95 for number in numbers) >= 0.95 * len(numbers)
    assert sum(number < found.p95 for number in numbers) < 0.95 * len(numbers)
    assert found.mean == pytest.approx(sum(numbers) / len(numbers), abs=1e-4)


def test_no_numbers_have_no_spread():
    assert spread(Counter()) == Spread()


@given(st.lists(st.text(max_size=3)))
def test_distinct_texts_are_counted_exactly_while_they_are_few(texts):
    distinct = Distinct(limit=1000)
    for text in texts:
        distinct.add(hashed(text))
    assert distinct.exact
    assert distinct.count == len(set(texts))


def test_many_distinct_texts_are_estimated_in_bounded_memory():
    distinct = Distinct(limit=1000)
    for number in range(20_000):
        distinct.add(hashed(f"text {number}"))
        distinct.add(hashed(f"text {number // 2}"))
    assert not distinct.exact
    assert len(distinct._kept) == len(distinct._largest) == 1000
    assert distinct.count == pytest.approx(20_000, rel=0.1)


def test_many_runs_of_words_are_estimated_as_well_as_texts():
    variety = Variety(2000)
    for number in range(400):
        variety.add([], [" ".join(f"w{number * 50 + at}" for at in range(50))])
    assert variety.estimated
    grams = variety.grams()
    assert grams["1"].all == 20_000
    for each in grams.values():
        assert each.distinct == pytest.approx(each.all, rel=0.1)
