"""`stats` counts what a run holds."""

import json
from collections import Counter


def messages(run, kind):
    stored = [json.loads(line) for line in (run / "trajectories.jsonl").read_text().splitlines()]
    trials = [trial for record in stored for trial in record["trials"]]
    return [message for trial in trials for message in trial["messages"] if message["type"] == kind]


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
    assert said.out.startswith(f"{made_run}: 12 of 12 units done, 12 verified\n")
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


def test_several_trials_have_chances_with_intervals(cli, trials_run):
    found = json.loads(cli("stats", trials_run, "--json").out)
    assert (found["units"], found["done"], found["verified"], found["conversations"]) == (6, 6, 3, 18)
    assert found["blame"] == {"agent": 6, "ours": 1, "provider": 1}
    passed = found["passed"]
    assert (passed["trials"], passed["blueprints"], passed["left_out"], passed["verified"]) == (4, 3, 2, 6)
    assert [each["all"]["value"] for each in passed["passing"]] == [0.5, 0.3889, 0.3333, 0.3333]
    assert all(each["any"]["low"] < each["any"]["value"] < each["any"]["high"] for each in passed["passing"])
    said = cli("stats", trials_run).out
    assert "passing  3 blueprints, 4 trials each; 2 left out" in said
    assert "attempts until verified" not in said


def test_what_came_before_the_conversations_is_told(cli, trials_run):
    found = json.loads(cli("stats", trials_run, "--json").out)["making"]
    assert (found["counts"]["tasks"], found["counts"]["joined"]) == (5, 1)
    assert (found["first_attempt"]["value"], found["any_attempt"]["value"]) == (0.6, 0.8)
    assert found["counts"]["fallen"] == {"checks:execution": 1, "committee:correctness": 1, "writing:provider": 1}
    assert found["reviewing"]["agreement"]["correctness"]["kappa"] > 0
    assert {each["reviewer"]: each["caught"] for each in found["reviewing"]["reviewers"]}["yes-sayer"] == 0
    lines = [" ".join(line.split()) for line in cli("stats", trials_run).out.splitlines()]
    for line in (
        "yield of 5 tasks, how many became blueprints",
        "first attempt (without feedback) 3 60.0% 23.1 to 88.2",
        "any attempt (with feedback) 4 80.0% 37.5 to 96.4",
        "1 more blueprints were joined from others",
        "committee:correctness 1 33.3%",
        "yes-sayer 0 of 5 5 of 5 0",
        "shy none shown none shown 10",
    ):
        assert line in lines
    assert any(line.startswith("writes ") for line in lines)


def test_what_models_used_is_told_by_role(cli, trials_run):
    roles = json.loads(cli("stats", trials_run, "--json").out)["bill"]["roles"]
    assert [(each["role"], each["calls"], each["cost"]) for each in roles] == [("agent", 2, 4.0), ("writer", 1, 2.0)]
    lines = [" ".join(line.split()) for line in cli("stats", trials_run).out.splitlines()]
    assert "agent m 2 1 1 1 2,000,000 1,000,000 4.0000" in lines
    assert "all 3 1 1 1 3,000,000 1,500,000 6.0000" in lines


def test_what_there_is_nothing_to_say_of_is_left_out(cli, made_run):
    said = cli("stats", made_run).out
    for heading in ("passing", "attempts", "whose fault", "refusals", "reviewers", "agreement", "difficulty", "models"):
        assert not any(line.startswith(heading) for line in said.splitlines())
