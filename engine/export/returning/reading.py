"""Reading: a conversation as it stands in a row, and how it is otherwise than the run's.

What the agent never saw, and what its format has no place for, is not in a row: the run lends it, so that the whole
can be run again with the row's own words, calls and answers in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from interplay.engine.export.dialogue import AgentTurn, CallTurn, Dialogue, ResultTurn, Turn, UserTurn
from interplay.engine.messages import AgentMessage, AnyMessage, HumanMessage, ToolCall, ToolResult
from interplay.engine.patch import Change, diff

NAMES = {UserTurn: "the human's words", AgentTurn: "the agent's words", CallTurn: "the call", ResultTurn: "the answer"}
"""What a turn is called in a difference."""


class Reading(NamedTuple):
    """A conversation as it stands in a row."""

    turns: tuple[Turn, ...]
    """In order; `at` counts them."""
    system: str | None
    """The policy; None where the format has no place for it."""
    tools: Any
    """OpenAI function objects, decoded; None where the format has no place for them."""
    lacks: frozenset[str] = frozenset()
    """Fields of turns that the format has no place for: "call_id" (and of an answer its tool), "thought"."""
    begins: bool = False
    """Whether it is the beginning of a conversation alone."""


class Unlike(NamedTuple):
    """Something in a row that is not as it should be."""

    what: str
    message: int | None
    """Index in the trajectory; None where it is no message."""
    leaves: tuple[Change, ...]
    """`before` as it stands in the row, `after` as it should."""


def compared(reading: Reading, dialogue: Dialogue) -> list[Unlike]:
    """Where a row's conversation is not the run's.

    Args:
        reading: of the row.
        dialogue: the run's, as the agent saw it.
    """
    found = list(_turns(reading, dialogue.turns))
    if reading.system is not None and reading.system != dialogue.system:
        found.append(Unlike("the policy", None, (Change(("system",), reading.system, dialogue.system),)))
    if reading.tools is not None and not same(reading.tools, dialogue.tools.objects):
        found.append(Unlike("the tools", None, leaves_of(reading.tools, dialogue.tools.objects, "tools")))
    return found


def _turns(reading: Reading, expected: Sequence[Turn]) -> Iterator[Unlike]:
    for read, turn in zip(reading.turns, expected, strict=False):
        if type(read) is not type(turn):
            leaf = Change((), NAMES[type(read)], NAMES[type(turn)])
            yield Unlike(f"turn {read.at}", turn.at, (leaf,))
            return  # from here on, nobody can say what should stand for what
        yield from _turn(read, turn, reading.lacks)
    rest = reading.turns[len(expected) :]
    if rest:
        leaf = Change((), f"{len(rest)} more, the first {NAMES[type(rest[0])]}")
        yield Unlike(f"turn {rest[0].at}", None, (leaf,))
    elif len(reading.turns) < len(expected) and not reading.begins:
        lost = expected[len(reading.turns)]
        leaf = Change((), after=f"{len(expected) - len(reading.turns)} more, the first {NAMES[type(lost)]}")
        yield Unlike(f"turn {len(reading.turns)}", lost.at, (leaf,))


def _turn(read: Turn, turn: Turn, lacks: frozenset[str]) -> Iterator[Unlike]:
    if read == turn:
        return
    leaves: list[Change] = []
    for name in turn.__struct_fields__:
        one, other = getattr(read, name), getattr(turn, name)
        nameless = name == "tool" and isinstance(turn, ResultTurn) and "call_id" in lacks
        if name == "at" or name in lacks or nameless or same(one, other):
            continue
        leaves += leaves_of(one, other, name)
    if leaves:
        what = NAMES[type(turn)]
        tool = getattr(turn, "tool", "")
        yield Unlike(f"{what} of {tool}" if tool else what, turn.at, tuple(leaves))


def leaves_of(one: Any, other: Any, name: str) -> tuple[Change, ...]:
    """Where two JSON values that are not spelled alike differ."""
    return tuple(diff(one, other, (name,))) or (Change((name,), one, other),)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are spelled alike, which 1 and 1.0 are not."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return bool(msgspec.json.encode(one) == msgspec.json.encode(other))


def restored(reading: Reading, turns: Sequence[Turn], messages: Sequence[AnyMessage]) -> tuple[AnyMessage, ...] | None:
    """The trajectory's messages with the row's in their place.

    Args:
        reading: of the row.
        turns: the run's, as the agent saw them.
        messages: all of the run's, with what the agent did not see.

    Returns:
        None where the row's turns are not of the same kinds, so that none has a place.
    """
    places = turns[: len(reading.turns)] if reading.begins else turns
    if [type(turn) for turn in reading.turns] != [type(turn) for turn in places]:
        return None
    whole = list(messages)
    for read, turn in zip(reading.turns, places, strict=True):
        whole[turn.at] = _message(read, whole[turn.at], reading.lacks)
    return tuple(whole)


def _message(read: Turn, message: AnyMessage, lacks: frozenset[str]) -> AnyMessage:
    """A message of the run with what a row says in its place."""
    match read, message:
        case (UserTurn(text=text), HumanMessage()) | (AgentTurn(text=text), AgentMessage()):
            return msgspec.structs.replace(message, text=text)
        case CallTurn(call_id=call_id, tool=tool, arguments=arguments), ToolCall():
            kept = message.call_id if "call_id" in lacks else call_id
            return msgspec.structs.replace(message, call_id=kept, tool=tool, arguments=arguments)
        case ResultTurn(call_id=call_id, content=content), ToolResult():
            kept = message.call_id if "call_id" in lacks else call_id
            return msgspec.structs.replace(message, call_id=kept, content=content)
    raise TypeError(f"{type(read).__name__} stands for no {type(message).__name__}")
