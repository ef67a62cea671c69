"""A report is counts that one can make by hand."""

import pytest

from interplay.engine.conversation import Failed, HandedOver, LimitReached, Stopped, TimedOut
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.policy import Violation
from interplay.engine.seeds import Seed
from interplay.engine.statistics import Statistics, ending_name
from interplay.engine.statistics.report import Share
from interplay.engine.statistics.spread import Spread
from interplay.engine.testing.tiny import generate, tiny_domain, write
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials, Unresolved
from interplay.engine.units import Unit
from interplay.engine.verifier import Verdict

GOOD = Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0)
BAD = Verdict(
    reward=0.0, state=True, outputs=False, duties=True, policy=False, progress=0.5, untold=("7",),
    violations=(Violation("ask-first", "Cancelling", 3, "no yes"), Violation("ask-first", "Cancelling", 5, "no yes")),
)  # fmt: skip
SEED = Seed.root(3)
BLUEPRINT = write(tiny_domain(), generate(SEED, 3), SEED)
SATISFIED = Stopped("satisfied")


def trial(outcome, ending, *messages, at=0):
    return Trajectory(0, "b0", "00", ending, outcome, tuple(messages), at)


def unit(number, outcome, ending, *messages):
    return Unit(number, BlueprintRecord(number), Trials(number, "b0", (trial(outcome, ending, *messages),)))


def several(number, *outcomes):
    trials = tuple(trial(outcome, SATISFIED, at=at) for at, outcome in enumerate(outcomes))
    return Unit(number, BlueprintRecord(number, BLUEPRINT), Trials(number, "b0", trials))


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
        unit(0, Scored(GOOD), SATISFIED, HumanMessage(text="hi", stop="satisfied")),
        unit(1, Scored(BAD, "agent"), HandedOver(), HumanMessage(text="hi")),
        unit(2, Faulted("agent", "error", "E"), Failed("agent", "E", "T"), HumanMessage(text="hi")),
        unit(3, Unresolved("no blueprint"), None),
    )
    assert found.outcomes == {"failed:agent": 1, "rejected": 1, "unresolved": 1, "verified": 1}
    assert (found.done, found.verified, found.conversations) == (4, 1, 4)
    assert (found.scored, found.acceptance) == (2, 0.5)
    assert found.faults == {"outputs:untold": 1, "policy:ask-first": 1}
    assert found.turns == Spread(1.0, 1.0, 1, 1, 1)  # the unit that nobody played has no length


def test_failures_are_counted_by_whose_they_were_and_good_and_unmade_ones_are_nobodys():
    found = report(
        unit(0, Scored(GOOD), SATISFIED),
        unit(1, Scored(BAD, "human"), SATISFIED),
        unit(2, Scored(BAD, "agent"), SATISFIED),
        unit(3, Faulted("agent", "timeout", "T"), TimedOut(1.0, "agent")),
        unit(4, Faulted("provider", "error", "E"), Failed("human", "E", "", "rate")),
        unit(5, Faulted("environment", "error", "E"), Failed("environment", "E", "T")),
        unit(6, Faulted("ours", "error", "E"), None),
        unit(7, Unresolved("none"), None),
    )
    assert found.blame == {"agent": 2, "environment": 1, "human": 1, "ours": 1, "provider": 1}


def test_outcomes_are_of_conversations_and_a_unit_is_verified_by_any_of_them():
    found = report(several(0, Scored(BAD, "agent"), Scored(GOOD)), several(1, Scored(BAD, "human")))
    assert found.outcomes == {"rejected": 2, "verified": 1}
    assert (found.done, found.verified, found.conversations) == (2, 1, 3)
    assert found.attempts == {"2": 1, "never": 1}
    assert found.passed is None


def test_a_unit_whose_conversations_are_not_recorded_yet_is_not_done():
    found = report(Unit(0, BlueprintRecord(0, BLUEPRINT), None))
    assert (found.done, found.conversations, found.making.blueprints) == (0, 0, 1)


def test_calls_and_refusals_are_counted_by_name_and_sequences_once():
    sequence = (HumanMessage(text="a"), *call("find"), *call("cancel", refusal="too_late"), AgentMessage(text="b"))
    found = report(
        unit(0, Scored(GOOD), SATISFIED, *sequence),
        unit(1, Scored(GOOD), SATISFIED, *sequence),
        unit(2, Scored(GOOD), SATISFIED, *call("find")),
    )
    assert found.tools == {"find": 3, "cancel": 2}
    assert found.refusals == {"too_late": 2}
    assert found.tool_sequences == 2
    assert (found.calls.min, found.calls.median, found.calls.max) == (1, 2, 2)


def test_calls_are_counted_by_who_made_them():
    own = ToolCall(call_id="own", tool="look", arguments={}, by="human")
    found = report(unit(0, Scored(GOOD), SATISFIED, HumanMessage(text="a"), *call("find"), own, *call("cancel")))
    assert found.callers == {"agent": 2, "human": 1}
    assert found.calls.max == 3


def test_words_of_humans_alone_are_counted():
    said = HumanMessage(text="Cancel my order!"), AgentMessage(text="never counted"), HumanMessage(text="Cancel")
    found = report(unit(0, Scored(GOOD), SATISFIED, *said))
    assert (found.words, found.vocabulary, found.estimated) == (4, 3, False)


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        (Stopped("denied"), "denied"),
        (HandedOver(), "handed over"),
        (LimitReached("turns", 3), "limit: turns"),
        (TimedOut(1.0, "agent"), "timeout: agent"),
        (Failed("human", "", ""), "failed: human"),
        (Failed("human", "", "", "rate"), "failed: provider"),
        (None, "not played"),
    ],
)
def test_endings_have_short_names(ending, name):
    assert ending_name(ending) == name


def test_lengths_rules_and_success_by_difficulty_are_counted_in_full():
    hard = Difficulty(reads=3, writes=2, depth=2, entities=4, rules=5, hidden=0)
    trials = Trials(
        0, "b0", (trial(Scored(GOOD), SATISFIED, HumanMessage(text="a")), trial(Scored(BAD, "agent"), SATISFIED))
    )
    found = report(Unit(0, BlueprintRecord(0, BLUEPRINT, difficulty=hard), trials), unit(1, Unresolved("none"), None))
    assert (found.turn_counts, found.call_counts) == ({0: 1, 1: 1}, {0: 2})
    assert found.rules == {"ask-first": 1}
    assert found.success["writes"] == {2: Share(verified=1, scored=2)}
    assert set(found.success) == {"reads", "writes", "depth", "entities", "rules", "hidden"}
