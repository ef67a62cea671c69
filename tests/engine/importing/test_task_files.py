"""Task files of both projects are read as they are; one task that is none hides no other."""

import json
from pathlib import Path

import pytest

from interplay.engine.errors import DataError
from interplay.engine.importing import tau, tau2

PYTHON = """
from tau_bench.types import Action, Task

TASKS_TEST = [
    Task(
        annotator="a",
        user_id="ada_1",
        instruction="You are Ada. "
        "You want to renew L0001.",
        actions=[Action(name="renew_loan", kwargs={"loan_id": "L0001"})],
        outputs=["2031-03-15", 7],
    ),
    {"annotator": 0, "user_id": "b", "instruction": "Hm.", "actions": [{"name": "x", "arguments": {}}], "outputs": []},
    Task(user_id=3, instruction="This one is broken."),
]
"""


def file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_tau_tasks_of_a_python_module_are_read_in_both_of_its_styles(tmp_path):
    read = tau.read_tasks(file(tmp_path, "tasks_test.py", PYTHON))
    assert read.split == "test"
    assert [(task.id, task.user_id) for task in read.tasks] == [("0", "ada_1"), ("1", "b")]
    assert read.tasks[0].instruction == "You are Ada. You want to renew L0001."
    assert read.tasks[0].actions == (tau.ReferenceAction(name="renew_loan", arguments={"loan_id": "L0001"}),)
    assert read.tasks[0].outputs == ("2031-03-15", "7")


def test_tau_task_that_is_none_is_told_with_its_line(tmp_path):
    [broken] = tau.read_tasks(file(tmp_path, "tasks_test.py", PYTHON)).unreadable
    assert broken.id == "2"
    assert "user_id" in broken.text
    assert broken.where.endswith("tasks_test.py, line 14")


def test_tau_tasks_of_json_keep_their_ids(tmp_path):
    tasks = [{"id": 5, "user_id": "a", "instruction": "Hi.", "actions": [], "outputs": []}, 3, {"actions": [4]}]
    read = tau.read_tasks(file(tmp_path, "tasks.json", json.dumps(tasks)))
    assert (read.split, [task.id for task in read.tasks]) == ("", ["5"])
    assert [each.id for each in read.unreadable] == ["1", "2"]


def test_text_that_is_half_a_character_makes_a_task_unreadable(tmp_path):
    text = 'TASKS = [Task(user_id="a", instruction="\\ud800", actions=[], outputs=[])]'
    read = tau.read_tasks(file(tmp_path, "tasks.py", text))
    assert not read.tasks
    assert "surrogates" in read.unreadable[0].text


@pytest.mark.parametrize("text", ["VERSION = 3", "TASKS = [1]", ""])
def test_python_module_without_a_list_of_tasks_is_refused(tmp_path, text):
    with pytest.raises(DataError, match="assigns no list of tasks"):
        tau.read_tasks(file(tmp_path, "tasks.py", text))


def test_tau2_task_says_what_its_file_says_and_the_rest_is_as_usual(tmp_path):
    tasks = [{"id": "a", "user_scenario": {"instructions": "Say hello."}, "a_new_field": 1}]
    [task] = tau2.read_tasks(file(tmp_path, "tasks.json", json.dumps(tasks))).tasks
    assert task.criteria.reward_basis == ("DB", "COMMUNICATE")
    assert task.initial == tau2.InitialState()
    assert task.user_scenario.instructions == "Say hello."


def test_tau2_task_that_is_none_is_told_apart_and_hides_no_other(tmp_path):
    good = {"id": "a", "user_scenario": {}}
    path = file(tmp_path, "tasks.json", json.dumps([good, {"id": "b", "user_scenario": 4}, 7]))
    read = tau2.read_tasks(path)
    assert [task.id for task in read.tasks] == ["a"]
    assert [(each.id, each.where) for each in read.unreadable] == [
        ("b", f"{path}, element 1"),
        ("(2)", f"{path}, element 2"),
    ]


def test_a_split_takes_its_tasks_and_an_unknown_one_is_answered_with_the_known(tmp_path):
    tasks = tau2.read_tasks(
        file(tmp_path, "tasks.json", json.dumps([{"id": name, "user_scenario": {}} for name in "abc"]))
    )
    where = file(tmp_path, "split_tasks.json", json.dumps({"small": ["c", "a"], "odd": ["x"]}))
    splits = tau2.read_splits(where)
    assert [task.id for task in tau2.in_split(tasks, splits, "small", where).tasks] == ["a", "c"]
    with pytest.raises(DataError, match="its splits are small, odd"):
        tau2.in_split(tasks, splits, "large", where)
    with pytest.raises(DataError, match="names 1 tasks that the task file lacks: x"):
        tau2.in_split(tasks, splits, "odd", where)


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[", "\udcff"])
@pytest.mark.parametrize("read", [tau.read_tasks, tau2.read_tasks])
def test_file_that_is_no_json_array_is_named(tmp_path, text, read):
    path = tmp_path / "tasks.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DataError, match=r"tasks.json: expected a JSON array of tasks"):
        read(path)
