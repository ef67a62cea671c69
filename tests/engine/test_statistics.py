"""Statistics are counts that one can make by hand, and estimates that stay near them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.conversation import Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.generation import BlueprintRecord
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Violation
from interplay.engine.statistics import Distinct, Spread, Statistics, ending_name, hashed, spread, words
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Unresolved
from interplay.engine.units import Unit
from interplay.engine.verifier import Verdict

GOOD = Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0)
BAD = Verdict(
    reward=0.0, state=True, outputs=False, duties=True, policy=False, progress=0.5, untold=("7",),
    violations=(Violation("ask-first", "Cancelling", 3, "no yes"), Violation("ask-first", "Cancelling", 5, "no yes")),
)  # fmt: skip


def unit(number, outcome, ending, *messages, record=None):
    trajectory = Trajectory(number, f"b{number}", "00", ending, outcome, tuple(messages))
    return Unit(number, record or BlueprintRecord(number), trajectory)


def call(name, *, refusal=None):
    return (
        ToolCall(call_id="1", tool=name, arguments={}),
        ToolResult(call_id="1", content="x", refusal=refusal),
    )


def report(*units, **settings):
    statistics = Statistics(len(units), **settings)
    for each in units:
        statistics.add(each)
    return statistics.report()


def test_acceptance_is_a_share_of_what_was_scored_and_failures_are_nobodys_zero():
    found = report(
        unit(0, Scored(GOOD), Stopped("satisfied"), HumanMessage(text="hi", stop="satisfied")),
        unit(1, Scored(BAD), HandedOver(), HumanMessage(text="hi")),
        unit(2, Faulted("agent", "error", "E"), Failed("agent", "E", "T"), HumanMessage(text="hi")),
        unit(3, Unresolved("no blueprint"), None),
    )
    assert found.outcomes == {"failed:agent": 1, "rejected": 1, "unresolved": 1, "verified": 1}
    assert (found.scored, found.acceptance) == (2, 0.5)
    assert found.faults == {"outputs:untold": 1, "policy:ask-first": 1}
    assert found.turns == Spread(1.0, 1.0, 1, 1, 1)  # the unit that nobody played has no length


def test_calls_and_refusals_are_counted_by_name_and_sequences_once():
    sequence = (HumanMessage(text="a"), *call("find"), *call("cancel", refusal="too_late"), AgentMessage(text="b"))
    found = report(
        unit(0, Scored(GOOD), Stopped("satisfied"), *sequence),
        unit(1, Scored(GOOD), Stopped("satisfied"), *sequence),
        unit(2, Scored(GOOD), Stopped("satisfied"), *call("find")),
    )
    assert found.tools == {"find": 3, "cancel": 2}
    assert found.refusals == {"too_late": 2}
    assert found.tool_sequences == 2
    assert (found.calls.min, found.calls.median, found.calls.max) == (1, 2, 2)


def test_first_try_is_a_share_of_all_units_whose_blueprint_was_tried():
    found = report(
        unit(0, Unresolved(""), None, record=BlueprintRecord(0, rejected={"policy": 2, "leak": 1})),
        unit(1, Unresolved(""), None, record=BlueprintRecord(1, failure="none passed")),
    )
    assert found.rejected_candidates == {"policy": 2, "leak": 1}
    assert (found.blueprints, found.first_try) == (0, 0.0)


def test_words_of_humans_alone_are_counted_in_runs_within_a_message():
    found = report(
        unit(
            0, Scored(GOOD), Stopped("satisfied"),
            HumanMessage(text="Cancel my order, cancel MY order!"), AgentMessage(text="never counted"),
            HumanMessage(text="Yes"),
        )
    )  # fmt: skip
    assert found.words == 7
    assert found.vocabulary == 4  # cancel, my, order, yes
    assert (found.grams["2"].distinct, found.grams["2"].all) == (3, 5)
    assert (found.grams["3"].distinct, found.grams["3"].all, found.grams["3"].ratio) == (3, 4, 0.75)


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
    statistics = Statistics(1, distinct=2000)
    for number in range(400):
        text = " ".join(f"w{number * 50 + at}" for at in range(50))
        statistics.add(unit(0, Scored(GOOD), Stopped("satisfied"), HumanMessage(text=text)))
    found = statistics.report()
    assert found.estimated
    assert found.words == 20_000
    for grams in found.grams.values():
        assert grams.distinct == pytest.approx(grams.all, rel=0.1)


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        (Stopped("denied"), "denied"),
        (HandedOver(), "handed over"),
        (LimitReached("turns", 3), "limit: turns"),
        (TimedOut(1.0, "agent"), "timeout: agent"),
        (Failed("human", "", ""), "failed: human"),
        (None, "not played"),
    ],
)
def test_endings_have_short_names(ending, name):
    assert ending_name(ending) == name
