"""A difference is called real when chance does not bring it, and never otherwise more often than promised."""

from collections import Counter
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interplay.engine.statistics.comparing import (
    Difference,
    Moments,
    holm,
    mean_difference,
    paired_mean_difference,
    paired_share_difference,
    share_difference,
    word,
)

ROOM = 1e-6
values = st.dictionaries(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.integers(1, 200), min_size=1).map(Counter)
shares = st.tuples(st.integers(0, 200), st.integers(0, 200)).filter(any).map(lambda c: Counter({1.0: c[0], 0.0: c[1]}))
numbers = st.lists(st.integers(0, 50), min_size=2, max_size=60)
chances = st.lists(st.floats(0, 1), max_size=30)


def moments(found):
    made = Moments()
    for each in found:
        made.add(each)
    return made


def same(one, two):
    assert one.value == pytest.approx(two.value, abs=ROOM)
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=ROOM)
    assert one.p == pytest.approx(two.p, abs=ROOM)


@given(values, values)
def test_the_second_less_the_first_is_the_negative_of_the_first_less_the_second(one, two):
    same(share_difference(one, two), -share_difference(two, one))


@given(numbers, numbers)
def test_the_same_of_means(one, two):
    same(mean_difference(moments(one), moments(two)), -mean_difference(moments(two), moments(one)))


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 0.5, 1.0])), min_size=1))
def test_the_same_of_pairs(pairs):
    turned = Counter((two, one) for one, two in pairs)
    same(paired_share_difference(Counter(pairs)), -paired_share_difference(turned))


@given(values)
def test_a_run_against_itself_is_never_real(one):
    for found in (share_difference(one, one), paired_share_difference({(v, v): n for v, n in one.items()})):
        assert (found.value, found.p) == (0.0, 1.0)
        assert found.low <= 0 <= found.high
        assert word(found, found.p, one.total()) != "real"


@given(numbers)
def test_numbers_against_themselves_are_never_real(found):
    both = mean_difference(moments(found), moments(found))
    paired = paired_mean_difference(moments([0] * len(found)))
    assert (both.p, paired.p) == (1.0, 1.0)
    assert "real" not in {word(each, each.p, len(found)) for each in (both, paired)}


@given(values, values)
def test_the_chance_and_the_interval_agree_about_zero(one, two):
    found = share_difference(one, two)
    assume(abs(found.p - 0.05) > ROOM)
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)
    assert -1 <= found.low <= found.value + ROOM
    assert found.value - ROOM <= found.high <= 1


@given(shares, shares)
def test_more_of_the_same_is_surer(one, two):
    tenfold = share_difference(*(Counter({v: 10 * n for v, n in each.items()}) for each in (one, two)))
    found = share_difference(one, two)
    assert tenfold.high - tenfold.low <= found.high - found.low + ROOM
    assert tenfold.p <= found.p + ROOM


def test_the_interval_is_the_published_one():
    """Newcombe 1998, table II: 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339; the sign is turned here.

    A side's own interval takes its variance with n - 1, which widens it by less than 0.002.
    """
    found = share_difference(Counter({1.0: 56, 0.0: 14}), Counter({1.0: 48, 0.0: 32}))
    assert found.value == pytest.approx(-0.2)
    assert (found.low, found.high) == pytest.approx((-0.3339, -0.0524), abs=0.002)


def test_mcnemars_chance_is_that_of_tosses_of_a_coin():
    found = paired_share_difference({(1.0, 0.0): 1, (0.0, 1.0): 9, (1.0, 1.0): 40})
    assert found.p == pytest.approx(2 * (1 + 10) / 2**10)
    assert found.value == pytest.approx(0.16)


def test_pairs_tell_more_than_the_same_numbers_apart():
    pairs = {(1.0, 1.0): 60, (0.0, 0.0): 25, (0.0, 1.0): 15}
    together = paired_share_difference(pairs)
    apart = share_difference(Counter({1.0: 60, 0.0: 40}), Counter({1.0: 75, 0.0: 25}))
    assert together.value == pytest.approx(apart.value)
    assert together.high - together.low < apart.high - apart.low


