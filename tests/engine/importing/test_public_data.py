"""The audit of the recorded benchmarks finds what their own tools and graders were recorded to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interplay.engine.domain import load_domain
from interplay.engine.forge.given import Given, expect_world, read_blueprints, take
from interplay.engine.importing.checkouts import search
from interplay.engine.importing.world import Imported, import_world
from interplay.engine.importing.writing import write

TAU2 = ("airline", "mock", "retail", "telecom")
IDLE = {"airline": 24, "retail": 11, "telecom": 32}
"""Tasks of tau2 in which the recorded grader rewards doing nothing."""


@pytest.fixture(scope="module")
def imported(conformance_kit: Path) -> Any:
    """One world of a project, imported once."""
    done: dict[tuple[str, str], Imported] = {}

    def make(project: Any, world: str) -> Imported:
        if (project, world) not in done:
            folder = conformance_kit / ("taubench" if project == "tau" else "tau2")
            [checkout] = [each for each in search(project, folder).found if each.world == world]
            done[project, world] = import_world(project, checkout)
        return done[project, world]

    return make


def lines(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text().splitlines())


def found(imported: Imported, *kinds: str) -> set[tuple[str, int]]:
    """Task and place of findings that have one."""
    told = [each for each in imported.findings if each.kind in kinds]
    return {(each.task, int(each.where.split()[1])) for each in told if each.where.split()[1:2]}


def concerned(imported: Imported, *kinds: str) -> set[str]:
    return {each.task for each in imported.findings if each.kind in kinds}


@pytest.mark.parametrize("world", TAU2)
def test_every_task_of_tau2_becomes_a_blueprint(imported, world):
    made = imported("tau2", world)
    assert len(made.blueprints) == made.tasks
    assert len({each.id for each in made.blueprints}) == made.tasks


@pytest.mark.parametrize("world", TAU2)
def test_tau2_tasks_that_reward_doing_nothing_are_those_recorded(imported, conformance_kit, world):
    made = imported("tau2", world)
    idle = concerned(made, "idle_rewarded", "idle_end")
    recorded = [each for each in lines(conformance_kit / "golden" / f"tau2_{world}.jsonl") if each["type"] == "task"]
    assert {each["id"] for each in recorded} & idle == {
        each["id"] for each in recorded if each["reward_no_action"]["reward"] == 1.0
    }
    assert len(idle) == IDLE.get(world, len(idle))


@pytest.mark.parametrize("world", TAU2)
def test_tau2_calls_that_are_refused_are_those_recorded(imported, conformance_kit, world):
    made = imported("tau2", world)
    recorded = [each for each in lines(conformance_kit / "golden" / f"tau2_{world}.jsonl") if each["type"] == "task"]
    ids = {each["id"] for each in recorded}
    refused = found(made, "reference_refused", "unknown_tool")
    assert {each for each in refused if each[0] in ids} == {
        (task["id"], index) for task in recorded for index, call in enumerate(task["actions"]) if call.get("refused")
    }
    if world == "retail":
        assert (len(refused), made.calls) == (18, 550)


@pytest.mark.parametrize("world", TAU2)
def test_tau2_assertions_and_ends_out_of_step_are_those_recorded(imported, conformance_kit, world):
    made = imported("tau2", world)
    recorded = [each for each in lines(conformance_kit / "golden" / f"tau2_{world}.jsonl") if each["type"] == "task"]
    ids = {each["id"] for each in recorded}
    assert concerned(made, "out_of_step") & ids == {each["id"] for each in recorded if "gold_final_diff" in each}
    unmet = found(made, "assertion_unmet", "unknown_assertion")
    assert {each for each in unmet if each[0] in ids} == {
        (task["id"], index)
        for task in recorded
        for index, asked in enumerate(task["env_assertions_final"])
        if not asked.get("met")
    }


@pytest.mark.parametrize(("world", "splits"), [("airline", ["test"]), ("retail", ["dev", "test", "train"])])
def test_tau_calls_that_are_refused_are_those_recorded(imported, conformance_kit, world, splits):
    made = imported("tau", world)
    assert len(made.blueprints) == made.tasks
    refused = found(made, "reference_refused", "unknown_tool")
    for split in splits:
        for session in lines(conformance_kit / "golden" / f"{world}_{split}.jsonl"):
            task = f"{split} {session['session']}"
            assert {index for each, index in refused if each == task} == {
                call["index"] for call in session["calls"] if call.get("compare") == "refused"
            }
    if world == "retail":
        by_split = [sum(task.startswith(split) for task, _ in refused) for split in ("test", "train")]
        assert by_split == [24, 20]


@pytest.mark.parametrize("project", ["tau", "tau2"])
def test_blueprints_are_of_the_projects_edition_and_run_on_the_data_that_is_written(imported, project, tmp_path):
    made = imported(project, "retail")
    write([made], tmp_path / "out")
    inner = tmp_path / "out" / "retail"
    blueprints = read_blueprints(inner)
    domain = load_domain(blueprints[0].domain)
    expect_world(blueprints, domain)
    base = domain.read(inner / "data")
    assert base.digest() == made.base.digest()
    assert all(take(domain, base, 0, Given(blueprint))[1] is not None for blueprint in blueprints[:40])


def literal(task: dict[str, Any]) -> str:
    """A task as the project's Python modules have it."""
    calls = ", ".join(f"Action(name={call['name']!r}, kwargs={call['arguments']!r})" for call in task["actions"])
    said = f"user_id={task['user_id']!r}, instruction={task['instruction']!r}, outputs={task['outputs']!r}"
    return f"Task(annotator='', {said}, actions=[{calls}])"


def test_tasks_as_python_literals_are_imported_as_those_in_json(imported, conformance_kit, tmp_path):
    recorded = conformance_kit / "taubench" / "retail"
    inner = tmp_path / "envs" / "retail"
    (inner / "data").mkdir(parents=True)
    for name in ("orders", "products", "users"):
        (inner / "data" / f"{name}.json").symlink_to(recorded / f"{name}.json")
    tasks = [literal(task) for task in json.loads((recorded / "tasks_test.json").read_text())]
    text = "from tau_bench.types import Action, Task\n\nTASKS_TEST = [\n    " + ",\n    ".join(tasks) + ",\n]\n"
    (inner / "tasks_test.py").write_text(text)
    [checkout] = search("tau", tmp_path).found
    both = imported("tau", "retail")
    assert import_world("tau", checkout).blueprints == tuple(each for each in both.blueprints if "-test-" in each.id)
