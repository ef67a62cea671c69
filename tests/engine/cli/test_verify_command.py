"""`verify` finds what was changed after it was recorded, and says where."""

import json
import re

import pytest


def tampered(run, log, pattern, replacement):
    """Change the first place in a log that fits; returns the unit whose record it is in."""
    path = run / f"{log}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    for unit, line in enumerate(lines):
        changed = re.sub(pattern, replacement, line, count=1)
        if changed != line:
            path.write_text("".join([*lines[:unit], changed, *lines[unit + 1 :]]))
            return unit
    raise AssertionError(f"nothing in {path} fits {pattern}")


def without_line(run, log, number):
    path = run / f"{log}.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:number] + lines[number + 1 :]))


def test_untouched_run_is_the_same_all_through(process, made_run):
    said = process("verify", made_run)
    assert said.code == 0, said.out
    assert said.out.startswith(f"{made_run}: 12 replayed, 12 same, 0 different\n")
    assert "\x1b" not in said.out
    found = json.loads(process("verify", made_run, "--json").out)
    assert (found["replayed"], found["same"], found["different"], found["lost"]) == (12, 12, 0, 0)
    assert sum(found["kinds"].values()) == 12
    assert found["differences"] == []


RESULT = r'("tool_result","call_id":"[^"]*","content":"\{\\"order_id\\":\\"#W\d{6})\d'
CALL = r'("tool":"get_order_details","arguments":\{"order_id":"#W\d{6})\d'


@pytest.mark.parametrize(
    ("log", "pattern", "replacement", "what"),
    [
        ("trajectories", RESULT, r"\1x", "the result of "),
        ("trajectories", r'"reward":1\.0', '"reward":0.0', "the verdict"),
        ("trajectories", r'"progress":1\.0', '"progress":0.5', "the verdict"),
        ("trajectories", CALL, r"\1x", "the result of get_order_details"),
        ("trajectories", r'("type":"tool_result",)', r'\1"refusal":"refused",', "the result of "),
        ("trajectories", r'"reason":"satisfied"', '"reason":"denied"', "the ending"),
        ("trajectories", r'"ending":\{[^}]*\}', '"ending":null', "the outcome"),
        ("trajectories", r'"blueprint":"retail-', '"blueprint":"other-', "the blueprint"),
        ("blueprints", CALL, r"\1x", "the blueprint"),
    ],
    ids=["result", "reward", "progress", "argument", "refusal", "reason", "ending", "blueprint id", "action"],
)
def test_a_change_is_found_in_its_unit(cli, run_copy, log, pattern, replacement, what):
    unit = tampered(run_copy, log, pattern, replacement)
    said = cli("verify", run_copy)
    assert said.code == 1
    assert f"unit {unit}" in said.out
    assert what in said.out
    assert ", 11 same, 1 different" in said.out
    found = json.loads(cli("verify", run_copy, "--json").out)
    assert {each["unit"] for each in found["differences"]} == {unit}
    assert any(each["what"].startswith(what) and each["leaves"] for each in found["differences"])


def test_a_changed_result_is_shown_as_recorded_and_as_replayed(process, run_copy):
    tampered(run_copy, "trajectories", r'(\\"status\\":\\"delivere)d', r"\1x")
    said = process("verify", run_copy)
    assert (said.code, said.err) == (1, "")
    assert 'recorded "deliverex", replayed "delivered"' in said.out


def test_only_the_first_differences_are_printed_and_all_are_counted(cli, run_copy):
    path = run_copy / "trajectories.jsonl"
    path.write_text(path.read_text().replace('"progress":1.0', '"progress":0.25'))
    said = cli("verify", run_copy, "--first", 2)
    assert said.code == 1
    assert said.out.count("the verdict differs") == 2
    assert "10 more differences; --first shows more" in said.out
    assert "0 same, 12 different" in said.out


def test_a_line_that_was_taken_out_is_a_loss(cli, run_copy):
    without_line(run_copy, "trajectories", 4)
    said = cli("verify", run_copy)
    assert said.code == 1
    assert "11 replayed, 11 same" in said.out
    assert "lost: 1 of 12 units" in said.out


