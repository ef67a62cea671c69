"""Reading recordings: which form a file has, and what a bad line says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interplay.engine.errors import DataError, UsageError
from interplay.engine.replaying import conversations, scripts, sessions, tasks
from interplay.engine.replaying.checks import Tally
from interplay.engine.replaying.forms import form_of, read_lines, replay_line, try_line
from interplay.engine.replaying.stage import Stage

SESSION = {"session": 1, "calls": [], "diff": []}


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (b'{"session": 1, "calls": []}', sessions),
        (b'{"type": "meta", "domain": "x"}', tasks),
        (b'{"type": "task", "id": "x"}', tasks),
        (b'{"task_id": 1, "messages": [], "recorded_task": {}}', conversations),
        (b'{"id": "x", "turns": [], "final_state": {}}', scripts),
    ],
)
def test_a_form_is_told_by_its_first_line(line, form):
    assert form_of(line) is form


def test_recordings_are_read_one_line_at_a_time(write):
    found = read_lines(write("one.jsonl", SESSION, b"", {**SESSION, "session": "x"}, b"not json"))
    assert [next(found).number, next(found).number] == [1, 3]
    with pytest.raises(DataError, match=r"one\.jsonl, line 4: not a recorded session"):
        next(found)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"\xff\xfe",
        b'{"session": 1}',
        b'{"session": 1, "calls": [{"name": "look"}]}',
        b'{"session": 1, "calls": [{"name": "\xff", "arguments": {}}]}',
        b'{"session": 1, "calls": [{"name": "look", "arguments": {}, "compare": "perhaps"}]}',
        b'{"session": 1, "calls": [{"name": "look", "arguments": {}, "compare": "value"}]}',
        b'{"session": 1, "calls": [], "diff": [{"path": 3}]}',
        b"[" * 100_000,
    ],
)
def test_a_malformed_line_is_reported_with_its_number(write, line):
    with pytest.raises(DataError, match=r"bad\.jsonl, line 2: "):
        list(read_lines(write("bad.jsonl", SESSION, line)))


@pytest.mark.parametrize("line", [b"{}", b"[1]", b'{"type": "other"}', b"nonsense", b"\xff"])
def test_a_file_of_no_form_says_which_there_are(write, line):
    with pytest.raises(DataError, match=r"bad\.jsonl, line 1: not a recording"):
        list(read_lines(write("bad.jsonl", line)))


def test_a_tolerant_reader_gives_what_is_wrong_and_goes_on(write, stage):
    first, second, third = read_lines(write("bad.jsonl", SESSION, b"{", SESSION), tolerant=True)
    assert replay_line(stage, first).agrees
    with pytest.raises(DataError, match="line 2"):
        replay_line(stage, second)
    assert replay_line(stage, third).agrees


def test_a_missing_file_is_reported_by_name(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*none\.jsonl: No such file"):
        list(read_lines(tmp_path / "none.jsonl"))


def test_recordings_about_rows_need_the_data_and_say_what_it_holds(domain, write):
    [line] = read_lines(write("s.jsonl", SESSION))
    with pytest.raises(UsageError, match=r"--data DIR.*boxes\.json"):
        replay_line(Stage(domain, None), line)


def test_a_line_that_a_world_breaks_on_is_counted_and_stops_nothing(domain, write):
    def script(*calls: str) -> dict[str, object]:
        turns = [{"results": [{"call": call, "result": ""} for call in calls]}]
        return {"id": "s", "turns": turns, "final_state": {}}

    def explode(line: object) -> None:
        raise ZeroDivisionError("one by nothing")

    tally = Tally()
    bursting, _ = read_lines(write("s.jsonl", script("burst()"), script()))
    assert try_line(Stage(domain, None), bursting, tally) is None
    assert try_line(Stage(replace(domain, replay_script=explode), None), bursting, tally) is None
    told = [found.check.disagreement for found in tally.disagreements]
    assert told == ["it burst", "defect: ZeroDivisionError: one by nothing"]
    assert (tally.recordings, tally.agreeing) == (2, 0)
