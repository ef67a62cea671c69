"""`stats` counts what a run holds."""

import json
from collections import Counter


def messages(run, kind):
    stored = [json.loads(line) for line in (run / "trajectories.jsonl").read_text().splitlines()]
    return [message for record in stored for message in record["messages"] if message["type"] == kind]


def test_counts_are_those_of_the_records(cli, made_run):
    found = json.loads(cli("stats", made_run, "--json").out)
    calls = Counter(message["tool"] for message in messages(made_run, "tool_call"))
    assert (found["units"], found["done"], found["scored"]) == (12, 12, 12)
    assert found["tools"] == dict(calls)
    assert list(found["tools"].values()) == sorted(calls.values(), reverse=True)
    assert found["calls"]["mean"] == round(calls.total() / 12, 4)
    assert found["turns"]["mean"] == round(len(messages(made_run, "human")) / 12, 4)
    assert sum(found["endings"].values()) == sum(found["outcomes"].values()) == 12
    assert found["estimated"] is False
    assert found["grams"]["1"]["all"] == found["words"]
    assert found["vocabulary"] == found["grams"]["1"]["distinct"]


def test_a_person_reads_the_same_in_blocks(process, made_run):
    said = process("stats", made_run)
    assert said.code == 0
    assert said.out.startswith(f"{made_run}: 12 of 12 units done\n")
    assert "\x1b" not in said.out
    lines = said.out.splitlines()
    for heading in ("outcomes", "endings", "lengths", "calls by tool", "goals by kind", "variety"):
        assert any(line.startswith(heading) for line in lines)
    first = lines[next(at for at, line in enumerate(lines) if line.startswith("calls by tool")) + 1]
    calls = Counter(message["tool"] for message in messages(made_run, "tool_call"))
    assert calls[first.split()[0]] == max(calls.values())


def test_a_run_that_is_not_complete_is_counted_as_far_as_it_is(cli, run_copy):
    for log in ("blueprints", "trajectories"):
        (run_copy / f"{log}.jsonl").write_text("")
    said = cli("stats", run_copy)
    assert said.code == 0
    assert "0 of 12 units done" in said.out
    assert "none was scored" in said.out
