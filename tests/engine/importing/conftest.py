"""A house with two sides, for importing: the company's switches, and the lamps of whoever lives there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NewType

import msgspec
import pytest

from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.edition import Edition
from interplay.engine.errors import Refusal
from interplay.engine.importing import checkouts
from interplay.engine.policy import Policy, Situation, rule
from interplay.engine.testing.tiny import tiny_domain
from interplay.engine.tools import Prose, tool

SwitchId = NewType("SwitchId", str)
LampId = NewType("LampId", str)


class Switch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    switch_id: SwitchId
    lamp_id: LampId
    on: bool


class Lamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lamp_id: LampId
    bulb: bool
    lit: bool


class HouseDatabase(Database):
    switches: Table[SwitchId, Switch]
    lamps: Table[LampId, Lamp]


@tool()
def get_switch(db: HouseDatabase, switch_id: SwitchId) -> Switch:
    """Look at a switch."""
    found = db.switches.get(switch_id)
    if found is None:
        raise Refusal(f"There is no switch {switch_id}.", code="switch_unknown")
    return found


@tool(writes=True)
def turn(db: HouseDatabase, switch_id: SwitchId, on: bool) -> str:
    """Turn a switch on or off."""
    found = get_switch(db, switch_id)
    if found.on is on:
        raise Refusal(f"Switch {switch_id} is like that already.", code="no_change")
    db.switches.put(switch_id, msgspec.structs.replace(found, on=on))
    return "turned"


@tool(hands_over=True)
def call_an_electrician(db: HouseDatabase, summary: Prose) -> str:
    """Hand the caller over."""
    return "An electrician will call."


@tool()
def explode(db: HouseDatabase) -> str:
    """Break, as a tool with a defect does."""
    raise ZeroDivisionError("one by nothing")


@tool(writes=True)
def put_bulb(db: HouseDatabase, lamp_id: LampId) -> str:
    """Put a bulb into a lamp."""
    lamp = db.lamps.get(lamp_id)
    if lamp is None:
        raise Refusal("There is no such lamp here.", code="lamp_unknown")
    db.lamps.put(lamp_id, msgspec.structs.replace(lamp, bulb=True))
    return "It is in."


@tool(writes=True)
def take_bulb(db: HouseDatabase, lamp_id: LampId) -> None:
    """Take the bulb out of a lamp."""
    db.lamps.put(lamp_id, msgspec.structs.replace(db.lamps[lamp_id], bulb=False))


@tool(writes=True)
def set_switch(db: HouseDatabase, switch_id: SwitchId, on: bool) -> None:
    """Have a switch on or off from the start."""
    db.switches.put(switch_id, msgspec.structs.replace(get_switch(db, switch_id), on=on))


@tool()
def is_lit(db: HouseDatabase, lamp_id: LampId) -> bool:
    """Whether a lamp is lit."""
    return db.lamps[lamp_id].lit


def in_step(db: HouseDatabase) -> None:
    """A lamp is lit when its switch is on and it has a bulb."""
    for switch in db.switches.values():
        lamp = db.lamps[switch.lamp_id]
        lit = lamp.bulb and switch.on
        if lamp.lit is not lit:
            db.lamps.put(lamp.lamp_id, msgspec.structs.replace(lamp, lit=lit))


@rule("not-the-cellar", section="Cellar", on=(turn,))
def not_the_cellar(case: Situation[HouseDatabase]) -> str | None:
    """The cellar's switch stays as it is."""
    return "that is the cellar's" if case.arguments["switch_id"] == "SW-9001" else None


@rule("look-first", section="Looking", on=(turn,))
def look_first(case: Situation[HouseDatabase]) -> str | None:
    """A switch is looked at before it is turned."""
    return None if any(call.tool == "get_switch" for call, _ in case.done_before()) else "nobody looked"


@rule("say-so", section="Saying", on=(turn,), dialogue=True)
def say_so(case: Situation[HouseDatabase]) -> str | None:
    """The dialogue is none of an audit's business."""
    return "nobody said so"


def read(directory: Path) -> Base[HouseDatabase]:
    """The project's one file."""
    document = json.loads((directory / "db.json").read_text())
    types = HouseDatabase.row_types()
    return Base(
        HouseDatabase,
        {name: msgspec.convert(document[name], dict[str, types[name]]) for name in types},
    )


