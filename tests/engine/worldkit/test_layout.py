"""A world in one file, with nulls where we leave fields out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET, UnsetType

from interplay.engine.database import Base, Database, Table
from interplay.engine.errors import DataError
from interplay.engine.patch import Change, Patch
from interplay.engine.tools import tool
from interplay.engine.worldkit.layout import Layout, with_nulls
from interplay.engine.worldkit.rows import Row


class Shade(Row, frozen=True, tag_field="kind", tag="shade"):
    color: str | UnsetType = UNSET


class Lamp(Row, frozen=True):
    watts: int
    room: str | None
    shades: tuple[Shade, ...] = ()
    sold: str | UnsetType = UNSET


class Clock(Row, frozen=True):
    now: str


class Shop(Database):
    defaults = {"clock": {"now": Clock(now="noon")}}  # noqa: RUF012
    lamps: Table[str, Lamp]
    clock: Table[str, Clock]


def check(base: Base[Shop]) -> None:
    if any(lamp.watts < 0 for lamp in base.fork().lamps.values()):
        raise DataError("lamps.json: a lamp gives power")


LAYOUT = Layout(Shop, "db.json", check)
ROW = {"watts": 5, "room": None, "shades": [{"kind": "shade"}], "sold": None}


def saved(directory: Path, data: Any) -> Path:
    (directory / "db.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return directory


def test_nulls_of_unset_fields_are_read_as_unset_and_other_nulls_stay(tmp_path):
    base = LAYOUT.read(saved(tmp_path, {"lamps": {"L": ROW}}))
    lamp = base.fork().lamps["L"]
    assert (lamp.sold, lamp.room) == (UNSET, None)
    assert base.fork().clock["now"].now == "noon"


def test_what_is_saved_is_read_again_and_defaults_are_left_out(tmp_path):
    base = LAYOUT.read(saved(tmp_path, {"lamps": {"L": ROW}}))
    LAYOUT.write(base, tmp_path / "again")
    assert LAYOUT.read(tmp_path / "again").digest() == base.digest()
    assert list(json.loads((tmp_path / "again" / "db.json").read_bytes())) == ["lamps"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("{", "expected an object of tables"),
        ({"lamps": {}, "chairs": {}}, "has the tables lamps, chairs; expected lamps, clock"),
        ({"clock": {}}, "has the tables clock; expected lamps, clock"),
        ({"lamps": {"L": {**ROW, "watts": "5"}}}, "lamps, row 'L': Expected `int`, got `str`"),
        ({"lamps": {"L": {**ROW, "watts": -5}}}, "a lamp gives power"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named_with_what_was_expected(tmp_path, data, text):
    with pytest.raises(DataError) as caught:
        LAYOUT.read(saved(tmp_path, data))
    assert str(caught.value).startswith(str(tmp_path / "db.json"))
    assert text in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"cannot read .*db\.json: No such file"):
        LAYOUT.read(tmp_path)


def test_a_tool_answers_with_nulls_and_is_the_same_otherwise():
    @tool(writes=True)
    def buy(db: Shop, lamp_id: str) -> Mapping[str, Lamp]:
        """Buy a lamp.

        Args:
            lamp_id: a letter.
        """
        return {lamp_id: Lamp(watts=5, room=None, shades=(Shade(),))}

    (answering,) = LAYOUT.answering((buy,))
    fork = Base(Shop, {"lamps": {}, **Shop.defaults}).fork()
    shade = {"kind": "shade", "color": None}
    assert json.loads(answering.run(fork, {"lamp_id": "L"})) == {"L": {**ROW, "shades": [shade]}}
    assert (answering.schema, answering.writes, answering.produces) == (buy.schema, True, buy.produces)


def test_a_field_that_is_set_for_the_first_time_held_null_before():
    base = Base(Shop, {"lamps": {}, **Shop.defaults})
    new = Change(("lamps", "L", "sold"), after="today")
    part = Change(("lamps", "L", "shades", 0), after={"kind": "shade"})
    row = Change(("lamps", "M"), after=ROW)
    assert LAYOUT.recorded(base, Patch((new, part, row))) == {
        "agent": [Change(("lamps", "L", "sold"), before=None, after="today"), part, row]
    }


def test_a_tasks_rows_come_without_the_nulls():
    assert LAYOUT.rows("agent", {"lamps": {"L": ROW}}) == {
        "lamps": {"L": {"watts": 5, "room": None, "shades": [{"kind": "shade"}]}}
    }


def test_plain_values_stay_as_they_are():
    assert with_nulls({"a": [1, "x", (True, None)]}) == {"a": [1, "x", [True, None]]}
