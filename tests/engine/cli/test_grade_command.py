"""`interplay grade`: conversations recorded elsewhere, judged against a run's blueprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.run import Run
from interplay.engine.trajectory import Trajectory, Trials


def as_chat(trajectory: Trajectory) -> list[dict[str, Any]]:
    """A conversation of ours in OpenAI's messages."""
    found: list[dict[str, Any]] = []
    for message in trajectory.messages:
        match message:
            case HumanMessage(text=text, stop=stop):
                found.append({"role": "user", "content": f"{text} ###STOP###" if stop else text})
            case AgentMessage(text=text):
                found.append({"role": "assistant", "content": text})
            case ToolCall(call_id=call_id, tool=tool, arguments=arguments):
                function = {"name": tool, "arguments": msgspec.json.encode(arguments).decode()}
                found.append({"role": "assistant", "tool_calls": [{"id": call_id, "function": function}]})
            case ToolResult(call_id=call_id, content=content):
                found.append({"role": "tool", "tool_call_id": call_id, "content": content})
    return found


@pytest.fixture
def file(made_run, tmp_path) -> Path:
    """The run's conversations as others would keep them, and one that nobody can read."""
    lines: list[dict[str, Any]] = [
        {"messages": as_chat(trials.best), "blueprint": trials.blueprint, "reward": 1.0}
        for trials in Run.open(made_run).trajectories(Trials)
    ]
    lines.append({"messages": [{"role": "narrator", "content": "Once upon a time"}], "task_id": "story"})
    path = tmp_path / "conversations.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def test_conversations_of_ours_come_back_with_their_verdicts(cli, made_run, file, tmp_path):
    out = tmp_path / "grades.jsonl"
    done = cli("grade", file, "--blueprints", made_run, "--json", "--out", out)
    report = msgspec.json.decode(done.out)
    assert done.code == 1
    assert (report["conversations"], report["graded"], report["accepted"]) == (13, 12, 12)
    assert report["ungraded"] == {"role": 1}
    assert report["verdict_as_recorded"] == report["rule_as_recorded"] == {"same": 12, "of": 12}
    assert [msgspec.json.decode(line)["type"] for line in out.read_bytes().splitlines()] == [
        *["graded"] * 12,
        "ungraded",
    ]


def test_the_table_has_theirs_beside_ours(cli, made_run, file):
    done = cli("grade", file, "--blueprints", made_run, "--limit", "2")
    assert "12 of 12 conversations that could be judged are accepted" in done.out
    assert "not judged: 1 role" in done.out
    assert "and 11 more" in done.out
    assert "the benchmark's own rule gives the recorded reward in 12 of 12" in done.out


def test_what_is_lacking_is_said(cli, file):
    assert "--blueprints PATH" in cli("grade", file).err
