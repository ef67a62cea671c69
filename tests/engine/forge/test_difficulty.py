"""Difficulty is counted from the blueprint, and what is asked for is what is drawn."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.errors import BlueprintError, UsageError
from interplay.engine.forge.checks import validate
from interplay.engine.forge.difficulty import DIMENSIONS, Difficulty, Targets, check_difficulty, fits, of
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain

DOMAIN = tiny_domain()
BASE = DOMAIN.generate(Seed.root(1), 5)


def blueprint(kind: str):
    for number in range(100):
        candidate = DOMAIN.write(DOMAIN, BASE, Seed.root(number))
        if candidate.goals[0].kind == kind:
            return validate(DOMAIN, BASE, candidate).blueprint
    raise AssertionError(kind)


def test_change_is_counted_with_its_lookup_its_rules_and_what_the_person_keeps_back():
    assert of(blueprint("write"), DOMAIN) == Difficulty(reads=1, writes=1, depth=1, entities=1, rules=2, hidden=1)


def test_change_that_must_be_left_undone_counts_its_rules_and_is_no_write():
    found = of(blueprint("refuse"), DOMAIN)
    assert (found.writes, found.rules) == (0, 2)


def test_hand_over_is_neither_read_nor_write():
    found = of(blueprint("hand_over"), DOMAIN)
    assert (found.reads, found.writes) == (1, 0)


def test_depth_follows_what_each_action_needs():
    changed = blueprint("write")
    look, renew = changed.actions
    deep = msgspec.structs.replace(
        changed, actions=(look, msgspec.structs.replace(look, origins={"loan_id": "read:0"}), renew)
    )
    assert of(deep, DOMAIN).depth == 2


def test_what_the_wish_says_already_is_not_hidden():
    told = blueprint("write")
    (fact,) = told.facts
    goal = msgspec.structs.replace(told.goals[0], wish=f"Please renew {fact.values[0]}.")
    assert of(msgspec.structs.replace(told, goals=(goal,)), DOMAIN).hidden == 0


@given(
    st.dictionaries(
        st.sampled_from(DIMENSIONS),
        st.dictionaries(st.integers(0, 9), st.integers(1, 99), min_size=1, max_size=4),
        max_size=3,
    ),
    st.integers(0, 999),
)
def test_every_target_is_one_of_the_values_that_were_asked_for(asked, number):
    texts = [f"{name}={','.join(f'{v}:{w}' for v, w in values.items())}" for name, values in asked.items()]
    target = Targets.parse(texts).draw(Seed.root(number))
    assert target.keys() == asked.keys()
    assert all(value in asked[name] for name, value in target.items())
    assert target == Targets.parse([";".join(texts)] if texts else []).draw(Seed.root(number))


def test_weights_decide_how_often_a_value_is_drawn():
    targets = Targets.parse(["writes=1:9,2"])
    drawn = [targets.draw(Seed.root(number))["writes"] for number in range(1000)]
    assert 850 < drawn.count(1) < 950


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("writs=1", "did you mean 'writes'"),
        ("colour=1", "They are reads, writes, depth"),
        ("writes", "expected a dimension and its values"),
        ("writes=", "expected a dimension and its values"),
        ("writes=two", "'two' is no value"),
        ("writes=1:many", "'1:many' is no value"),
        ("writes=-1", "0 or more"),
        ("writes=1:0", "above 0"),
        ("writes=1:nan", "above 0"),
        ("writes=1,1", "stands there twice"),
        ("writes=1;writes=2", "asked for twice"),
    ],
)
def test_bad_distribution_says_what_was_expected(text, says):
    with pytest.raises(UsageError, match=says):
        Targets.parse([text])


def test_target_that_is_missed_says_in_which_direction_to_go():
    found = of(blueprint("write"), DOMAIN)
    assert fits(found, {"writes": 1, "reads": 1})
    assert fits(found, {})
    assert not fits(found, {"writes": 2})
    check_difficulty(found, {"writes": 1})
    with pytest.raises(BlueprintError, match=r"writes is 1 and 2 is asked for \(more of it\)") as caught:
        check_difficulty(found, {"writes": 2})
    assert caught.value.check == "difficulty"
