"""Screening: what only the ground truth knows, and whether a person is about to say it.

A simulated person has the brief. What the actions were called with and what they returned is the employee's to
find out and to tell; a person who says it first has read what they must not. Only values with a face of their own
are looked for, ids, addresses, amounts: that an order was delivered is a word that anybody may say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from interplay.engine.blueprint import Blueprint
from interplay.engine.forge.provenance import leaves
from interplay.engine.messages import AgentMessage, AnyMessage, ToolResult
from interplay.engine.telling import told
from interplay.engine.truth import Truth

_TOKEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#?\w[\w.-]*\w")
_SIGN, _DIGIT, _LETTER = re.compile(r"[\d@]"), re.compile(r"\d"), re.compile(r"[A-Za-z_#]")
_COUNT = 12.0
"""Numbers up to this are in any talk."""
_LONG = 6
"""Digits of a number that is an id."""


def _shown(message: AnyMessage) -> str:
    """What a message in a person's own view showed them."""
    match message:
        case AgentMessage(text=text) | ToolResult(content=text, by="human"):
            return text
        case _:
            return ""


def leaks(blueprint: Blueprint, truth: Truth) -> Callable[[str, Sequence[AnyMessage]], str]:
    """What tells whether words, said at a point of a conversation, would leak the ground truth.

    Asking costs what the words are long; the truth is read, and what was said before, only where one of the words
    could be a secret.

    Args:
        blueprint: whose actions, with the origins of their arguments, and outputs.
        truth: the actions, executed.
    Returns:
        A function of the words and of the conversation so far; it returns why they leak, or nothing.
    """
    telling = tuple(dict.fromkeys(o.value for o in blueprint.outputs if _is_telling(o.value)))
    tools = frozenset(action.tool for action in blueprint.actions if "_" in action.tool and action.by == "agent")

    @cache
    def known() -> frozenset[str]:
        return frozenset(_tokens(_signed(blueprint.brief.words.lower())))

    @cache
    def secrets() -> frozenset[str]:
        return frozenset(value.lower() for value in _secrets(blueprint, truth))

    def why(text: str, conversation: Sequence[AnyMessage]) -> str:
        low = text.lower()
        if "_" in low:
            for name in sorted(_tokens(low) & tools):
                return f"it names the tool {name}"
        said = _tokens(_signed(low))
        # the truth is read only for an id that is not the person's own, which most never say
        found = [value for value in sorted(filter(_is_id, said)) if value not in known() and value in secrets()]
        found += [value for value in telling if told(value, text) and not told(value, blueprint.brief.words.lower())]
        if not found:
            return ""
        heard = "\n".join(_shown(message) for message in conversation)  # their own tools' answers among it
        before = _tokens(heard.lower())
        for value in found:
            if value not in before and not told(value, heard):
                return f"it says {value!r}, which only the employee could have told, and has not"
        return ""

    return why


def _signed(text: str) -> str:
    """The words of a text that may be ids; the few there are can be taken apart in no time."""
    return " ".join(word for word in text.split() if not word.isalpha() and _SIGN.search(word))


def _tokens(text: str) -> set[str]:
    return {token.rstrip(".") for token in _TOKEN.findall(text)}


def _secrets(blueprint: Blueprint, truth: Truth) -> Iterator[str]:
    """Arguments that were read, and ids in what was returned."""
    for action in (*blueprint.actions, *blueprint.untaken.values()):
        for path, value in leaves(action.arguments):
            if action.origins.get(path, "").startswith("read:") and _is_id(str(value)):
                yield str(value)
    for message in truth.messages:
        if isinstance(message, ToolResult):
            for value in _scalars(message.content):
                if _is_id(value):
                    yield value


def _scalars(content: str) -> Iterator[str]:
    """Every text and every key in a result; numbers in it are amounts, not ids."""
    try:
        document: Any = msgspec.json.decode(content)
    except msgspec.DecodeError:
        document = content
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            yield from value
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, str):
            yield value


def _is_id(value: str) -> bool:
    """Whether a text is one word that nobody says by chance: letters with digits, or many digits."""
    if _SIGN.search(value) is None or _TOKEN.fullmatch(value) is None:
        return False
    digits = len(_DIGIT.findall(value))
    return digits >= _LONG or "@" in value or (digits >= 2 and _LETTER.search(value) is not None)


def _is_telling(value: str) -> bool:
    """Whether an output is more than a number that comes up in any talk."""
    try:
        return abs(float(value.replace("$", "").replace(",", ""))) > _COUNT
    except ValueError:
        return True
