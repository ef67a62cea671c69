"""A run's two logs are read side by side, and a unit is found by any of its names."""

import msgspec
import pytest

from interplay.engine.conversation import Stopped
from interplay.engine.errors import RunError, UsageError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import generate
from interplay.engine.trajectory import Scored, Trajectory, Trials
from interplay.engine.units import Unit, find_unit, is_open, units
from interplay.engine.verifier import Verdict

GOOD = Scored(Verdict(reward=1.0, state=True, outputs=True, duties=True, policy=True, progress=1.0))
BAD = Scored(Verdict(reward=0.0, state=False, outputs=True, duties=True, policy=True, progress=0.0), "agent")


def trials(unit, *outcomes):
    name, left = f"tiny-b{unit}", Stopped("satisfied")
    played = (Trajectory(unit, name, "00", left, outcome, (), at) for at, outcome in enumerate(outcomes))
    return Trials(unit, name, tuple(played))


def run_at(path, blueprints=(), conversations=(), total=4):
    run = Run.create(path, RunConfig(domain="tiny", seed=1, units=total), generate(Seed.root(1), 2))
    for log, records in (("blueprints", blueprints), ("trajectories", conversations)):
        (run.path / f"{log}.jsonl").write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in records))
    return run


def test_each_unit_has_its_record_and_its_conversations(tmp_path):
    run = run_at(tmp_path / "run", [BlueprintRecord(0), BlueprintRecord(1)], [trials(0, GOOD), trials(1, BAD, GOOD)])
    first, second = units(run)
    assert (first.number, first.record, first.trials) == (0, BlueprintRecord(0), trials(0, GOOD))
    assert len(second.played) == 2
    assert not is_open(run)


def test_a_unit_may_have_one_of_two(tmp_path):
    run = run_at(tmp_path / "run", [BlueprintRecord(0), BlueprintRecord(2)], [trials(1, GOOD), trials(2, GOOD)])
    assert [(each.number, each.record is not None, each.trials is not None) for each in units(run)] == [
        (0, True, False),
        (1, False, True),
        (2, True, True),
    ]


@pytest.mark.parametrize(
    ("outcomes", "best"), [((BAD, GOOD, GOOD), 1), ((BAD, BAD), 1), ((GOOD,), 0)], ids=["first good", "last", "only"]
)
def test_the_best_conversation_speaks_for_its_unit(outcomes, best):
    unit = Unit(0, None, trials(0, *outcomes))
    assert unit.trajectory is unit.played[best]


def test_a_unit_that_nobody_played_has_no_conversation():
    assert (Unit(0, BlueprintRecord(0), None).trajectory, Unit(0, BlueprintRecord(0), None).played) == (None, ())
    assert Unit(0, None, Trials(0, "x", ())).trajectory is None


def test_a_unit_is_found_by_number_by_id_and_by_the_beginning_of_its_id(tmp_path):
    run = run_at(tmp_path / "run", [], [trials(0, GOOD), trials(1, BAD, GOOD)])
    for name in ("1", "tiny-b1", "b1"):
        assert find_unit(run, name).number == 1
    assert find_unit(run, "tiny-b1").trials == trials(1, BAD, GOOD)
    with pytest.raises(UsageError, match="several blueprints"):
        find_unit(run, "b")
    with pytest.raises(UsageError, match="begins with 'zz'"):
        find_unit(run, "zz")
    with pytest.raises(UsageError, match="is not done yet"):
        find_unit(run, "3")
    with pytest.raises(UsageError, match="has no unit 4"):
        find_unit(run, "4")


def test_records_out_of_order_or_beyond_the_run_are_refused(tmp_path):
    run = run_at(tmp_path / "run", [], [trials(1, GOOD), trials(0, GOOD)])
    with pytest.raises(RunError, match="unit 0 stands after unit 1"):
        list(units(run))
    run = run_at(tmp_path / "other", [], [trials(9, GOOD)])
    with pytest.raises(RunError, match="there is a unit 9"):
        list(units(run))


def test_a_record_of_the_old_shape_is_refused_with_its_line(tmp_path):
    run = run_at(tmp_path / "run", [], [trials(0, GOOD).trials[0]])
    with pytest.raises(RunError, match="line 1"):
        list(units(run))
