"""Files of conversations: three forms, told apart by content, and one bad conversation hides no other."""

from __future__ import annotations

import pytest

from interplay.engine.errors import DataError, TranscriptError
from interplay.engine.grading.recorded import read_recorded
from interplay.engine.importing import tau, tau2

HELLO = {"role": "user", "content": "Hello."}
ACTION = {"name": "renew_loan", "arguments": {"loan_id": "L0001"}}
TASK = {"user_id": "ada", "instruction": "Renew it.", "actions": [ACTION], "outputs": ["3"]}


def test_a_line_each_names_its_blueprint_or_task(write):
    lines = [{"messages": [HELLO], "blueprint": "b"}, {"messages": [HELLO], "task_id": 7, "reward": 0.5}]
    found = list(read_recorded(write(*lines)))
    assert [(each.name, each.task, each.reward) for each in found] == [("line 1", "b", None), ("line 2", "7", 0.5)]
    assert [each.name for each in read_recorded(write(lines[0]))] == ["line 1"]


def test_a_line_may_hold_its_task_its_reward_and_how_it_ended(write):
    line = {"messages": [HELLO], "task_id": 3, "trial": 1, "reward": 1.0, "end": "max_steps", "recorded_task": TASK}
    [found] = read_recorded(write(line))
    assert (found.trial, found.reward, found.cut_off) == (1, 1.0, True)
    assert isinstance(found.own, tau.Task)
    assert found.own.actions[0].arguments == {"loan_id": "L0001"}


def test_results_of_the_older_project_hold_tasks_with_kwargs(write):
    kwargs = {"name": "renew_loan", "kwargs": {"loan_id": "L0001"}}
    info = {"task": {**TASK, "actions": [kwargs], "outputs": [3]}}
    results = [
        {"task_id": 3, "trial": 0, "reward": 1.0, "info": info, "traj": [HELLO]},
        {"task_id": 4, "reward": 0.0, "info": {"error": "it broke"}, "traj": []},
        "nonsense",
    ]
    first, second, third = read_recorded(write(results))
    assert isinstance(first.own, tau.Task)
    assert (first.own.actions[0].arguments, first.own.outputs) == ({"loan_id": "L0001"}, ("3",))
    assert isinstance(second.transcript, TranscriptError)
    assert second.transcript.cause == "empty"
    assert isinstance(third.transcript, TranscriptError)


def test_results_of_the_newer_project_hold_simulations_and_tasks(write):
    task = {"id": "t", "user_scenario": {"instructions": "Renew it."}}
    simulation = {
        "task_id": "t",
        "trial": 2,
        "messages": [{"role": "user", "content": "Hello."}],
        "reward_info": {"reward": 1.0, "db_check": None},
        "termination_reason": "max_steps",
    }
    [found, other] = read_recorded(write({"simulations": [simulation, {"task_id": "u"}], "tasks": [task, 3]}))
    assert (found.task, found.trial, found.reward, found.cut_off) == ("t", 2, 1.0, True)
    assert isinstance(found.own, tau2.Task)
    assert isinstance(other.transcript, TranscriptError)


def test_a_bad_line_hides_no_other(write):
    found = list(read_recorded(write({"messages": [HELLO]}, b"{", {"no": "messages"}, {"messages": [HELLO]})))
    assert [isinstance(each.transcript, TranscriptError) for each in found] == [False, True, True, False]


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"nonsense", b"\xff\xfe", b'{"simulations": 3}', b'{"simulations": [], "tasks": 3}']
)
def test_a_file_without_conversations_says_what_was_expected(write, content):
    with pytest.raises(DataError, match="expected conversations"):
        list(read_recorded(write(content)))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*none\.json"):
        read_recorded(tmp_path / "none.json")
