"""A seed is its path: the same everywhere, and unlike any other's."""

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.seeds import Seed

names = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.text("ab/~01", max_size=3) | st.integers(0, 12)
)
paths = st.lists(names, min_size=1, max_size=4).map(tuple)


@given(st.integers(0, 2**70), paths, paths)
def test_two_paths_have_one_seed_exactly_when_they_have_the_same_names(number, one, other):
    root = Seed.root(number)
    assert (root.child(*one) == root.child(*other)) == (list(map(str, one)) == list(map(str, other)))


@given(st.integers(0, 2**70), st.integers(0, 2**70))
def test_two_runs_have_one_seed_exactly_when_they_have_the_same_number(one, other):
    assert (Seed.root(one) == Seed.root(other)) == (one == other)


def test_child_with_a_slash_in_its_name_is_not_its_grandchild():
    assert Seed.root(0).child("a/b") != Seed.root(0).child("a", "b")


def test_seed_is_the_same_in_every_process():
    source = "from interplay.engine.seeds import Seed; s = Seed.root(7).child('bp-1', 2, 'human', 3)\n"
    source += "print(s.number, s.pick('abcdefg'), s.random().random(), s.chance(0.5))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", source], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@given(paths)
def test_drawing_gives_the_same_answer_whenever_it_is_asked(path):
    seed = Seed.root(1).child(*path)
    first = (seed.pick("abcde"), seed.chance(0.3), seed.random().random(), seed.number)
    assert first == (seed.pick("abcde"), seed.chance(0.3), seed.random().random(), seed.number)
    assert 0 <= seed.number < 2**64
    assert not seed.chance(0.0)
    assert seed.chance(1.0)


def test_options_are_equally_likely():
    counts = Counter(Seed.root(3).child("turn", turn).pick("abcd") for turn in range(4000))
    assert all(900 < count < 1100 for count in counts.values())
    assert 1100 < sum(Seed.root(3).child(turn).chance(0.3) for turn in range(4000)) < 1300


def test_nothing_cannot_be_picked_from():
    with pytest.raises(IndexError, match="no options"):
        Seed.root(0).pick([])
