"""Which conversations are shown is decided by the run's seed and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.conversation import Stopped
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.report.picking import Picker
from interplay.engine.trajectory import Faulted, Scored, Trajectory, Trials, Unresolved
from interplay.engine.units import Unit
from interplay.engine.verifier import Verdict

GOOD = Scored(Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
UNTOLD = Scored(
    Verdict(reward=0.0, state=True, outputs=False, duties=True, policy=True, progress=0.5, untold=("7",)), "agent"
)
SORTS = {"good": GOOD, "untold": UNTOLD, "agent": Faulted("agent", "error", "E"), "ours": Faulted("ours", "error", "E")}


def unit(number, sort):
    trial = Trajectory(number, "b", "00", Stopped("satisfied"), SORTS[sort], ())
    return Unit(number, BlueprintRecord(number), Trials(number, "b", (trial,)))


def picked(sorts, most, seed=7):
    picker = Picker(seed, most)
    for number, sort in enumerate(sorts):
        picker.add(unit(number, sort))
    return [(each.unit.number, each.why) for each in picker.picked()]


@given(st.lists(st.sampled_from(sorted(SORTS)), max_size=40), st.integers(0, 8))
def test_no_more_are_shown_than_asked_for_none_twice_and_the_same_each_time(sorts, most):
    found = picked(sorts, most)
    assert len(found) <= most
    assert len({number for number, _ in found}) == len(found)
    assert found == picked(sorts, most)
    assert min(most, len(sorts)) == len(found) or sorts.count("good") < most


def test_verified_ones_and_one_of_each_frequent_fault_are_shown():
    whys = [why for _, why in picked(["good"] * 20 + ["untold"] * 5 + ["agent"] * 3 + ["ours"], 4)]
    assert whys == ["verified", "verified", "outputs:untold", "failed: agent"]


def test_another_seed_shows_others():
    assert picked(["good"] * 50, 3) != picked(["good"] * 50, 3, seed=8)


def test_what_nobody_played_is_not_shown():
    picker = Picker(7, 3)
    blank = Trajectory(0, "b", "00", None, Unresolved("none"), ())
    picker.add(Unit(0, BlueprintRecord(0), Trials(0, "b", (blank,))))
    assert picker.picked() == ()
