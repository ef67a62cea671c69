"""`interplay replay`: what it prints, writes and exits with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.engine.replaying.forms import read_lines
from interplay.engine.seeds import Seed

NO: dict[str, Any] = {"name": "get_user_details", "arguments": {"user_id": "nobody"}}
REFUSED = {**NO, "compare": "refused", "refusal": "user_unknown"}
WRONG = {**NO, "compare": "value", "observation": "somebody"}


@pytest.fixture
def data(tmp_path) -> Path:
    """A small shop."""
    DOMAIN.generate(Seed.root(3), 5).write(tmp_path / "data")
    return tmp_path / "data"


def sessions(path: Path, *calls: dict[str, Any]) -> Path:
    line = msgspec.json.encode({"session": 1, "calls": calls, "compare_diff": True, "diff": []})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(line + b"\n")
    return path


def test_the_command_prints_what_agrees_and_exits_with_0(cli, data, tmp_path):
    done = cli("replay", "retail", sessions(tmp_path / "s.jsonl", REFUSED), "--data", data)
    assert done.code == 0
    assert "1 of 1 compared calls agree" in done.out
    assert "1 of 1 sessions agree" in done.out


def test_a_disagreement_is_told_and_makes_the_exit_code_1(cli, data, tmp_path):
    out = tmp_path / "ours.jsonl"
    file = sessions(tmp_path / "s.jsonl", REFUSED, WRONG, WRONG)
    done = cli("replay", "retail", file, "--data", data, "--out", out, "--first", "1")
    assert done.code == 1
    assert 'session 1 call 1: get_user_details {"user_id":"nobody"}' in done.out
    assert "1 more disagreements" in done.out
    [line] = read_lines(out)
    assert [call.compare for call in line.recording.calls] == ["refused", "refused", "refused"]
    assert cli("replay", "retail", out, "--data", data).code == 0


def test_the_command_speaks_json(cli, data, tmp_path):
    done = cli("replay", "retail", sessions(tmp_path / "s.jsonl", REFUSED), "--data", data, "--json")
    report = msgspec.json.decode(done.out)
    assert (report["form"], report["recordings"], report["agreeing"], report["calls"]) == ("sessions", 1, 1, 1)
    assert report["outcomes"][0] == {"part": "get_user_details", "outcome": "refused", "agree": 1, "of": 1}
    assert report["disagreements"] == []


def test_what_is_lacking_is_said(cli, data, tmp_path):
    file = sessions(tmp_path / "s.jsonl", REFUSED)
    assert "--data DIR" in cli("replay", "retail", file).err
    assert "DOMAIN and at least one FILE" in cli("replay", "retail").err
    assert "takes no DOMAIN" in cli("replay", "retail", file, "--recordings", tmp_path).err
    assert "a script (" in cli("replay", "retail", empty(tmp_path), "--data", data).err


def empty(directory: Path) -> Path:
    (directory / "empty.jsonl").write_bytes(b"\n")
    return directory / "empty.jsonl"


@pytest.mark.parametrize("content", [b"nonsense", b""])
def test_a_failed_command_leaves_the_earlier_output_as_it_was(cli, data, tmp_path, content):
    out = tmp_path / "ours.jsonl"
    out.write_bytes(b"earlier\n")
    file = tmp_path / "s.jsonl"
    file.write_bytes(b'{"session": 1, "calls": []}\n' * bool(content) + content)
    assert cli("replay", "retail", file, "--data", data, "--out", out).code == 2
    assert out.read_bytes() == b"earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "ours.jsonl", "s.jsonl"]


@pytest.mark.parametrize("out", ["/dev/null", "missing/ours.jsonl", "."])
def test_output_that_cannot_be_a_file_is_refused(cli, data, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    done = cli("replay", "retail", sessions(tmp_path / "s.jsonl", REFUSED), "--data", data, "--out", out)
    assert done.code == 2
    assert "cannot write" in done.err


def test_a_whole_directory_is_replayed_with_a_line_for_each_file(cli, data, tmp_path):
    kit = tmp_path / "kit"
    sessions(kit / "golden" / "retail_test.jsonl", REFUSED)
    sessions(kit / "fuzz" / "retail.jsonl", WRONG)
    (kit / "taubench").mkdir()
    data.rename(kit / "taubench" / "retail")
    done = cli("replay", "--recordings", kit)
    assert done.code == 1
    assert "golden/retail_test.jsonl" in done.out
    assert "1 of 2 recordings agree, with 2 calls" in done.out
    assert "fuzz/retail.jsonl:\n\nsession 1 call 0: get_user_details" in done.out
    report = msgspec.json.decode(cli("replay", "--recordings", kit, "--json").out)
    assert [(each["file"], each["agreeing"]) for each in report["files"]] == [
        ("fuzz/retail.jsonl", 0),
        ("golden/retail_test.jsonl", 1),
    ]
