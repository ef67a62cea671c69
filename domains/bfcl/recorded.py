"""Recorded: a script run again, and told the way the recordings of this benchmark tell it.

A recording has each call's result as text and, at the end, the public attributes of each object: an object
inside is its type and its fields, a set says that it is one, long text is told by its length, its hash and
how it begins, and a file system says beside its tree which directory it is in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from interplay.domains.bfcl.blueprints import blueprint_of, signatures
from interplay.domains.bfcl.calls import parse_call
from interplay.domains.bfcl.items import find
from interplay.domains.bfcl.world import base, world
from interplay.engine.environment import Environment
from interplay.engine.errors import DataError
from interplay.engine.messages import ToolCall
from interplay.engine.toolkit.document import key_value
from interplay.engine.toolkit.kit import ObjectRow, live
from interplay.engine.tools import Toolset
from interplay.engine.truth import begin

LONG = 4000
"""Characters beyond which text in a state is told by its length, its hash and its beginning."""
HEAD = 200
"""Characters of the beginning."""
FILES = "GorillaFileSystem"


def replay_script(line: Mapping[str, Any]) -> dict[str, Any]:
    """Run a recorded line's calls on the item that it names.

    Args:
        line: with `id`, `turns` of `results` of a `call`, and `final_state`.
    Returns:
        The same line with our results, in full, and our final state.
    Raises:
        DataError: the package is not there, or there is no such item, or a call is none.
        ToolkitError: a method did what no tool may.
    """
    try:
        item_id, turns = line["id"], [[each["call"] for each in turn["results"]] for turn in line["turns"]]
    except (KeyError, TypeError) as error:
        raise DataError(f"not a recorded script: it has no {error}") from None
    found = find(item_id)
    tools = Toolset(world().tools, setups=Toolset(world().setups))
    environment = Environment(tools, begin(tools, base(), blueprint_of(found)).fork())
    known = signatures(found.item.involved_classes)
    ran = [
        {"results": [_ran(environment, f"{number}-{at}", text, known) for at, text in enumerate(turn)]}
        for number, turn in enumerate(turns)
    ]
    rows = environment.db.table("objects")
    final = {name: recorded_state(name, rows[name]) for name in found.item.involved_classes}
    return {**line, "turns": ran, "final_state": final}


def recorded_state(name: str, row: ObjectRow) -> dict[str, Any]:
    """An object's state in the recordings' form.

    Args:
        name: its class.
        row: its row.
    """
    state: dict[str, Any] = _value(row.attributes)
    if name == FILES:
        state["__cwd__"] = _directory(live(row)[name])
    return state


def _ran(environment: Environment, call_id: str, text: str, known: Mapping[str, Any]) -> dict[str, str]:
    tool, arguments = parse_call(text, known)
    result = environment.apply(ToolCall(call_id=call_id, tool=tool, arguments=arguments))
    return {"call": text, "result": result.content}


def _value(told: Any) -> Any:
    """A document in the recordings' form."""
    match told:
        case {"$type": str(kind), **fields}:
            return {"type": kind.lower()} | {key: _value(each) for key, each in fields.items() if key != "parent"}
        case {"$set": list(held)}:
            return {"__set__": [_value(each) for each in held]}
        case dict():
            return {str(key_value(key)): _value(each) for key, each in told.items()}
        case list():
            return [_value(each) for each in told]
        case str() if len(told) > LONG:
            digest = hashlib.sha256(told.encode()).hexdigest()
            return {"__long_str__": True, "length": len(told), "sha256": digest, "head": told[:HEAD]}
        case _:
            return told


def _directory(files: Any) -> list[str]:
    """Names from the root to the directory that a file system is in."""
    names: list[str] = []
    at = getattr(files, "_current_dir", None)
    while at is not None:
        names.append(at.name)
        at = at.parent
    return names[::-1]