def test_an_interrupted_run_is_incomplete_and_no_error(cli, run_copy):
    for log in ("blueprints", "trajectories"):
        for _ in range(3):
            without_line(run_copy, log, 9)
    said = cli("verify", run_copy)
    assert said.code == 0
    assert "9 replayed, 9 same" in said.out
    assert "incomplete: 3 of 12 units are not done yet" in said.out
    assert "lost" not in said.out


def test_records_that_wait_for_their_turn_are_verified_and_gaps_between_them_are_no_loss(cli, run_copy):
    moved = []
    for log in ("blueprints", "trajectories"):
        path = run_copy / f"{log}.jsonl"
        lines = path.read_text().splitlines()
        path.write_text("".join(f"{line}\n" for line in lines[:5]))
        moved += [f'{{"log":"{log}","unit":{unit},"record":{lines[unit]}}}\n' for unit in (7, 10)]
    (run_copy / "pending.jsonl").write_text("".join(moved))
    found = json.loads(cli("verify", run_copy, "--json").out)
    assert (found["replayed"], found["same"], found["unfinished"], found["lost"]) == (7, 7, 5, 0)


def test_a_damaged_line_is_named(process, run_copy):
    path = run_copy / "trajectories.jsonl"
    path.write_text(path.read_text().replace('"unit":3,', '"unit":3;', 1))
    said = process("verify", run_copy)
    assert said.code == 2
    assert f"{path}, line 4" in said.err


def test_a_record_out_of_order_is_named(process, run_copy):
    path = run_copy / "trajectories.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:3], lines[5], lines[4], *lines[6:]]))
    said = process("verify", run_copy)
    assert said.code == 2
    assert "unit 4 stands after unit 5" in said.err


def test_changed_data_is_refused(process, run_copy):
    path = run_copy / "data" / "orders.json"
    path.write_text(path.read_text().replace("delivered", "pending", 1))
    said = process("verify", run_copy)
    assert said.code == 2
    assert "is not the data that this run started from" in said.err


def test_a_run_made_by_another_version_says_so_where_it_differs(cli, run_copy):
    tampered(run_copy, "trajectories", r'"reward":1\.0', '"reward":0.0')
    path = run_copy / "run.json"
    path.write_text(re.sub(r'"msgspec": "[^"]*"', '"msgspec": "0.0.1"', path.read_text()))
    assert "the run was made with msgspec 0.0.1; this is" in cli("verify", run_copy).out


def test_every_trial_of_every_unit_is_the_same(cli, trials_run):
    said = cli("verify", trials_run)
    assert said.code == 0, said.out
    assert said.out.startswith(f"{trials_run}: 18 conversations of 6 units replayed, 18 same, 0 different\n")
    assert "recorded as 1 failed:ours, 1 failed:provider, 6 rejected, 1 unresolved, 9 verified" in said.out


@pytest.mark.parametrize(
    ("pattern", "replacement", "what"),
    [
        (r'"fault":"agent"', '"fault":"human"', "whose fault it was"),
        (r'"fault":"provider"', '"fault":"agent"', "the outcome"),
        (r'"provider":"rate"', '"provider":"timeout"', "the outcome"),
        (r'"trial":2', '"trial":3', "the trials"),
    ],
)
def test_a_change_in_one_of_several_trials_is_found(cli, trials_copy, pattern, replacement, what):
    unit = tampered(trials_copy, "trajectories", pattern, replacement)
    said = cli("verify", trials_copy)
    assert said.code == 1
    assert f"unit {unit}" in said.out
    assert what in said.out
    found = json.loads(cli("verify", trials_copy, "--json").out)
    assert [(each["unit"], each["what"]) for each in found["differences"]] == [(unit, what)]


def test_a_difference_names_its_trial_where_there_are_several(cli, trials_copy):
    tampered(trials_copy, "trajectories", r'("trial":2.*"fault":)"agent"', r'\1"human"')
    said = cli("verify", trials_copy).out
    assert re.search(r"unit 1, trial [23]: whose fault it was differs", said)
    assert 'recorded "human", replayed "agent"' in said
    [found] = json.loads(cli("verify", trials_copy, "--json").out)["differences"]
    assert found["trial"] in (2, 3)
