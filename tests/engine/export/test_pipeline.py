"""An export is there whole or not at all, and says what it left out and why."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from hashlib import blake2b

import msgspec
import pytest
from tests.engine.export.conftest import BAD, played, talk

from interplay.engine.errors import DataError, UsageError
from interplay.engine.export import shards, writing
from interplay.engine.export.formats import load_format
from interplay.engine.export.lineage import parse_splits
from interplay.engine.export.pipeline import Asked, export
from interplay.engine.export.selection import Selection
from interplay.engine.export.sources import open_sources
from interplay.engine.export.tokens import TokenCounter

ANY = Asked(Selection("all"), unique="none")


def exported(runs, out, asked=ANY, name="openai"):
    return export(open_sources([runs]), load_format(name), asked, out)


def rows(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_shards_hold_the_rows_in_order_and_the_manifest_knows_them(fabricate, tmp_path):
    found = exported(fabricate([played(unit) for unit in range(7)]), tmp_path / "out", ANY._replace(shard_rows=3))
    names = [f"train-{number:05}-of-00003.jsonl" for number in range(3)]
    assert [part.name for part in found.manifest.files] == names
    assert [part.rows for part in found.manifest.files] == [3, 3, 1]
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["README.md", "export.json", *names]
    for part in found.manifest.files:
        data = (tmp_path / "out" / part.name).read_bytes()
        assert (part.bytes, part.blake2b) == (len(data), blake2b(data).hexdigest())
    ids = [row["id"] for name in names for row in rows(tmp_path / "out" / name)]
    assert ids == [f"run/{unit}/0" for unit in range(7)]


def test_a_single_file_stands_alone_and_the_same_export_gives_the_same_bytes(fabricate, tmp_path):
    runs = fabricate([played(unit) for unit in range(3)])
    found = exported(runs, tmp_path / "new" / "all.jsonl")
    assert [part.name for part in found.manifest.files] == ["all.jsonl"]
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["all.jsonl"]
    exported(runs, tmp_path / "out")
    assert (tmp_path / "new" / "all.jsonl").read_bytes() == (tmp_path / "out/train-00000-of-00001.jsonl").read_bytes()


def test_relatives_stand_in_one_split_and_a_split_that_nothing_fell_to_is_told(fabricate, tmp_path):
    made = {unit: {"parents": [f"retail-{unit - 1:04}"]} for unit in range(1, 12)}
    runs = fabricate([played(unit) for unit in range(12)], made=made)
    asked = ANY._replace(splits=parse_splits("train=0.5,test=0.5"), seed=3)
    found = exported(runs, tmp_path / "out", asked)
    assert [part.rows for part in found.manifest.files] == [12]
    assert found.notes[0].endswith("is empty: no family of blueprints fell to it")


def test_what_is_left_out_is_counted_by_reason(fabricate, tmp_path):
    same, silent = talk("same"), talk("x")[:1]
    trajectories = [
        played(0, messages=same),
        played(1, messages=same),
        played(2, outcome=BAD),
        played(3, messages=silent),
        played(4, messages=talk("very long" * 9000)),
        msgspec.structs.replace(played(5), ending=None, messages=()),
    ]
    asked = Asked(Selection(max_tokens=10_000, counter=TokenCounter.open(None)))
    found = exported(fabricate(trajectories), tmp_path / "out", asked).manifest
    assert (found.counts.read, found.counts.kept) == (6, 1)
    assert found.counts.left_out == {
        "more tokens than asked for": 1,
        "never took place": 1,
        "outcome rejected": 1,
        "the agent did nothing": 1,
        "the same conversation is there": 1,
    }
    assert found.tokens.estimate


def test_nothing_to_export_is_an_error_that_says_why_and_leaves_nothing(fabricate, tmp_path):
    with pytest.raises(DataError, match="1 left out: outcome rejected"):
        exported(fabricate([played(0, outcome=BAD)]), tmp_path / "out", Asked())
    with pytest.raises(DataError, match="holds no conversation yet"):
        exported(fabricate([], "empty", units=4), tmp_path / "out")
    assert not [each for each in tmp_path.iterdir() if "out" in each.name]


def test_a_run_that_is_being_written_or_was_torn_gives_what_is_there_and_says_so(fabricate, tmp_path):
    out_of_turn = fabricate([played(0), played(2)], "open", units=9)
    found = exported(out_of_turn, tmp_path / "out")
    assert found.manifest.counts.kept == 2
    assert found.notes == ("open is being written, or was cut short: 2 of its 9 units are there",)
    torn = fabricate([played(0), played(1)], "torn") / "trajectories.jsonl"
    torn.write_bytes(torn.read_bytes()[:-20])
    found = exported(torn.parent, tmp_path / "other")
    assert found.notes == ("torn is not complete: 1 of its 2 units are there",)


def test_nothing_that_is_there_is_replaced(fabricate, tmp_path):
    runs = fabricate([played(0)])
    (tmp_path / "out").mkdir()
    (tmp_path / "all.jsonl").write_text("mine")
    for out, what in (("out", "directory"), ("all.jsonl", "file")):
        with pytest.raises(UsageError, match=f"exists already; nothing is overwritten: name a {what}"):
            exported(runs, tmp_path / out)
    assert (tmp_path / "all.jsonl").read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_replaced_either(fabricate, tmp_path):
    runs, out = fabricate([played(0)]), tmp_path / "all.jsonl"

    def watch(units):
        yield from units
        out.write_text("somebody else's")

    with pytest.raises(UsageError, match="exists already"):
        export(open_sources([runs]), load_format("openai"), ANY, out, watch)
    assert out.read_text() == "somebody else's"
    assert not list(tmp_path.glob(".all*"))


@pytest.mark.parametrize("name", ["out", "all.jsonl"])
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fills_leaves_nothing(fabricate, tmp_path, monkeypatch, name, call):
    runs = open_sources([fabricate([played(unit) for unit in range(60)])])

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(UsageError, match="No space left on device; nothing was left there"):
        export(runs, load_format("openai"), ANY, tmp_path / name)
    monkeypatch.undo()
    assert [each.name for each in tmp_path.iterdir()] == ["run"]


def test_what_the_disk_says_of_earlier_pieces_is_not_lost(fabricate, tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "PIECE_BYTES", 1)
    monkeypatch.setattr(writing, "SYNC_BYTES", 1)
    runs, said, fsync = open_sources([fabricate([played(unit) for unit in range(60)])]), [], os.fsync

    def refuse_once(file):
        if not said:
            said.append(file)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(file)

    monkeypatch.setattr(os, "fsync", refuse_once)
    with pytest.raises(UsageError, match="Input/output error; nothing was left there"):
        export(runs, load_format("openai"), ANY, tmp_path / "out")
    assert [each.name for each in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["out", "all.jsonl"])
def test_an_interruption_leaves_nothing(fabricate, tmp_path, name):
    def watch(units):
        for number, unit in enumerate(units):
            if number == 50:
                raise KeyboardInterrupt
            yield unit

    runs = open_sources([fabricate([played(unit) for unit in range(60)])])
    with pytest.raises(KeyboardInterrupt):
        export(runs, load_format("openai"), ANY, tmp_path / name, watch)
    assert [each.name for each in tmp_path.iterdir()] == ["run"]


def test_a_file_size_limit_leaves_nothing_in_a_process_of_its_own(fabricate, tmp_path):
    runs = fabricate([played(unit) for unit in range(120)])
    command = [sys.executable, "-m", "interplay.engine.cli", "export", runs, "--format", "openai"]
    limit = 1 << 20
    done = subprocess.run(
        [*map(str, command), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 2
    assert "File too large; nothing was left there" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["run"]
