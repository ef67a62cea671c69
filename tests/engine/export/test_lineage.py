"""Relatives stay together, whatever the order in which they are met."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import UsageError
from interplay.engine.export.lineage import Lineage, Share, parse_splits

IDS = st.integers(0, 30).map("b{:02}".format)
JOINS = st.lists(st.tuples(IDS, st.lists(IDS, min_size=1, max_size=4)), max_size=25)
SHARES = parse_splits("train=0.5,test=0.3,held_out=0.2")


@given(JOINS, st.randoms(use_true_random=False), st.integers(0, 9))
def test_no_relative_crosses_a_split_and_order_does_not_matter(joins, random, seed):
    one, other = Lineage(SHARES, seed), Lineage(SHARES, seed)
    for blueprint, parents in joins:
        one.relate(blueprint, parents)
    for blueprint, parents in random.sample(joins, len(joins)):
        other.relate(blueprint, parents)
    for blueprint, parents in joins:
        assert {one.split(blueprint)} == {one.split(parent) for parent in parents}
        assert one.knows(blueprint, parents)
    for number in range(31):
        name = f"b{number:02}"
        assert one.split(name) == other.split(name)
        assert one.family(name) == min(each for each in map("b{:02}".format, range(31)) if _same(one, each, name))


def _same(lineage, one, other):
    return lineage.family(one) == lineage.family(other)


def test_parts_are_about_as_large_as_asked_for_and_another_seed_cuts_otherwise():
    found = Counter(Lineage(SHARES, 1).split(f"retail-{number}") for number in range(4000))
    assert [found[share.name] / 4000 for share in SHARES] == pytest.approx([0.5, 0.3, 0.2], abs=0.03)
    assert any(Lineage(SHARES, 1).split(f"x{n}") != Lineage(SHARES, 2).split(f"x{n}") for n in range(50))


def test_a_blueprint_whose_parents_were_not_read_is_not_known():
    lineage = Lineage(SHARES)
    assert lineage.knows("a", ())
    assert not lineage.knows("a", ("b",))
    assert Lineage().knows("a", ("b",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train", "expected names and parts"),
        ("train=0.9,test=0.2", "add up to 1.1"),
        ("train=1.5,test=-0.5", "no part of 1"),
        ("train=x", "no part of 1"),
        ("a=0.5,a=0.5", "twice"),
        ("../up=1", "no name of a split"),
        ("=1", "no name of a split"),
    ],
)
def test_splits_that_cannot_be_are_refused_with_the_reason(text, said):
    with pytest.raises(UsageError, match=said):
        parse_splits(text)


def test_splits_are_read_as_they_are_written():
    assert parse_splits(" train = 0.9, test=.1 ") == (Share("train", 0.9), Share("test", 0.1))
    assert len(parse_splits("a=0.1,b=0.2,c=0.7")) == 3
