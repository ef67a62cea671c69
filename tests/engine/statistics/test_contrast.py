"""Two runs are compared measure by measure, blueprint by blueprint where they played the same."""

import msgspec
import pytest

from interplay.engine.conversation import Stopped
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.messages import HumanMessage, ToolCall
from interplay.engine.seeds import Seed
from interplay.engine.statistics import Asked, Statistics
from interplay.engine.statistics.contrast import Side, contrast
from interplay.engine.statistics.observing import Observations
from interplay.engine.testing.tiny import generate, tiny_domain, write
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials
from interplay.engine.units import Unit
from interplay.engine.verifier import Verdict

GOOD = Scored(Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
BAD = Scored(
    Verdict(reward=0.0, state=True, outputs=False, duties=True, policy=True, progress=0.5, untold=("7",)), "agent"
)
PROVIDER = Faulted("provider", "error", "E")
SEED = Seed.root(3)
BLUEPRINT = write(tiny_domain(), generate(SEED, 3), SEED)


def unit(number, *outcomes, turns=1, calls=0, mark=""):
    blueprint = msgspec.structs.replace(BLUEPRINT, id=f"b{number}{mark}")
    said = (HumanMessage(text="x"),) * turns
    called = tuple(ToolCall(call_id=str(at), tool="find", arguments={}) for at in range(calls))
    trials = tuple(
        Trajectory(number, blueprint.id, "00", Stopped("satisfied"), outcome, (*said, *called), at)
        for at, outcome in enumerate(outcomes)
    )
    return Unit(number, BlueprintRecord(number, blueprint), Trials(number, blueprint.id, trials))


def side(units, trials=None, kept=1000):
    asked = Asked(trials=trials)
    statistics, observations = Statistics(len(units), asked=asked), Observations(asked, kept=kept)
    for each in units:
        statistics.add(each)
        observations.add(each)
    return Side(statistics.report(), observations)


def named(found, name):
    return next(each for each in found.measures if each.name == name)


def half(count, good, **rest):
    return [unit(at, GOOD if at < good else BAD, **rest) for at in range(count)]


def test_the_same_blueprints_are_set_against_themselves():
    found = contrast(side(half(60, 30)), side(half(60, 50)))
    verified = named(found, "verified")
    assert (found.shared, found.paired, verified.paired) == (60, True, True)
    assert verified.difference.value == pytest.approx(1 / 3)
    assert verified.difference.p == pytest.approx(2 / 2**20)
    assert (verified.word, named(found, "fault outputs:untold").word) == ("real", "real")


def test_other_blueprints_are_not_although_their_ids_are_alike():
    found = contrast(side(half(60, 30)), side(half(60, 30, mark="x")))
    assert (found.shared, found.paired, named(found, "verified").paired) == (0, False, False)


def test_a_run_against_itself_differs_in_nothing():
    one = side([unit(at, *[GOOD] * 3, BAD, turns=at % 5) for at in range(40)], trials=4)
    found = contrast(one, one)
    assert found.real == ()
    assert {each.difference.value for each in found.measures} == {0.0}
    assert [each.name for each in found.measures][:4] == ["pass^1", "pass^2", "pass^3", "pass^4"]
    assert named(found, "pass^4").first.value == 0.0


def test_lengths_are_compared_by_blueprint():
    found = contrast(
        side([unit(at, GOOD, turns=at % 9 + 1, calls=2) for at in range(50)]),
        side([unit(at, GOOD, turns=at % 9 + 2, calls=2) for at in range(50)]),
    )
    turns, calls = named(found, "turns of the human"), named(found, "tool calls")
    assert (turns.difference.value, turns.word) == (pytest.approx(1.0), "real")
    assert (calls.difference.value, calls.word) == (0.0, "noise")


def test_a_trial_that_says_nothing_of_the_agent_counts_for_nobody():
    found = contrast(side([unit(0, PROVIDER), *half(20, 20)[1:]]), side(half(20, 20)))
    assert named(found, "verified").observations == (19, 19)


def test_of_attempts_until_one_is_verified_the_first_and_any_are_compared():
    one = side([unit(at, BAD, GOOD) for at in range(30)], trials=0)
    found = contrast(one, side(half(30, 0), trials=0))
    assert named(found, "verified").difference.value == 0.0
    assert named(found, "verified at any attempt").difference.value == pytest.approx(-1.0)


def test_few_blueprints_are_too_few_to_tell():
    found = contrast(side(half(5, 5)), side(half(5, 0)))
    assert {each.word for each in found.measures} == {"few"}


def test_nothing_played_is_nothing_to_compare():
    found = contrast(side([]), side(half(20, 10)))
    assert (found.compared, found.real, named(found, "verified").difference) == (0, (), None)


def test_of_more_blueprints_than_are_kept_the_sums_remain():
    found = contrast(side(half(60, 30), kept=3), side(half(60, 30), kept=3))
    assert (found.paired, named(found, "verified").observations) == (False, (60, 60))
