"""Where blueprints are kept: runs, imports, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.engine.blueprint import Blueprint
from interplay.engine.domain import Domain
from interplay.engine.errors import DataError, UsageError
from interplay.engine.forge.record import BlueprintRecord
from interplay.engine.grading import shelf as shelves
from interplay.engine.grading.shelf import Shelf, open_shelf
from interplay.engine.run import Run, RunConfig


@pytest.fixture(autouse=True)
def installed(shelf, monkeypatch) -> Domain[Any]:
    """The library is installed."""
    monkeypatch.setattr(shelves, "load_domain", {"tiny": shelf.domain}.__getitem__)
    return shelf.domain


@pytest.fixture
def imported(tmp_path, shelf) -> Path:
    """An import of one world."""
    world = tmp_path / "imported" / "tiny"
    shelf.base.write(world / "data")
    write_blueprints(world / "blueprints.jsonl", shelf.blueprints)
    return tmp_path / "imported"


def write_blueprints(path: Path, blueprints: tuple[Blueprint, ...]) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in blueprints))
    return path


def same(one: Shelf, other: Shelf) -> bool:
    return one.blueprints == other.blueprints and one.base.digest() == other.base.digest()


def test_a_run_has_its_blueprints_and_data(tmp_path, shelf):
    run = Run.create(tmp_path / "run", RunConfig(domain="tiny", seed=1, units=2), shelf.base)
    with run.writing() as writing:
        for unit, blueprint in enumerate([shelf.blueprints[0], None]):
            writing.blueprints.write(unit, msgspec.json.encode(BlueprintRecord(unit, blueprint, failure="")))
    found = open_shelf(run.path)
    assert found.blueprints == shelf.blueprints[:1]
    assert found.base.digest() == shelf.base.digest()
    with pytest.raises(UsageError, match="its own data"):
        open_shelf(run.path, data=tmp_path)


def test_an_import_is_found_by_its_directory_its_worlds_or_its_file(imported, shelf):
    assert same(open_shelf(imported), shelf)
    assert same(open_shelf(imported, "tiny"), shelf)
    assert same(open_shelf(imported / "tiny"), shelf)
    file = imported / "tiny" / "blueprints.jsonl"
    assert same(open_shelf(file), shelf)  # the data are beside it
    assert same(open_shelf(file, data=imported / "tiny" / "data"), shelf)


def test_what_is_not_said_is_asked_for(imported, shelf, tmp_path):
    write_blueprints(tmp_path / "alone.jsonl", shelf.blueprints)
    with pytest.raises(UsageError, match="--data DIR"):
        open_shelf(tmp_path / "alone.jsonl")
    with pytest.raises(UsageError, match="expected those of garden"):
        open_shelf(imported / "tiny", "garden")
    (imported / "other").mkdir()
    write_blueprints(imported / "other" / "blueprints.jsonl", shelf.blueprints)
    with pytest.raises(UsageError, match="worlds other, tiny; say which"):
        open_shelf(imported)
    with pytest.raises(UsageError, match="no run, no imported directory"):
        open_shelf(tmp_path / "nothing")


def test_blueprints_of_two_worlds_and_lines_that_are_none_are_refused(imported, shelf):
    file = imported / "tiny" / "blueprints.jsonl"
    write_blueprints(file, (shelf.blueprints[0], msgspec.structs.replace(shelf.blueprints[1], domain="garden")))
    with pytest.raises(UsageError, match="garden, tiny"):
        open_shelf(imported)
    file.write_bytes(b'{"no": "blueprint"}\n')
    with pytest.raises(DataError, match="line 1: not a blueprint"):
        open_shelf(imported)