def rows(side: str, data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The company's data are switches, the human's are lamps."""
    return {"lamps" if side == "user" else "switches": data["rows"]}


HOUSE: Domain[HouseDatabase] = Domain(
    name="house",
    summary="a house",
    database=HouseDatabase,
    tools_in_order=(get_switch, turn, call_an_electrician, explode),
    policy=Policy("interplay.engine.testing", "tiny.md", (not_the_cellar, look_first, say_so)),
    generate=lambda seed, persons: Base(HouseDatabase, {"switches": {}, "lamps": {}}),
    write=lambda domain, base, seed: None,  # type: ignore[arg-type, return-value]
    human_tools=(put_bulb,),
    human_tables=frozenset({"lamps"}),
    setups=(take_bulb, set_switch),
    assertions=(is_lit,),
    sync=in_step,
)
EDITION: Edition[HouseDatabase] = Edition(HOUSE, read, rows=rows)
DATA = {
    "switches": {
        "SW-1001": {"switch_id": "SW-1001", "lamp_id": "lamp_1", "on": False},
        "SW-9001": {"switch_id": "SW-9001", "lamp_id": "lamp_2", "on": True},
    },
    "lamps": {
        "lamp_1": {"lamp_id": "lamp_1", "bulb": True, "lit": False},
        "lamp_2": {"lamp_id": "lamp_2", "bulb": True, "lit": True},
    },
}
LOANS = {
    "L0001": {"loan_id": "L0001", "reader": "Ada", "title": "Emma", "due": "2031-03-01"},
    "L0002": {"loan_id": "L0002", "reader": "Ben", "title": "Dracula", "due": "2031-03-09", "renewed": True},
}


def action(name: str, requestor: str = "assistant", **arguments: Any) -> dict[str, Any]:
    """A reference call as a task file has it."""
    return {"action_id": "a", "name": name, "arguments": arguments, "requestor": requestor}


def task(
    task_id: str = "t",
    *actions: dict[str, Any],
    wish: str = "Please turn on the light.",
    basis: tuple[str, ...] = ("DB",),
    initial: dict[str, Any] | None = None,
    **criteria: Any,
) -> dict[str, Any]:
    """A task of tau2 as its file has it."""
    told = {"reason_for_call": wish, "task_instructions": "", "known_info": "You are Ada Byron.", "domain": "house"}
    return {
        "id": task_id,
        "user_scenario": {"persona": None, "instructions": told},
        "initial_state": initial,
        "evaluation_criteria": {"actions": list(actions), "reward_basis": list(basis), **criteria},
    }


@pytest.fixture
def worlds(monkeypatch) -> None:
    """Two worlds are installed: the house in tau2, the library in tau."""
    library = tiny_domain()
    known = {"tau": {"tiny": Edition(library, library.read)}, "tau2": {"house": EDITION}}
    monkeypatch.setattr(checkouts, "editions", known.__getitem__)


@pytest.fixture
def house(tmp_path, worlds) -> Callable[..., Path]:
    """Makes a checkout of tau2 with these tasks in the house; gives its root."""

    def make(*tasks: Any, splits: dict[str, list[str]] | None = None) -> Path:
        inner = tmp_path / "checkout" / "data" / "tau2" / "domains" / "house"
        inner.mkdir(parents=True)
        (inner / "db.json").write_text(json.dumps(DATA))
        (inner / "tasks.json").write_text(json.dumps(tasks))
        if splits is not None:
            (inner / "split_tasks.json").write_text(json.dumps(splits))
        return tmp_path / "checkout"

    return make


@pytest.fixture
def library(tmp_path, worlds) -> Callable[..., Path]:
    """Makes a checkout of tau with these files in the library's folder; gives its root."""

    def make(**files: str) -> Path:
        inner = tmp_path / "checkout" / "tau_bench" / "envs" / "tiny"
        (inner / "data").mkdir(parents=True)
        (inner / "data" / "loans.json").write_text(json.dumps(LOANS))
        for name, text in files.items():
            (inner / name.replace("__", ".")).write_text(text)
        return tmp_path / "checkout"

    return make
