"""Recorded tasks: the world made ready, the reference run in step and out of step, questions and rewards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from interplay.engine.errors import DataError
from interplay.engine.replaying import tasks
from interplay.engine.replaying.checks import Replayed
from interplay.engine.replaying.stage import Stage

FULL = {"env_type": "assistant", "func_name": "contains", "arguments": {"box": "a", "count": 5}, "assert_value": True}
TASK: dict[str, Any] = {
    "id": "t",
    "user_scenario": {"instructions": "Fill the box."},
    "initial_state": {
        "initialization_actions": [
            {"env_type": "assistant", "func_name": "pour", "arguments": {"box": "b", "count": 3}},
        ]
    },
    "evaluation_criteria": {"actions": [], "reward_basis": ["DB", "ENV_ASSERTION"]},
}
IDLE = {"reward": 0.0, "db_match": False, "env_assertions": [False], "action_reward": 0.0}
LINE: dict[str, Any] = {
    "type": "task",
    "id": "t",
    "reward_basis": ["DB", "ENV_ASSERTION"],
    "init_error": None,
    "init_diff": {"agent": [{"path": ["boxes", "b", "count"], "before": 2, "after": 3}], "user": []},
    "env_assertions_initial": [{**FULL, "met": False}],
    "actions": [
        {"requestor": "assistant", "name": "fill", "arguments": {"box": "a", "count": 5}, "observation": "5.0 in it"},
        {"requestor": "user", "name": "light", "arguments": {}, "observation": "lit"},
        {"requestor": "user", "name": "light", "arguments": {}, "refused": True},
    ],
    "final_diff": {
        "agent": [
            {"path": ["boxes", "a", "count"], "before": 1, "after": 5},
            {"path": ["boxes", "a", "labels", 0], "after": "full"},
        ],
        "user": [
            {"path": ["lamp", "lit"], "before": False, "after": True},
            {"path": ["lamp", "dim"], "before": False, "after": True},
        ],
    },
    "env_assertions_final": [{**FULL, "met": True}],
    "gold_final_diff": {
        "agent": [
            {"path": ["boxes", "a", "count"], "before": 1, "after": 5},
            {"path": ["boxes", "a", "labels", 0], "after": "full"},
        ],
        "user": [{"path": ["lamp", "lit"], "before": False, "after": True}],
    },
    "gold_errors": [{"index": 2, "error": "Error: it is lit"}],
    "reward_reference": {"reward": 0.0, "db_match": False, "env_assertions": [True], "action_reward": 1.0},
    "reward_no_action": IDLE,
}


@pytest.fixture
def run(domain, checkout) -> Callable[..., Replayed]:
    """Replays the line, changed so."""
    stage = Stage(domain, checkout(TASK))

    def replayed(**changed: Any) -> Replayed:
        line = tasks.read(msgspec.json.encode({**LINE, **changed}))
        return tasks.replay(stage, line)

    return replayed


def wrong(replayed: Replayed) -> dict[str, str]:
    return {check.part: check.disagreement for check in replayed.checks if check.disagreement is not None}


def test_a_task_agrees_in_all_its_parts(run):
    replayed = run()
    assert wrong(replayed) == {}
    assert [check.outcome for check in replayed.checks if check.part == "light"] == ["value", "refused"]


def test_what_ours_did_is_written_in_the_very_form_of_the_recording(run):
    ours = msgspec.json.decode(msgspec.json.encode(run().record))
    assert list(ours) == list(LINE)
    for key in LINE:
        if "diff" not in key:
            assert ours[key] == LINE[key], key


def test_a_call_runs_on_the_tools_of_whoever_made_it(run):
    actions = [{**each, "requestor": "assistant"} for each in LINE["actions"]]
    assert "unknown_tool" in wrong(run(actions=actions))["(no such tool)"]


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("(beginning)", {"init_diff": {"agent": [], "user": []}}),
        ("(beginning)", {"init_error": "it cannot begin"}),
        ("(assertion before)", {"env_assertions_initial": [{**FULL, "met": True}]}),
        ("(assertion after)", {"env_assertions_final": [{**FULL, "error": "nobody knows"}]}),
        ("fill", {"actions": [{**LINE["actions"][0], "observation": "6.0 in it"}, *LINE["actions"][1:]]}),
        ("(final state)", {"final_diff": LINE["gold_final_diff"]}),
        ("(final state out of step)", {"gold_final_diff": None}),
        ("(reward of the reference)", {"reward_reference": IDLE}),
        ("(reward of doing nothing)", {"reward_no_action": LINE["reward_reference"]}),
    ],
)
def test_every_part_that_differs_is_told(run, part, changed):
    assert part in wrong(run(**changed))


def test_sides_are_told_apart_in_a_final_state_that_differs(run):
    text = wrong(run(final_diff={"agent": LINE["final_diff"]["agent"], "user": []}))["(final state)"]
    assert text.startswith("user:/lamp/lit: ours false -> true; recorded unchanged")


def test_a_task_that_the_file_lacks_is_an_error_that_names_it(run):
    with pytest.raises(DataError, match=r"tasks\.json has no task 'other'"):
        run(id="other")


def test_a_world_that_cannot_begin_is_a_disagreement_unless_it_was_recorded_so(domain, checkout):
    initial = {"initialization_actions": [{"env_type": "user", "func_name": "explode", "arguments": {}}]}
    stage = Stage(domain, checkout({**TASK, "initial_state": initial}))
    found = tasks.replay(stage, tasks.read(msgspec.json.encode(LINE)))
    assert "ours cannot begin" in wrong(found)["(beginning)"]
    assert "explode" in found.record["init_error"]
    assert tasks.replay(stage, tasks.read(msgspec.json.encode({**LINE, "init_error": "no such thing"}))).agrees


def test_the_worlds_line_compares_what_changes_by_itself(domain, checkout):
    stage = Stage(domain, checkout(TASK))
    meta = {"type": "meta", "domain": "boxes", "first_sync_diff": {"agent": [], "user": []}}
    assert tasks.replay(stage, tasks.read(msgspec.json.encode(meta))).agrees
    other = {**meta, "first_sync_diff": {"user": [{"path": ["lamp", "dim"], "before": False, "after": True}]}}
    found = tasks.replay(stage, tasks.read(msgspec.json.encode(other)))
    assert "first sync" in found.checks[0].part
    assert not found.agrees
    assert found.record["first_sync_diff"] == {"user": ()}
