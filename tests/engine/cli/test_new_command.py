"""`interplay new domain` writes a whole package or nothing, and says what to do with it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from interplay.engine import scaffold


def everything(directory: Path) -> dict[str, bytes]:
    return {str(each.relative_to(directory)): each.read_bytes() for each in directory.rglob("*") if each.is_file()}


def test_a_package_is_written_and_what_to_do_next_is_said(cli, tmp_path):
    said = cli("new", "domain", "tea_house", "--into", tmp_path)
    home = tmp_path / "tea_house"
    assert said.code == 0
    assert {"pyproject.toml", "README.md", "src/tea_house/rows.py", "tests/test_tea_house.py"} <= set(everything(home))
    assert [each.name for each in tmp_path.iterdir()] == ["tea_house"]
    for step in (f"cd {home}", "pip install -e", "interplay generate tea_house -n 100 --out", "pytest"):
        assert step in said.out


def test_it_is_written_here_where_no_place_is_named(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = cli("new", "domain", "tea_house", "--json")
    found = json.loads(said.out)
    assert (found["name"], found["path"]) == ("tea_house", "tea_house")
    assert set(found["files"]) == set(everything(tmp_path / "tea_house"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Tea", "cannot be a world's name"),
        ("tea-house", "cannot be a world's name"),
        ("../tea", "cannot be a world's name"),
        ("lambda", "is a keyword of Python"),
        ("retail", "a world named 'retail' is installed already"),
        ("statistics", "is a module of Python's own library"),
        ("msgspec", "a module named 'msgspec' is there already"),
        ("interplay", "a module named 'interplay' is there already"),
        ("t" * 40, "has 40 characters"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(cli, tmp_path, name, why):
    said = cli("new", "domain", name, "--into", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert why in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["directory", "file", "link"])
def test_what_is_there_already_is_left_as_it_is(cli, tmp_path, kind):
    target = tmp_path / "tea_house"
    if kind == "directory":
        target.mkdir()
        (target / "rows.py").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")
    before = everything(tmp_path)
    said = cli("new", "domain", "tea_house", "--into", tmp_path)
    assert said.code == 2
    assert "is there already; nothing was written" in said.err
    assert everything(tmp_path) == before


def test_a_place_that_is_not_there_is_named(cli, tmp_path):
    said = cli("new", "domain", "tea_house", "--into", tmp_path / "nowhere")
    assert said.code == 2
    assert "cannot write in" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_nothing_half_made(cli, tmp_path, monkeypatch):
    real = Path.write_text

    def full(self: Path, *given, **named):
        if self.name == "tools.py":
            raise OSError(28, os.strerror(28))
        return real(self, *given, **named)

    monkeypatch.setattr(scaffold.Path, "write_text", full)
    said = cli("new", "domain", "tea_house", "--into", tmp_path)
    assert said.code == 2
    assert "No space left on device; nothing was left there" in said.err
    assert list(tmp_path.iterdir()) == []


def test_only_a_kind_of_thing_that_there_is_can_be_new(cli):
    said = cli("new", "agent", "anna")
    assert said.code == 2
    assert "'domain'" in said.err
