"""`interplay import` writes all of it or nothing, and says on the screen what it found."""

import json

import msgspec
import pytest
from tests.engine.importing.conftest import HouseDatabase, action, house, library, task, worlds

from interplay.engine.blueprint import Blueprint
from interplay.engine.database import Base
from interplay.engine.errors import DomainError
from interplay.engine.importing import checkouts, writing

__all__ = ["house", "library", "worlds"]

LOOK, TURN = action("get_switch", switch_id="SW-1001"), action("turn", switch_id="SW-1001", on=True)


@pytest.fixture
def root(house):
    return house(
        task("good|*one*", LOOK, TURN), task("bad", action("turn", switch_id="SW-9001", on=True), wish="Well?")
    )


def test_import_writes_data_blueprints_and_audit_of_each_world(cli, root, tmp_path):
    out = tmp_path / "imported"
    said = cli("import", "tau2", root, "--out", out)
    assert said.code == 0
    assert "house (tau2): 2 blueprints of 2 tasks with 3 calls" in said.out
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "audit.md",
        "house/audit.json",
        "house/blueprints.jsonl",
        "house/data/lamps.json",
        "house/data/switches.json",
    ]
    assert set(Base.read(HouseDatabase, out / "house" / "data").fork().lamps) == {"lamp_1", "lamp_2"}
    lines = (out / "house" / "blueprints.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line, type=Blueprint).id for line in lines] == [
        "tau2-house-good|*one*",
        "tau2-house-bad",
    ]


def test_audit_is_the_same_on_the_screen_as_json_and_as_a_page(cli, root, tmp_path):
    out = tmp_path / "imported"
    said = cli("import", "tau2", root, "--out", out, "--json")
    [world] = json.loads(said.out)["worlds"]
    audit = json.loads((out / "house" / "audit.json").read_text())
    assert {key: audit[key] for key in world} == world
    assert world["counts"]["reference_refused"] == {"weight": "wrong", "findings": 1, "tasks": 1}
    [refused] = [each for each in audit["findings"] if each["kind"] == "reference_refused"]
    assert refused["task"] == "bad"
    assert audit["kinds"]["reference_refused"]["advice"].startswith("Correct the call")
    page = (out / "audit.md").read_text()
    assert "| [A reference call that is refused](#house-reference-refused) | wrong | 1 | 1 |" in page
    assert "- `bad`, action 0 (turn): turn(switch\\_id=" in page
    assert "`good|*one*`" in page


def test_findings_that_say_the_same_are_told_once_with_their_tasks(cli, house, tmp_path):
    cli("import", "tau2", house(task("a"), task("b", wish="b"), task("c", wish="c")), "--out", tmp_path / "imported")
    page = (tmp_path / "imported" / "audit.md").read_text()
    assert "and nothing else is asked for (3 tasks)\n  - `a`, `b`, `c`" in page


def test_world_without_findings_says_so(cli, library, tmp_path):
    renew = {"name": "renew_loan", "arguments": {"loan_id": "L0001"}}
    tasks = [{"user_id": "a", "instruction": "You are Ada.", "actions": [renew]}]
    root = library(tasks__json=json.dumps(tasks))
    assert "nothing was found" in cli("import", "tau", root, "--out", tmp_path / "imported").out
    assert "Nothing was found." in (tmp_path / "imported" / "audit.md").read_text()


def test_nothing_is_overwritten(cli, root, tmp_path):
    for out in (tmp_path / "there", tmp_path / "file"):
        out.mkdir() if out.name == "there" else out.touch()
        said = cli("import", "tau2", root, "--out", out)
        assert (said.code, said.err) == (
            2,
            f"error: {out} exists already; nothing is overwritten: name a directory that does not exist",
        )
    assert not list((tmp_path / "there").iterdir())
    said = cli("import", "tau2", root, "--out", tmp_path / "file" / "inner")
    assert said.code == 2
    assert "is not a directory" in said.err


def test_import_that_fails_midway_leaves_nothing(cli, root, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write_world", full)
    said = cli("import", "tau2", root, "--out", tmp_path / "imported")
    assert (said.code, said.err) == (
        2,
        f"error: cannot write {tmp_path / 'imported'}: No space left on device; nothing was left there",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkout"]


def test_import_of_the_wrong_directory_is_one_line_and_writes_nothing(cli, worlds, tmp_path):
    said = cli("import", "tau", tmp_path, "--out", tmp_path / "imported")
    assert said.code == 2
    assert said.err.startswith(f"error: {tmp_path} holds no world of tau; expected a folder WORLD")
    assert not (tmp_path / "imported").exists()
    assert cli("import", "tau3", tmp_path, "--out", tmp_path / "imported").code == 2


def test_text_of_a_checkout_commands_no_terminal(cli, house, tmp_path):
    root = house(task("\x1b[31mred", action("get_switch", switch_id="\x1b]0;a\x07")))
    said = cli("import", "tau2", root, "--out", tmp_path / "imported")
    assert "\x1b" not in said.out
    assert "\\u001b" in said.out


def test_command_is_listed_under_its_name(cli):
    said = cli("--help")
    assert "import " in said.out
    assert "importing" not in said.out
    assert "--split" in cli("import", "--help").out


def test_worlds_that_are_installed_are_those_with_the_projects_edition(monkeypatch):
    def load(name: str) -> object:
        if name == "broken":
            raise DomainError("broken")
        return type("World", (), {"editions": {"tau": name} if name == "shop" else {}})

    monkeypatch.setattr(checkouts, "domain_names", lambda: ["broken", "plain", "shop"])
    monkeypatch.setattr(checkouts, "load_domain", load)
    assert checkouts.editions("tau") == {"shop": "shop"}
    assert checkouts.editions("tau2") == {}
