"""The newer public benchmark's tasks, imported, exported and imported again, are what they were."""

from __future__ import annotations

import msgspec
import pytest

from interplay.engine.domain import load_domain
from interplay.engine.export.tau2 import export
from interplay.engine.export.writing import write_tau2
from interplay.engine.grading.shelf import Shelf
from interplay.engine.importing.checkouts import Checkout
from interplay.engine.importing.world import import_world
from interplay.engine.truth import execute


@pytest.mark.parametrize(
    ("world", "split"), [("retail", "test"), ("airline", "base"), ("telecom", "small"), ("mock", "base")]
)
def test_tasks_come_back_with_their_actions_setup_assertions_and_truth(conformance_kit, tmp_path, world, split):
    directory = conformance_kit / "tau2" / world
    edition = load_domain(world).editions["tau2"]
    before = import_world("tau2", Checkout(world, edition, directory), split)
    exported = export(Shelf(edition, before.base, before.blueprints))
    assert exported.left_out == ()
    write_tau2(exported, tmp_path / world)
    after = import_world("tau2", Checkout(world, edition, tmp_path / world))
    assert after.base.digest() == before.base.digest()
    tools = edition.domain.tools
    assert len(after.blueprints) == len(before.blueprints) > 0
    for one, other in zip(before.blueprints, after.blueprints, strict=True):
        assert msgspec.structs.replace(other, goals=one.goals) == one
        assert execute(tools, after.base, other).changes == execute(tools, before.base, one).changes
    _compare_sides(directory / "tasks.json", tmp_path / world / "tasks.json")


def _compare_sides(before, after):
    """What is done to which side before anybody speaks, and asked of which, is as it was."""
    theirs = {task["id"]: task for task in msgspec.json.decode(before.read_bytes())}
    for task in msgspec.json.decode(after.read_bytes()):
        asked = task["evaluation_criteria"]["env_assertions"]
        was = theirs[task["id"]]["evaluation_criteria"].get("env_assertions") or []
        if asked:
            assert [(a["env_type"], a["func_name"]) for a in asked] == [(a["env_type"], a["func_name"]) for a in was]
        done = (task["initial_state"] or {}).get("initialization_actions") or []
        begun = (theirs[task["id"]].get("initial_state") or {}).get("initialization_actions") or []
        if len(done) == len(begun):  # a history's calls have become initialisation
            assert [(a["env_type"], a["func_name"]) for a in done] == [(a["env_type"], a["func_name"]) for a in begun]
