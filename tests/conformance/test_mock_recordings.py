"""Every recorded task of the public benchmark's world for tests, on its edition of our to-do lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interplay.domains.mock import DOMAIN
from interplay.engine.importing.blueprints import framed
from interplay.engine.importing.cases import from_tau2
from interplay.engine.importing.rehearsal import rehearse
from interplay.engine.replaying import tasks
from interplay.engine.replaying.stage import Stage

EDITION = DOMAIN.editions["tau2"]
NOT_CARRIED_OVER = {
    ("update_task_with_initialization_data", "(beginning)"),
    ("update_task_with_initialization_data", "(final state)"),
    ("update_task_with_initialization_data", "(final state out of step)"),
}
"""Where the original shows the team's data to the person, in place of their notifications."""


@pytest.fixture(scope="module")
def stage(conformance_kit: Path) -> Stage:
    return Stage(DOMAIN, conformance_kit / "tau2" / "mock")


def test_every_recorded_task_begins_goes_on_and_ends_as_it_was_recorded(stage, conformance_kit):
    replayed = [
        tasks.replay(stage, tasks.read(line))
        for line in (conformance_kit / "golden" / "tau2_mock.jsonl").read_bytes().splitlines()
    ]
    unlike = {(each.name, check.part): check for each in replayed for check in each.checks if check.disagreement}
    assert replayed
    assert set(unlike) <= NOT_CARRIED_OVER, unlike
    for check in unlike.values():
        assert all(line.startswith("user:") for line in str(check.disagreement).splitlines())


def test_every_reference_is_carried_out(stage):
    assert stage.tasks
    for task in stage.tasks.values():
        case = from_tau2(task, DOMAIN.name)
        run = rehearse(EDITION.domain.tools, stage.base, case, framed(EDITION, stage.base, case))
        assert all(each.carried_out for each in run.done), case.id


def test_both_sides_have_the_recorded_tools_and_parameters(conformance_kit):
    for file, tools in (("tools.json", DOMAIN.tools), ("user_tools.json", DOMAIN.tools.human)):
        recorded = json.loads((conformance_kit / "tau2" / "mock" / file).read_bytes())
        theirs = {each["function"]["name"]: each["function"]["parameters"] for each in recorded}
        ours = {each["function"]["name"]: each["function"]["parameters"] for each in tools.schemas}
        assert list(ours) == list(theirs)
        for name, parameters in theirs.items():
            assert list(ours[name]["properties"]) == list(parameters["properties"])
            assert ours[name]["required"] == parameters.get("required", [])
            for key, schema in parameters["properties"].items():
                assert ours[name]["properties"][key].get("enum") == schema.get("enum")


def test_its_data_are_saved_as_they_are_read(stage, tmp_path):
    EDITION.write(stage.base, tmp_path)
    assert EDITION.read(tmp_path).digest() == stage.base.digest()
