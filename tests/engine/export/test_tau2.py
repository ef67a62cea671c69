"""Blueprints as tasks of tau2: what is written comes back as the same, and what would not is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.domains.airline import DOMAIN as AIRLINE
from interplay.domains.retail import DOMAIN as SHOP
from interplay.domains.telecom import DOMAIN as TELECOM
from interplay.engine.blueprint import Blueprint, Setup, Turn
from interplay.engine.edition import Edition
from interplay.engine.errors import BlueprintError, UsageError
from interplay.engine.export import tau2
from interplay.engine.export.tau2 import Export, export
from interplay.engine.export.writing import write_tau2
from interplay.engine.forge.drafting import draft
from interplay.engine.grading.shelf import Shelf
from interplay.engine.importing.checkouts import Checkout
from interplay.engine.importing.world import Imported, import_world
from interplay.engine.seeds import Seed
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.truth import execute

SEED = Seed.root(5)


def drafted(number: int) -> Blueprint | None:
    try:
        return draft(SHOP, BASE, SEED.child(number), f"retail-{number}").blueprint
    except BlueprintError:
        return None


BASE = SHOP.generate(SEED.child("data"), 30)
BLUEPRINTS = [blueprint for number in range(30) if (blueprint := drafted(number)) is not None]
SHELF = Shelf(Edition(domain=SHOP, read=SHOP.read), BASE, BLUEPRINTS)


@pytest.fixture(scope="module")
def exported() -> Export:
    return export(SHELF)


@pytest.fixture(scope="module")
def back(exported, tmp_path_factory) -> Imported:
    """What comes of importing what was exported."""
    directory = tmp_path_factory.mktemp("exported") / "retail"
    write_tau2(exported, directory)
    assert sorted(path.name for path in directory.iterdir()) == [
        "db.json",
        "policy.md",
        "split_tasks.json",
        "tasks.json",
    ]
    return import_world("tau2", Checkout("retail", SHOP.editions["tau2"], directory), split="base")


def test_what_is_exported_comes_back_with_the_same_actions_setup_outputs_and_truth(exported, back):
    ours = {blueprint.id: blueprint for blueprint in BLUEPRINTS}
    tools = SHOP.editions["tau2"].domain.tools
    assert len(back.blueprints) == len(exported.tasks) > len(BLUEPRINTS) / 2
    for blueprint in back.blueprints:
        origin = ours[blueprint.id.removeprefix("tau2-retail-")]
        assert [(a.tool, a.arguments, a.by) for a in blueprint.actions] == [
            (a.tool, a.arguments, a.by) for a in origin.actions
        ]
        assert [o.value for o in blueprint.outputs] == [o.value for o in origin.outputs]
        assert (blueprint.setup, blueprint.assertions) == (origin.setup, origin.assertions)
        assert blueprint.persona.name == origin.persona.name
        assert execute(tools, back.base, blueprint).changes == execute(SHOP.tools, BASE, origin).changes


def test_the_data_come_back_the_same(back):
    assert back.base.digest() == BASE.digest()


def test_every_blueprint_is_written_or_left_out_with_a_reason(exported):
    assert len(exported.tasks) + len(exported.left_out) == len(BLUEPRINTS)
    assert all(each.text for each in exported.left_out)


def test_an_imported_blueprint_has_its_old_id_and_its_words_in_their_parts(back):
    tools = Shelf(SHOP.editions["tau2"], back.base, back.blueprints)
    again = export(tools)
    assert again.left_out == ()
    assert [task["id"] for task in again.tasks] == [b.id.removeprefix("tau2-retail-") for b in back.blueprints]
    told = [task["user_scenario"]["instructions"] for task in again.tasks]
    assert all(each["known_info"].startswith("You are ") for each in told)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"turns": (Turn(say="Hello."),)}, "it is a script"),
        ({"rows": {"users": {"nobody": None}}}, "takes rows away"),
        ({"setup": (Setup(tool="nothing"),)}, "setup 0"),
    ],
)
def test_what_the_project_cannot_say_is_left_out(changed, why):
    blueprint = msgspec.structs.replace(BLUEPRINTS[0], **changed)
    found = export(Shelf(SHELF.edition, BASE, [blueprint]))
    assert found.tasks == ()
    assert why in found.left_out[0].text


def test_a_call_as_setup_and_rows_of_its_own_are_an_initial_state(exported):
    origin = next(b for b in BLUEPRINTS if b.id == exported.tasks[0]["id"])
    key, row = next(iter(BASE.fork().users.items()))
    rows: dict[str, Any] = {"users": {key: msgspec.to_builtins(row, str_keys=True)}}
    setup = (Setup(tool="get_user_details", arguments={"user_id": key}, by="agent"),)
    [task] = export(Shelf(SHELF.edition, BASE, [msgspec.structs.replace(origin, rows=rows, setup=setup)])).tasks
    assert task["initial_state"] == {
        "initialization_data": {"agent_data": rows, "user_data": None},
        "initialization_actions": [
            {"env_type": "assistant", "func_name": "get_user_details", "arguments": {"user_id": key}}
        ],
        "message_history": None,
    }


def test_what_ends_elsewhere_with_that_projects_tools_is_left_out_and_more_books_kept_are_no_other_end():
    base = AIRLINE.generate(SEED.child("flights"), 20)
    found = (draft(AIRLINE, base, SEED.child("flight").child(n), f"airline-{n}") for n in range(60))
    blueprints = [each.blueprint for each in found if each.blueprint is not None]
    exported = export(Shelf(Edition(domain=AIRLINE, read=AIRLINE.read), base, blueprints))
    kept = {action["name"] for task in exported.tasks for action in task["evaluation_criteria"]["actions"]}
    assert "book_reservation" in kept  # which takes seats there and none here
    assert {each.text for each in exported.left_out} == {"with that project's tools its actions end elsewhere"}
    told = {each.id for each in exported.left_out}
    changed = {b.id for b in blueprints for action in b.actions if action.tool == "update_reservation_flights"}
    assert told <= changed  # which changes the cabin there and not here
    assert exported.lost == ()


def test_rows_that_the_projects_files_cannot_hold_are_told():
    base = TELECOM.generate(SEED.child("lines"), 10)
    exported = export(Shelf(Edition(domain=TELECOM, read=TELECOM.read), base, []))
    assert exported.lost == ("clock/today",)


def test_a_world_without_the_project_is_refused(monkeypatch):
    library = tiny_domain()
    monkeypatch.setattr(tau2, "load_domain", {"tiny": library}.__getitem__)
    with pytest.raises(UsageError, match="no edition of tau2"):
        export(Shelf(Edition(domain=library, read=library.read), library.generate(SEED, 2), []))


def test_a_directory_is_written_whole_or_not_at_all(exported, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        write_tau2(exported, tmp_path / "there")

    def broken(base: Any, directory: Path) -> None:
        raise OSError("no room")

    edition = replace(exported.edition, write=broken)
    with pytest.raises(UsageError, match="no room"):
        write_tau2(exported._replace(edition=edition), tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
