"""Blueprints that were made elsewhere are executed, kept and played as they are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.engine.two_sided import BASE, DARK, WORLD

from interplay.engine.blueprint import Assertion
from interplay.engine.errors import DataError
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.given import Given, expect_world, read_blueprints, read_given, take
from interplay.engine.forge.record import BlueprintRecord, YieldCounter


def written(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_blueprints_are_read_from_a_file_a_directory_or_the_records_of_a_run(tmp_path):
    one = msgspec.json.encode(DARK)
    assert read_blueprints(written(tmp_path / "some.jsonl", one, b"", one)) == (DARK, DARK)
    record = msgspec.json.encode({"unit": 0, "blueprint": DARK})
    written(tmp_path / "blueprints.jsonl", record, b'{"unit":1,"failure":"none"}')
    assert read_blueprints(tmp_path) == (DARK,)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ((b"{}",), "some.jsonl, line 1: not a blueprint: Object missing required field"),
        ((msgspec.json.encode(DARK), b"{"), "some.jsonl, line 2: not a blueprint"),
        ((b"\xff\xfe",), "some.jsonl, line 1: not a blueprint"),
        ((b"",), "holds no blueprint"),
        ((b'{"unit":1,"failure":"none"}',), "holds no blueprint"),
    ],
)
def test_what_is_no_blueprint_is_told_with_its_line(tmp_path, lines, text):
    with pytest.raises(DataError, match=text):
        read_blueprints(written(tmp_path / "some.jsonl", *lines))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*nowhere: No such file or directory; expected one blueprint"):
        read_blueprints(tmp_path / "nowhere")


def test_blueprints_of_another_world_are_told_with_both_names():
    other = msgspec.structs.replace(DARK, domain="boats")
    with pytest.raises(DataError, match="blueprint lamps-1 is of the world 'boats', not of 'lamps'"):
        expect_world((DARK, other), WORLD)


def test_a_given_blueprint_is_executed_and_kept_as_it_is():
    record, validated = take(WORLD, BASE, 3, Given(DARK))
    assert record.unit == 3
    assert record.blueprint is DARK
    assert validated is not None
    assert validated.truth.changes


def test_relatives_and_difficulty_come_along_and_it_is_no_task_of_the_run_that_plays_it(tmp_path):
    hard = Difficulty(reads=1, writes=1, depth=2, entities=1, rules=0, hidden=0)
    made = BlueprintRecord(7, DARK, parents=("lamps-2", "lamps-3"), attempt=2, difficulty=hard)
    (given,) = read_given(written(tmp_path / "blueprints.jsonl", msgspec.json.encode(made)))
    record, _ = take(WORLD, BASE, 0, given)
    assert (record.parents, record.difficulty, record.given) == (made.parents, hard, True)
    counter = YieldCounter()
    counter.add(record)
    assert (counter.value().tasks, counter.value().joined) == (0, 0)


def test_one_whose_actions_cannot_be_carried_out_is_kept_with_the_reason():
    broken = msgspec.structs.replace(DARK, setup=())
    actions = (msgspec.structs.replace(DARK.actions[0], arguments={"lamp_id": "lamp_9"}), *DARK.actions[1:])
    record, validated = take(WORLD, BASE, 0, Given(msgspec.structs.replace(broken, actions=actions)))
    assert validated is None
    assert record.failure.startswith("lamps-1: execution: action 0 (look_up) was refused")


def test_one_that_asks_what_the_world_cannot_answer_is_kept_with_the_reason():
    strange = msgspec.structs.replace(DARK, assertions=(Assertion(tool="is_warm"),))
    record, validated = take(WORLD, BASE, 0, Given(strange))
    assert validated is None
    assert record.failure.startswith("lamps-1: assertion: is_warm(): There is no tool named 'is_warm'")
