"""What was there already is found, and nothing else."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.export.conftest import played, talk

from interplay.engine.export.distinctness import Distinctness, Seen
from interplay.engine.export.samples import UNMADE, Sample
from interplay.engine.export.sources import open_sources
from interplay.engine.messages import AgentMessage, HumanMessage


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 40) | st.integers(0, 40).map(lambda n: n << 40)))
def test_a_number_is_new_once(numbers):
    seen, known = Seen(), set()
    for number in numbers:
        assert seen.add(number) is ((number or 1) not in known)
        known.add(number or 1)


def test_the_table_grows():
    seen = Seen()
    assert all(seen.add(number * 2**32 + 1) for number in range(3000))
    assert not any(seen.add(number * 2**32 + 1) for number in range(3000))


def test_who_says_it_matters(fabricate):
    (source,) = open_sources([fabricate([played(0)])])
    asked = (HumanMessage(text="A"), HumanMessage(text="B"), AgentMessage(text="C"))
    answered = (HumanMessage(text="A"), AgentMessage(text="B"), AgentMessage(text="C"))
    distinct = Distinctness()
    every = (played(0, messages=asked), played(1, messages=answered), played(2, messages=asked))
    assert [distinct.is_new(Sample(source, UNMADE, each)) for each in every] == [True, True, False]


def test_each_way_of_being_the_same(fabricate):
    (source,) = open_sources([fabricate([played(0)])])
    said = talk("#W1", thought="hm")
    politer = (*said[:7], msgspec.structs.replace(said[7], text="All the best."), said[8])
    first, same = played(0, messages=said), played(1, messages=talk("#W1"))
    other_words, other_call = played(0, trial=1, messages=politer), played(2, messages=talk("#W2"))

    def new(unique, *, thoughts=False):
        distinct = Distinctness(unique, thoughts=thoughts)
        every = (first, same, other_words, other_call)
        return [distinct.is_new(Sample(source, UNMADE, each)) for each in every]

    assert new("conversation") == [True, False, True, True]
    assert new("conversation", thoughts=True) == [True, True, True, True]
    assert new("calls") == [True, False, False, True]
    assert new("blueprint") == [True, True, False, True]
    assert new("none") == [True, True, True, True]
