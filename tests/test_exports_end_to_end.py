"""Exports through the commands: every format written, read back and verified, and broken in every way."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.test_commands_end_to_end import interplay, refused

FORMATS = ("openai", "sharegpt", "xlam", "parquet", "loss", "preferences")
AGENTS = '''
from interplay.agents.casting import guided, skips_confirmation

def wavering(part):
    """Goes wrong in the first of its plays."""
    return skips_confirmation(part) if part.at.split("/")[1] == "0" else guided(part)
'''


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs, and an export of them in each format; nobody writes to it."""
    place = tmp_path_factory.mktemp("exports")
    (place / "own_agents.py").write_text(AGENTS)
    runs: list[tuple[Any, ...]] = [
        ("retail", "-n", 6, "--persons", 40, "--trials", 3, "--agent", "own_agents:wavering"),
        ("telecom", "-n", 4),
    ]
    if importlib.util.find_spec("bfcl_eval") is not None:
        runs.append(("bfcl", "-n", 3))
    for world, *more in runs:
        done = interplay("generate", world, *more, "--seed", 5, "--out", f"runs/{world}", cwd=place)
        assert done.returncode in (0, 1), done.stderr
    for layout in FORMATS:
        split = ("--split", "train=0.7,test=0.3", "--shard-rows", 4)
        done = interplay("export", "runs", "--format", layout, "--out", layout, *split, cwd=place)
        assert done.returncode == 0, done.stderr
    return place


def told(*arguments: Any, cwd: Path, code: int = 0) -> Any:
    """What `verify` found, as JSON."""
    done = interplay("verify", *arguments, "--json", cwd=cwd)
    assert done.returncode == code, done
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("layout", FORMATS)
def test_every_format_verifies_and_one_changed_byte_does_not(made: Path, tmp_path: Path, layout: str) -> None:
    found = told(layout, cwd=made)
    assert (found["different"], found["lost"], found["differences"]) == (0, 0, [])
    assert found["rows"] == found["same"] > 0
    manifest = json.loads((made / layout / "export.json").read_bytes())
    assert found["rows"] == sum(part["rows"] for part in manifest["files"])
    assert str(made) not in (made / layout / "export.json").read_text()

    shutil.copytree(made / layout, tmp_path / layout)
    file = tmp_path / layout / manifest["files"][0]["name"]
    data = bytearray(file.read_bytes())
    if layout == "parquet":
        data[len(data) // 2] ^= 1
    else:
        mark = b'{"from":"human","value":"' if layout == "sharegpt" else b'{"role":"user","content":"'
        at = data.index(mark) + len(mark)
        data[at:at] = b"Oh. "
    file.write_bytes(data)
    done = interplay("verify", layout, "--run", made / "runs", cwd=tmp_path)
    assert done.returncode in ((1, 2) if layout == "parquet" else (1,)), done
    assert file.name in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_same_export_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    split = ("--split", "train=0.7,test=0.3", "--shard-rows", 4)
    done = interplay("export", "runs", "--format", "openai", "--out", tmp_path / "openai", *split, cwd=made)
    assert done.returncode == 0, done.stderr
    for each in (made / "openai").iterdir():
        assert each.read_bytes() == (tmp_path / "openai" / each.name).read_bytes()


def test_a_file_alone_verifies_beside_its_runs(made: Path) -> None:
    for layout in ("openai", "parquet"):
        file = next((made / layout).glob("train-00000-*"))
        assert told(file, "--run", "runs", cwd=made)["rows"] > 0


def test_a_row_of_another_run_is_no_row_of_this_one(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "openai", tmp_path / "openai")
    refused_line = refused(interplay("verify", "openai", cwd=tmp_path))
    assert "say where it is with --run DIR" in refused_line
    refused_line = refused(interplay("verify", "openai", "--run", made / "runs" / "telecom", cwd=tmp_path))
    assert "it is not among" in refused_line


def test_the_humans_own_calls_are_in_no_row_and_are_run_again(made: Path) -> None:
    found = [
        json.loads(line)
        for file in (made / "openai").glob("*.jsonl")
        for line in file.read_text().splitlines()
        if '"id":"telecom/' in line
    ]
    assert found
    offered = {tool["function"]["name"] for row in found for tool in row["tools"]}
    called = {call["function"]["name"] for row in found for m in row["messages"] for call in m.get("tool_calls", ())}
    assert called <= offered
    assert "toggle_airplane_mode" not in offered
