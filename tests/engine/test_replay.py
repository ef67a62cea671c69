"""Recorded sessions against tools: what counts as agreement, and what a bad recording says."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from interplay.engine.cli.replay import replay as command
from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import DataError, Refusal, UsageError
from interplay.engine.replay import FINAL_STATE, NO_SUCH_TOOL, Session, SessionReplay, Tally, read_sessions, replay
from interplay.engine.tools import Toolset, tool


class Box(msgspec.Struct, frozen=True):
    count: float
    labels: tuple[str, ...] = ()


class Boxes(Database):
    boxes: Table[str, Box]


@tool()
def look(db: Boxes, box: str) -> Box:
    """Look into a box."""
    if box not in db.boxes:
        raise Refusal("no such box", code="box_unknown")
    return db.boxes[box]


@tool(writes=True)
def fill(db: Boxes, box: str, count: float) -> str:
    """Fill a box."""
    row = db.boxes.put(box, msgspec.structs.replace(db.boxes[box], count=count, labels=("full",)))
    if count < 0:
        raise Refusal("less than nothing", code="negative")
    if count > 99:
        raise ZeroDivisionError("burst")
    return f"{row.count} in it"


TOOLSET = Toolset((look, fill))
BASE = Base(Boxes, {"boxes": {"a": Box(1), "b": Box(2)}})
LOOK: dict[str, Any] = {
    "name": "look",
    "arguments": {"box": "a"},
    "compare": "value",
    "observation": '{"labels":[],"count":1}',
}
FILLED = [
    {"path": ["boxes", "a", "labels", 0], "after": "full"},
    {"path": ["boxes", "a", "count"], "before": 1, "after": 5},
]


def run(*calls: dict[str, Any], **session: Any) -> SessionReplay:
    found = msgspec.convert({"session": 7, "calls": calls, **session}, Session)
    return replay(TOOLSET, BASE, found)


def fill_with(count: float, **recorded: Any) -> dict[str, Any]:
    return {"name": "fill", "arguments": {"box": "a", "count": count}, **recorded}


def test_json_answers_agree_by_value_whatever_the_order_of_keys():
    assert run(LOOK).agrees


def test_a_different_answer_is_told_leaf_by_leaf():
    replayed = run({**LOOK, "observation": '{"labels":[],"count":3}'})
    assert replayed.calls[0].disagreement == "/count: ours 1; recorded 3"
    assert not replayed.agrees


def test_text_answers_agree_by_text():
    assert run(fill_with(5, compare="value", observation="5.0 in it")).agrees
    assert not run(fill_with(5, compare="value", observation="5 in it")).agrees


def test_true_is_not_one():
    assert not run({**LOOK, "observation": '{"labels":[],"count":true}'}).agrees


def test_a_recorded_refusal_agrees_with_any_refusal_that_changes_nothing():
    replayed = run(fill_with(-1, compare="refused", refusal="other_word"), compare_diff=True, diff=[])
    assert replayed.agrees
    assert replayed.calls[0].refusal == "negative"
    assert not replayed.patch


def test_an_answer_where_a_refusal_was_recorded_disagrees_and_so_does_the_reverse():
    assert "recorded as refused (box_unknown)" in (
        run({**LOOK, "compare": "refused", "refusal": "box_unknown"}).calls[0].disagreement or ""
    )
    unknown = {**LOOK, "arguments": {"box": "c"}}
    assert "ours refused (box_unknown)" in (run(unknown).calls[0].disagreement or "")


@pytest.mark.parametrize("compare", [{"compare": "skip"}, {}])
def test_a_call_that_is_not_compared_runs_and_may_do_what_it_likes(compare):
    assert run(fill_with(5, **compare), compare_diff=True, diff=FILLED).agrees
    assert run({"name": "look", "arguments": {"box": 3}, **compare}).agrees


def test_a_tool_that_breaks_is_a_disagreement_even_where_nothing_is_compared():
    replayed = run(fill_with(100), {**LOOK, "index": 9}, compare_diff=True, diff=[])
    assert replayed.calls[0].disagreement == "defect: ZeroDivisionError: burst"
    assert replayed.calls[1].disagreement is None
    assert replayed.disagreement is None
    assert not replayed.agrees


def test_final_states_agree_by_path_in_any_order_and_numbers_by_value():
    assert run(fill_with(5), diff=FILLED).agrees
    assert run(fill_with(5), compare_diff=True, diff=FILLED[::-1]).agrees


def test_final_states_that_differ_are_told_path_by_path():
    other = [FILLED[0], {"path": ["boxes", "b", "count"], "before": 2, "after": 3}]
    assert run(fill_with(5), compare_diff=True, diff=other).disagreement == (
        "/boxes/b/count: ours unchanged; recorded 2 -> 3\n/boxes/a/count: ours 1 -> 5.0; recorded unchanged"
    )
    assert run(fill_with(5), compare_diff=False, diff=other).agrees
    assert run(fill_with(5)).agrees


def test_an_added_null_is_not_an_absent_value():
    added = [{"path": ["boxes", "a", "labels", 0], "after": None}, FILLED[1]]
    assert not run(fill_with(5), diff=added).agrees


def test_sessions_do_not_see_each_other():
    run(fill_with(5))
    assert run(LOOK).agrees


def test_a_record_of_ours_agrees_with_ours():
    calls = [LOOK, fill_with(5), fill_with(-1), {"name": "nothing", "arguments": {}}, fill_with(7, compare="skip")]
    record = run(*calls).record()
    again = msgspec.json.decode(msgspec.json.encode(record), type=Session)
    assert [call.compare for call in again.calls] == ["value", "value", "refused", "refused", "skip"]
    assert [call.index for call in again.calls] == [0, 1, 2, 3, 4]
    assert again.calls[3].refusal == "unknown_tool"
    assert replay(TOOLSET, BASE, again).agrees


def test_a_defect_is_recorded_as_one():
    assert run(fill_with(100)).record()["calls"][0]["defect"] == "ZeroDivisionError: burst"


def test_a_tally_counts_by_tool_and_outcome_and_keeps_the_first_disagreements():
    tally = Tally(first=2)
    wrong = {**LOOK, "observation": "no"}
    for session in [
        run(LOOK, wrong, diff=[]),
        run({"name": "函数", "arguments": {}, "compare": "refused"}),
        run(wrong, wrong),
    ]:
        tally.add(TOOLSET, session)
    assert tally.rows() == [(NO_SUCH_TOOL, "refused", 1, 1), ("look", "value", 1, 4), (FINAL_STATE, "value", 1, 1)]
    assert tally.compared == (2, 5)
    assert (tally.sessions, tally.agreeing, tally.disagreed, tally.agrees) == (3, 1, 3, False)
    assert [found.at for found in tally.disagreements] == [1, 0]


# Reading


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_sessions_are_read_from_several_files_one_line_at_a_time(tmp_path):
    one = write(
        tmp_path / "one.jsonl", b'{"session": 1, "calls": [], "diff": []}', b"", b'{"session": "x", "calls": []}'
    )
    two = write(tmp_path / "two.jsonl", b"not json")
    found = read_sessions([one, two])
    assert [next(found).session, next(found).session] == [1, "x"]
    with pytest.raises(DataError, match=r"two\.jsonl, line 1: not a recorded session"):
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
def test_a_malformed_line_is_reported_with_its_number(tmp_path, line):
    path = write(tmp_path / "bad.jsonl", b'{"session": 1, "calls": []}', line)
    with pytest.raises(DataError, match=r"bad\.jsonl, line 2: "):
        list(read_sessions([path]))


def test_a_missing_file_is_reported_by_name(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*none\.jsonl: No such file"):
        list(read_sessions([tmp_path / "none.jsonl"]))


# The command


@pytest.fixture
def world(tmp_path, monkeypatch) -> Path:
    domain = SimpleNamespace(tools=TOOLSET, database=Boxes, read=lambda path: Base.read(Boxes, path))
    monkeypatch.setattr("interplay.engine.domain.load_domain", lambda name: domain)
    data = tmp_path / "data"
    BASE.write(data)
    return data


def sessions(path: Path, *calls: dict[str, Any]) -> str:
    return str(write(path, msgspec.json.encode({"session": 1, "calls": calls, "compare_diff": True, "diff": []})))


def test_the_command_prints_what_agrees_and_exits_with_0(world, tmp_path):
    done = CliRunner().invoke(command, ["boxes", sessions(tmp_path / "s.jsonl", LOOK), "--data", str(world)])
    assert done.exit_code == 0
    assert "1 of 1 sessions agree" in done.output
    assert "look" in done.output


def test_the_command_exits_with_1_when_a_session_disagrees_and_writes_what_ours_did(world, tmp_path):
    file = sessions(tmp_path / "s.jsonl", LOOK, fill_with(5, compare="refused", refusal="negative"))
    out = tmp_path / "ours.jsonl"
    done = CliRunner().invoke(command, ["boxes", file, "--data", str(world), "--out", str(out), "--first", "1"])
    assert done.exit_code == 1
    assert "session 1 call 1: fill" in done.output
    assert "1 more disagreements" in done.output
    ours = next(read_sessions([out]))
    assert (ours.calls[1].compare, ours.calls[1].observation) == ("value", "5.0 in it")
    assert replay(TOOLSET, BASE, ours).agrees


def test_the_command_speaks_json(world, tmp_path):
    done = CliRunner().invoke(command, ["boxes", sessions(tmp_path / "s.jsonl", LOOK), "--data", str(world), "--json"])
    report = msgspec.json.decode(done.output)
    assert (report["sessions"], report["agreeing"], report["disagreements"]) == (1, 1, [])
    assert report["outcomes"][0] == {"tool": "look", "outcome": "value", "agree": 1, "of": 1}


def test_the_command_asks_for_data_and_says_what_it_holds(world, tmp_path):
    done = CliRunner().invoke(command, ["boxes", sessions(tmp_path / "s.jsonl", LOOK)])
    assert isinstance(done.exception, UsageError)
    assert "--data" in str(done.exception)
    assert "boxes.json" in str(done.exception)
    assert CliRunner().invoke(command, ["boxes"]).exit_code == 2


@pytest.mark.parametrize("content", [b"nonsense", b""])
def test_a_failed_command_leaves_the_earlier_output_as_it_was(world, tmp_path, content):
    out = write(tmp_path / "ours.jsonl", b"earlier")
    file = write(tmp_path / "s.jsonl", b'{"session": 1, "calls": []}' if content else b"", content)
    done = CliRunner().invoke(command, ["boxes", str(file), "--data", str(world), "--out", str(out)])
    assert isinstance(done.exception, DataError)
    assert out.read_bytes() == b"earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "ours.jsonl", "s.jsonl"]


@pytest.mark.parametrize("out", ["/dev/null", "missing/ours.jsonl", "."])
def test_output_that_cannot_be_a_file_is_refused(world, tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    file = sessions(tmp_path / "s.jsonl", LOOK)
    done = CliRunner().invoke(command, ["boxes", file, "--data", str(world), "--out", out])
    assert isinstance(done.exception, UsageError)
    assert "cannot write" in str(done.exception)
