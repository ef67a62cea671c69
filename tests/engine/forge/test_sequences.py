"""Sequences that worked are learned from, as of a unit, and what is proposed is new and likely to work."""

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.forge.sequences import ENOUGH, Sequences
from interplay.engine.seeds import Seed

TOOLS = ("find", "look", "change", "undo", "tell")
ENTRIES = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.sampled_from(TOOLS), min_size=1, max_size=5), st.booleans()), max_size=80
)


def learned(entries) -> Sequences:
    sequences = Sequences()
    for unit, names, valid in entries:
        sequences.add(unit, names, valid)
    return sequences


def test_nothing_is_proposed_before_enough_was_learned():
    entries = [(unit, ["find", "look"], True) for unit in range(ENOUGH)]
    assert learned(entries[:-1]).propose(1000, Seed.root(0)) == ()
    assert learned(entries).propose(1000, Seed.root(0)) == ("find", "look")


@given(ENTRIES, st.randoms(use_true_random=False), st.integers(0, 60), st.integers(0, 99))
def test_answer_depends_on_the_units_below_the_limit_alone(entries, chance, limit, number):
    shuffled = list(entries)
    chance.shuffle(shuffled)
    below = learned([entry for entry in entries if entry[0] < limit])
    every = learned(shuffled)
    assert every.propose(limit, Seed.root(number)) == below.propose(1000, Seed.root(number))
    assert every.odds(TOOLS, limit) == below.odds(TOOLS, 1000)
    assert every.novelty(TOOLS, limit) == below.novelty(TOOLS, 1000)


def test_pair_that_failed_more_often_than_not_is_avoided():
    entries = [(unit, ["find", "look", "change"], True) for unit in range(30)]
    entries += [(unit, ["find", "undo"], True) for unit in range(30)]
    entries += [(unit, ["find", "undo"], False) for unit in range(60)]
    sequences = learned(entries)
    assert sequences.odds(["find", "undo"], 100) < 0 <= sequences.odds(["find", "look", "change"], 100)
    assert {sequences.propose(100, Seed.root(n)) for n in range(40)} - {()} == {("find", "look", "change")}


def test_run_in_which_most_fails_still_proposes_what_worked_best():
    entries = [(unit, ["find", "look"], True) for unit in range(30)]
    entries += [(unit, ["find", "undo"], False) for unit in range(90)]
    assert learned(entries).propose(100, Seed.root(0)) == ("find", "look")


def test_sequence_that_no_working_one_covers_is_preferred():
    entries = [(unit, names, True) for unit in range(30) for names in (["find", "look", "tell"], ["ask", "look", "go"])]
    proposed = [learned(entries).propose(100, Seed.root(n)) for n in range(40)]
    new = {("find", "look", "go"), ("ask", "look", "tell")}
    assert sum(each in new for each in proposed) > 30


def test_novelty_is_the_share_of_triples_not_yet_seen():
    sequences = learned([(0, ["find", "look"], True), (1, ["look", "tell"], False)])
    assert sequences.novelty(["find", "look"], 5) == 0
    assert sequences.novelty(["find", "look"], 0) == 1
    assert sequences.novelty(["look", "tell"], 5) == 1


def test_the_same_tool_several_times_in_a_row_is_one_step():
    entries = [(unit, ["find", *["look"] * (1 + unit % 4), "change"], True) for unit in range(30)]
    assert learned(entries).propose(100, Seed.root(1)) == ("find", "look", "change")
