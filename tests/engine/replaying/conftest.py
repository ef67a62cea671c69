"""A world of boxes with a lamp beside them, to replay recordings on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.errors import DataError, Refusal
from interplay.engine.patch import Change, Patch
from interplay.engine.policy import Policy
from interplay.engine.replaying.stage import Stage
from interplay.engine.tools import tool


class Box(msgspec.Struct, frozen=True):
    count: float
    labels: tuple[str, ...] = ()


class Lamp(msgspec.Struct, frozen=True):
    lit: bool
    dim: bool = False


class Boxes(Database):
    boxes: Table[str, Box]
    lamps: Table[str, Lamp]


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


@tool(writes=True)
def light(db: Boxes) -> str:
    """Light the lamp."""
    if db.lamps["lamp"].lit:
        raise Refusal("it is lit", code="lit")
    db.lamps.put("lamp", msgspec.structs.replace(db.lamps["lamp"], lit=True))
    return "lit"


@tool(writes=True)
def pour(db: Boxes, box: str, count: float) -> None:
    """Have so much in a box from the start."""
    db.boxes.put(box, Box(count))


@tool()
def contains(db: Boxes, box: str, count: float) -> bool:
    """Whether a box holds so much."""
    return db.boxes[box].count == count


def in_step(db: Boxes) -> None:
    """The lamp is dim while the first box is full."""
    lamp = db.lamps["lamp"]
    dim = bool(db.boxes["a"].labels)
    if lamp.dim is not dim:
        db.lamps.put("lamp", msgspec.structs.replace(lamp, dim=dim))


def script(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Calls add up; "burst()" cannot be run."""
    total, turns = 0, []
    for turn in line["turns"]:
        results = []
        for each in turn["results"]:
            if each["call"] == "burst()":
                raise DataError("it burst")
            total += int(each["call"].removeprefix("add(").removesuffix(")"))
            results.append({"call": each["call"], "result": f'{{"total": {total}, "dots": "{"." * total}"}}'})
        turns.append({**turn, "results": results})
    return {**line, "turns": turns, "final_state": {"Adder": {"total": total}}}


def read(directory: Path) -> Base[Boxes]:
    """One file of boxes; the lamp is out."""
    boxes = msgspec.json.decode((directory / "db.json").read_bytes(), type=dict[str, Box])
    return Base(Boxes, {"boxes": boxes, "lamps": {"lamp": Lamp(False)}})


def recorded(base: Base[Boxes], patch: Patch) -> dict[str, Sequence[Change]]:
    """The lamp is the user's, and its table is left out of the path."""
    return {
        "agent": [change for change in patch if change.path[0] == "boxes"],
        "user": [Change(change.path[1:], change.before, change.after) for change in patch if change.path[0] == "lamps"],
    }


ROWS = {"boxes": {"a": Box(1), "b": Box(2)}, "lamps": {"lamp": Lamp(False)}}
PLAIN: Domain[Boxes] = Domain(
    name="boxes",
    summary="boxes",
    database=Boxes,
    tools_in_order=(look, fill),
    policy=Policy("interplay.engine.testing", "tiny.md", ()),
    generate=lambda seed, size: Base(Boxes, ROWS),
    write=lambda domain, base, seed: None,  # type: ignore[arg-type, return-value]
    human_tools=(light,),
    human_tables=frozenset({"lamps"}),
    setups=(pour,),
    assertions=(contains,),
    replay_script=script,
)
STEPPED = replace(PLAIN, sync=in_step)
DOMAIN = replace(PLAIN, editions={"tau2": Edition(STEPPED, read, recorded=recorded)})


@pytest.fixture
def domain() -> Domain[Boxes]:
    """The world."""
    return DOMAIN


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Its data, in our layout."""
    Base(Boxes, ROWS).write(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def stage(data: Path) -> Stage:
    """The world with its data."""
    return Stage(DOMAIN, data)


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[..., Path]:
    """Makes a directory in the newer project's layout with these tasks."""

    def make(*tasks: Mapping[str, Any]) -> Path:
        directory = tmp_path / "tau2" / "boxes"
        directory.mkdir(parents=True)
        (directory / "db.json").write_bytes(msgspec.json.encode(ROWS["boxes"]))
        (directory / "tasks.json").write_bytes(msgspec.json.encode(tasks))
        return directory

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of these lines, JSON values or bytes as they are."""

    def make(name: str, *lines: Any) -> Path:
        encoded = [line if isinstance(line, bytes) else msgspec.json.encode(line) for line in lines]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(encoded) + b"\n")
        return path

    return make
