"""Runs are found, opened and read side by side; a dialogue is what the agent saw."""

from __future__ import annotations

import msgspec
import pytest
from tests.engine.export.conftest import played

from interplay.engine.errors import DomainError, RunError
from interplay.engine.export.dialogue import AgentTurn, CallTurn, ResultTurn, UserTurn
from interplay.engine.export.samples import UNMADE, Sample, Task, sampled_units
from interplay.engine.export.sources import open_sources

OFFERED = {"id": "retail-0000", "domain": "retail", "tools": ["calculate"], "turns": [{"say": "a"}, {"say": "b"}]}


def samples_of(path):
    (source,) = open_sources([path])
    return [sample for unit in sampled_units(source) for sample in unit.samples]


def test_a_directory_of_runs_gives_each_once_under_the_shortest_name_that_tells_it_apart(fabricate, tmp_path):
    for name in ("a/run", "b/run", "other", ".half/run"):
        fabricate([played(0)], name)
    found = open_sources([tmp_path, tmp_path / "a" / "run"])
    assert [source.name for source in found] == ["a/run", "b/run", "other"]


def test_a_directory_without_a_run_is_said(tmp_path):
    with pytest.raises(RunError, match="none is in it"):
        open_sources([tmp_path])
    with pytest.raises(RunError, match="no such directory"):
        open_sources([tmp_path / "nothing"])


def test_a_world_that_is_not_installed_is_named_with_the_run(fabricate):
    path = fabricate([played(0)])
    file = path / "run.json"
    file.write_text(file.read_text().replace('"retail"', '"atlantis"'))
    with pytest.raises(DomainError, match=r"run is a run of the world 'atlantis'.*known"):
        open_sources([path])


def test_a_run_among_others_that_cannot_be_opened_is_passed_over_where_that_is_asked_for(fabricate, tmp_path):
    for name in ("runs/bad", "runs/good"):
        fabricate([played(0)], name)
    bad, said = tmp_path / "runs" / "bad", []
    (bad / "run.json").write_text("{")
    (source,) = open_sources([tmp_path / "runs"], said.append)
    assert source.name == "good"
    assert len(said) == 1
    assert str(bad) in said[0]
    with pytest.raises(RunError, match=r"bad"):
        open_sources([tmp_path / "runs"])
    with pytest.raises(RunError, match=r"bad"):
        open_sources([tmp_path / "runs", bad], said.append)
    (tmp_path / "runs" / "good" / "run.json").write_text("{")
    with pytest.raises(RunError, match="no run is left"):
        open_sources([tmp_path / "runs"], said.append)


def test_a_dialogue_holds_what_the_agent_saw_and_ends_with_the_agent(fabricate):
    (sample,) = samples_of(fabricate([played(0)]))
    turns = sample.dialogue.turns
    assert [type(turn) for turn in turns] == [UserTurn, CallTurn, ResultTurn, AgentTurn, UserTurn, AgentTurn]
    assert [turn.at for turn in turns] == [0, 1, 2, 3, 6, 7]
    assert turns[2].tool == "get_order_details"
    assert sample.dialogue.system == sample.source.domain.policy.text


def test_a_record_read_as_it_stands_and_a_trajectory_say_the_same(fabricate):
    (sample,) = samples_of(fabricate([played(0, trial=3)]))
    again = Sample(sample.source, UNMADE, sample.trajectory)
    assert again.record == sample.record
    assert (sample.id, sample.outcome, sample.blueprint) == ("run/0/3", "verified", "retail-0000")


def test_plays_in_which_nobody_spoke_are_no_samples(fabricate):
    blank = msgspec.structs.replace(played(0, trial=1), ending=None, messages=())
    (source,) = open_sources([fabricate([played(0), blank])])
    (unit,) = sampled_units(source)
    assert (len(unit.samples), unit.unplayed) == (1, 1)


def test_tools_that_a_script_reveals_count_from_the_turn_that_was_reached(fabricate):
    revealing = OFFERED | {"turns": [{"say": "a"}, {"say": "b", "reveals": ["think"]}, {"say": "c", "reveals": ["x"]}]}
    (sample,) = samples_of(fabricate([played(0)], made={0: {"blueprint": revealing}}))
    assert sample.record.messages[8].type == "human"  # the third time that the human speaks, which reveals x
    with pytest.raises(RunError, match="tool 'x', which the world 'retail' has no more"):
        _ = sample.tools
    assert Task("i", "d", tools=("a", "b"), turns=()).offered(1, frozenset("ab")) is None


def test_offered_tools_stand_in_the_worlds_order_and_are_encoded_once(fabricate):
    script = OFFERED | {"tools": ["think", "calculate"]}
    one, other = samples_of(
        fabricate([played(0), played(1)], made={0: {"blueprint": script}, 1: {"blueprint": script}})
    )
    assert one.tools.names == ("calculate", "think")
    assert one.tools is other.tools
    assert msgspec.json.decode(one.tools.raw) == list(one.tools.objects)
    assert msgspec.json.decode(one.tools.quoted) == one.tools.text
