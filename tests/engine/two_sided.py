"""A world with two sides, for tests: a lamp that is the human's, and the register of it that the agent has.

The register's office can cut a lamp off; the two sides are kept in step by whether the lamp has current.
"""

from __future__ import annotations

from typing import NewType

import msgspec

from interplay.engine.blueprint import Action, Assertion, Blueprint, Check, Fact, Goal, Persona, Setup
from interplay.engine.database import Base, Database, Table
from interplay.engine.domain import Domain
from interplay.engine.errors import Refusal
from interplay.engine.policy import Policy
from interplay.engine.tools import Guidance, Speech, tool

LampId = NewType("LampId", str)


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lamp_id: LampId
    connected: bool


class Lamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lamp_id: str = ""
    switched_on: bool = False
    current: bool = True


class TwoSided(Database):
    register: Table[LampId, Entry]
    lamps: Table[str, Lamp]


@tool()
def look_up(db: TwoSided, lamp_id: LampId) -> Entry:
    """Look a lamp up in the register."""
    entry = db.register.get(lamp_id)
    if entry is None:
        raise Refusal(f"There is no lamp {lamp_id!r}.", code="lamp_unknown")
    return entry


@tool(
    writes=True,
    speech=Speech(propose="connect lamp {lamp_id}", done="Lamp {lamp_id} has been connected.", claims=("connected",)),
)
def connect(db: TwoSided, lamp_id: LampId) -> Entry:
    """Connect a lamp to the current."""
    return db.register.put(lamp_id, msgspec.structs.replace(look_up(db, lamp_id), connected=True))


@tool(guidance=Guidance("Please check whether your lamp is lit.", (("lit", "light", "lamp"), ("check", "look"))))
def check_lamp(db: TwoSided) -> str:
    """See whether the lamp is lit."""
    lamp = db.lamps["mine"]
    return "The lamp is lit." if lamp.switched_on and lamp.current else "The lamp is dark."


@tool(
    writes=True,
    guidance=Guidance("Please press the switch of your lamp.", (("switch", "button"), ("press", "push", "flip"))),
)
def press_switch(db: TwoSided) -> str:
    """Press the switch."""
    lamp = db.lamps["mine"]
    db.lamps.put("mine", msgspec.structs.replace(lamp, switched_on=not lamp.switched_on))
    return f"The switch is {'off' if lamp.switched_on else 'on'} now."


@tool(writes=True)
def cut_off(db: TwoSided, lamp_id: LampId) -> str:
    """Take the current away."""
    db.register.put(lamp_id, msgspec.structs.replace(look_up(db, lamp_id), connected=False))
    return "cut off"


@tool(writes=True)
def own(db: TwoSided, lamp_id: LampId) -> str:
    """Give the human a lamp."""
    db.lamps.put("mine", Lamp(lamp_id=lamp_id))
    return "owned"


@tool()
def is_lit(db: TwoSided) -> bool:
    """Whether the human's lamp is lit."""
    return check_lamp(db) == "The lamp is lit."


def keep_in_step(db: TwoSided) -> None:
    lamp = db.lamps["mine"]
    entry = db.register.get(LampId(lamp.lamp_id))
    if entry is not None and entry.connected != lamp.current:
        db.lamps.put("mine", msgspec.structs.replace(lamp, current=entry.connected))


BASE = Base(
    TwoSided,
    {
        "register": {f"lamp_{n}": Entry(lamp_id=LampId(f"lamp_{n}"), connected=True) for n in range(1000, 1003)},
        "lamps": {"mine": Lamp()},
    },
)
WORLD: Domain[TwoSided] = Domain(
    name="lamps",
    summary="lamps",
    database=TwoSided,
    tools_in_order=(look_up, connect),
    policy=Policy("interplay.engine.testing", "tiny.md", ()),
    generate=lambda seed, size: BASE,
    write=lambda domain, base, seed: DARK,
    human_tools=(check_lamp, press_switch),
    human_tables=frozenset({"lamps"}),
    setups=(cut_off, own),
    assertions=(is_lit,),
    sync=keep_in_step,
)
DARK = Blueprint(
    id="lamps-1",
    domain="lamps",
    instruction='You are Ada. My lamp stays dark. Please help me to get it lit. You may say: "It is lamp_1001."',
    persona=Persona(name="Ada", description="You write in plain sentences."),
    facts=(
        Fact(
            key="g.lamp_id",
            values=("lamp_1001",),
            say="It is lamp_1001.",
            question="Which lamp is it?",
            cues=("lamp",),
            goal="g",
        ),
    ),
    goals=(
        Goal(
            id="g",
            kind="write",
            wish="My lamp stays dark. Please help me to get it lit.",
            signs=("lit",),
            check=Check(tool="check_lamp", contains="is lit"),
        ),
    ),
    actions=(
        Action(tool="look_up", arguments={"lamp_id": "lamp_1001"}, goal="g"),
        Action(tool="connect", arguments={"lamp_id": "lamp_1001"}, goal="g"),
        Action(tool="press_switch", arguments={}, goal="g", by="human"),
        Action(tool="check_lamp", arguments={}, goal="g", by="human"),
    ),
    setup=(
        Setup(tool="own", arguments={"lamp_id": "lamp_1001"}),
        Setup(tool="cut_off", arguments={"lamp_id": "lamp_1001"}),
    ),
    assertions=(Assertion(tool="is_lit", goal="g"),),
)
