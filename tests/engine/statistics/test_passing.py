"""pass^k and pass@k are those of every choice of k trials, and their intervals hold what they should."""

from collections import Counter
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.conversation import Stopped
from interplay.engine.seeds import Seed
from interplay.engine.statistics.passing import PassCounter, interval, pass_at_k, pass_hat_k, share_estimate
from interplay.engine.trajectory import Fault, Faulted, Scored, Trajectory
from interplay.engine.verifier import Verdict

GOOD = Scored(Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
BAD = Scored(Verdict(reward=0.0, state=False, outputs=True, duties=True, policy=True, progress=0.0), "agent")


def unit(*outcomes):
    return [Trajectory(0, "b", "00", Stopped("satisfied"), each, (), at) for at, each in enumerate(outcomes)]


def failed(fault: Fault):
    return Faulted(fault, "error", "E")


def counted(*units, trials=None):
    passes = PassCounter(trials=trials)
    for each in units:
        passes.add(each)
    return passes


SHAPES = st.integers(1, 6).flatmap(
    lambda trials: st.tuples(
        st.just(trials), st.integers(1, trials), st.lists(st.integers(0, trials), min_size=1, max_size=8)
    )
)


@given(SHAPES)
def test_both_are_the_share_of_choices_of_k_trials(shape):
    trials, k, successes = shape
    all_good = any_good = choices = 0
    for count in successes:
        for choice in combinations([True] * count + [False] * (trials - count), k):
            choices += 1
            all_good += all(choice)
            any_good += any(choice)
    assert pass_hat_k(successes, trials, k) == pytest.approx(all_good / choices)
    assert pass_at_k(successes, trials, k) == pytest.approx(any_good / choices)


@given(SHAPES)
def test_more_trials_make_all_rarer_and_any_likelier_and_one_trial_is_the_rate(shape):
    trials, _, successes = shape
    every = [pass_hat_k(successes, trials, k) for k in range(1, trials + 1)]
    some = [pass_at_k(successes, trials, k) for k in range(1, trials + 1)]
    assert every == sorted(every, reverse=True)
    assert some == sorted(some)
    assert every[0] == some[0] == pytest.approx(sum(successes) / (trials * len(successes)))


def test_pass_hat_k_of_the_known_example():
    assert pass_hat_k([4, 2, 0], 4, 2) == pytest.approx((1 + 1 / 6 + 0) / 3)


@pytest.mark.parametrize(
    ("successes", "trials", "k", "said"),
    [
        ([], 4, 1, "no blueprints"),
        ([1], 4, 0, "from 1 to 4"),
        ([1], 4, 5, "from 1 to 4"),
        ([5], 4, 1, "5 successful trials of 4"),
        ([-1], 4, 1, "-1 successful"),
    ],
)
def test_counts_that_cannot_be_are_refused(successes, trials, k, said):
    for of in (pass_hat_k, pass_at_k):
        with pytest.raises(ValueError, match=said):
            of(successes, trials, k)


@given(SHAPES)
def test_interval_holds_the_estimate_and_is_a_chance(shape):
    trials, k, successes = shape
    values = Counter(comb(count, k) / comb(trials, k) for count in successes)
    low, high = interval(values)
    mean = pass_hat_k(successes, trials, k)
    assert 0.0 <= low <= mean + 1e-9
    assert mean - 1e-9 <= high <= 1.0


def test_interval_of_a_share_is_wilsons_and_has_a_width_where_all_is_well():
    found = share_estimate(10, 10)
    assert (found.value, found.low, found.high) == (1.0, 0.7225, 1.0)
    found = share_estimate(3, 5)
    assert (found.value, found.low, found.high) == (0.6, 0.2307, 0.8824)
    assert share_estimate(0, 0).high == 0.0


def test_interval_narrows_with_blueprints_and_with_trials_that_vary_within_them():
    def width(values):
        low, high = interval(Counter(values))
        return high - low

    assert width([0.0, 1.0] * 100) < width([0.0, 1.0] * 25)
    assert width([0.25, 0.5, 0.75] * 10) < width([0.0, 0.5, 1.0] * 10)


def test_an_interval_around_nothing_is_refused():
    with pytest.raises(ValueError, match="no blueprints"):
        interval(Counter())


@pytest.mark.parametrize("k", [1, 2, 4])
def test_interval_holds_the_true_value_about_as_often_as_it_says(k):
    chances, trials, blueprints, runs = Seed.root(1).random(), 4, 40, 400
    true = 2 / (2 + k)  # the mean of p**k where p is spread as beta(2, 1)
    held = 0
    for _ in range(runs):
        successes = []
        for _ in range(blueprints):
            rate = chances.betavariate(2, 1)
            successes.append(sum(chances.random() < rate for _ in range(trials)))
        low, high = interval(Counter(comb(count, k) / comb(trials, k) for count in successes))
        held += low <= true <= high
    assert 0.91 <= held / runs <= 0.99


def test_runs_that_stop_at_the_first_verified_one_have_attempts_and_no_pass_hat_k():
    passes = counted(unit(GOOD), unit(BAD, GOOD), unit(BAD, BAD, GOOD), unit(BAD, BAD, BAD))
    assert passes.attempts() == {"1": 1, "2": 1, "3": 1, "never": 1}
    assert passes.passed() is None


def test_a_conversation_after_a_verified_one_tells_that_trials_were_asked_for():
    passes = counted(unit(GOOD, BAD), unit(BAD, BAD))
    assert passes.attempts() == {}
    found = passes.passed()
    assert found is not None
    assert (found.trials, found.blueprints, found.left_out, found.verified) == (2, 2, 0, 1)
    assert [(each.k, each.all.value, each.any.value) for each in found.passing] == [(1, 0.25, 0.25), (2, 0.0, 0.5)]


def test_what_a_run_was_asked_for_goes_before_what_its_conversations_look_like():
    assert counted(unit(BAD, BAD), trials=2).passed() is not None
    assert counted(unit(BAD, BAD), trials=0).attempts() == {"never": 1}


def test_a_blueprint_with_a_trial_that_says_nothing_of_the_agent_is_left_out_and_the_agents_failures_are_not():
    passes = counted(
        unit(GOOD, GOOD),
        unit(GOOD, failed("agent")),
        *(unit(GOOD, failed(fault)) for fault in ("provider", "ours", "human", "environment")),
        trials=2,
    )
    found = passes.passed()
    assert found is not None
    assert (found.blueprints, found.left_out, found.verified) == (2, 4, 3)
    assert found.passing[1].all.value == 0.5


def test_where_every_blueprint_is_left_out_nothing_is_estimated():
    found = counted(unit(GOOD, failed("provider")), trials=2).passed()
    assert found is not None
    assert (found.blueprints, found.left_out, found.passing) == (0, 1, ())


def test_one_conversation_a_blueprint_has_neither():
    passes = counted(unit(GOOD), unit(BAD), trials=1)
    assert (passes.attempts(), passes.passed()) == ({}, None)