def test_welchs_interval_is_the_published_one():
    """Student 1908: the gain of sleep of ten patients by two drugs; the mean gain is 1.58, 0.70 to 2.46."""
    first = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    second = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    paired = paired_mean_difference(moments([b - a for a, b in zip(first, second, strict=True)]))
    assert (paired.value, paired.low, paired.high) == pytest.approx((1.58, 0.70, 2.46), abs=0.005)
    assert paired.p == pytest.approx(0.00283, abs=0.0005)
    apart = mean_difference(moments(first), moments(second))
    assert (apart.low, apart.high) == pytest.approx((-0.205, 3.365), abs=0.005)
    assert apart.p == pytest.approx(0.0794, abs=0.0005)


@pytest.mark.parametrize(("one", "two", "count"), [(0.5, 0.5, 40), (0.9, 0.8, 60), (0.05, 0.15, 80), (0.97, 0.97, 30)])
def test_intervals_hold_the_truth_as_often_as_they_promise(one, two, count):
    random, held = Random(11), 0
    for _ in range(600):
        sides = [sum(random.random() < chance for _ in range(count)) for chance in (one, two)]
        found = share_difference(*(Counter({1.0: good, 0.0: count - good}) for good in sides))
        held += found.low <= two - one <= found.high
    assert 0.93 <= held / 600 <= 1.0


def test_intervals_hold_the_truth_where_trials_of_a_blueprint_resemble_each_other():
    random, held = Random(12), 0
    for _ in range(400):
        sides = []
        for _side in range(2):
            chances = [random.choice((0.1, 0.9)) for _ in range(40)]
            sides.append(Counter(sum(random.random() < chance for _ in range(4)) / 4 for chance in chances))
        found = share_difference(*sides)
        held += found.low <= 0 <= found.high
    assert 0.92 <= held / 400 <= 0.99


def test_of_twenty_equal_measures_hardly_ever_any_is_called_real():
    random, wrongly = Random(13), 0
    for _ in range(100):
        found = []
        for _measure in range(20):
            sides = [sum(random.random() < 0.7 for _ in range(100)) for _ in range(2)]
            found.append(share_difference(*(Counter({1.0: good, 0.0: 100 - good}) for good in sides)))
        adjusted = holm([each.p for each in found])
        wrongly += any(word(each, p, 100) == "real" for each, p in zip(found, adjusted, strict=True))
    assert wrongly <= 10


@given(chances)
def test_looking_at_several_makes_no_chance_smaller_and_keeps_their_order(found):
    adjusted = holm(found)
    assert all(before <= after <= 1 or after == 1 for before, after in zip(found, adjusted, strict=True))
    ordered = sorted(range(len(found)), key=found.__getitem__)
    assert [adjusted[at] for at in ordered] == sorted(adjusted)


def test_holms_chances_are_those_of_his_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize(
    ("difference", "adjusted", "observations", "said"),
    [
        (Difference(0.2, 0.1, 0.3, 0.001), 0.01, 200, "real"),
        (Difference(0.2, 0.1, 0.3, 0.001), 0.2, 200, "noise"),
        (Difference(0.2, 0.1, 0.3, 0.001), 0.01, 9, "few"),
        (Difference(0.02, -0.05, 0.09, 0.5), 0.5, 200, "noise"),
        (Difference(0.1, -0.2, 0.4, 0.5), 0.5, 12, "few"),
    ],
)
def test_what_is_said_of_a_difference(difference, adjusted, observations, said):
    assert word(difference, adjusted, observations) == said


@given(numbers)
def test_moments_are_those_of_the_numbers(found):
    made = moments(found)
    mean = sum(found) / len(found)
    assert made.mean == pytest.approx(mean)
    assert made.squares == pytest.approx(sum((each - mean) ** 2 for each in found), abs=1e-6)
