"""Parsing: the tool calls in a model's reply, wherever the server left them.

A server that knows its model hands tool calls over as such. Others leave them in the text, the way the model
was trained to write them: a bare JSON array, one after `</think>`, a fenced json block, `[TOOL_CALLS]`,
`<tool_call>`. Text that merely holds brackets is text: without a mark, only what has the very shape of a call
is one.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgspec

from interplay.engine.models.exchange import Reply

_THOUGHT = re.compile(r"\A\s*(?:<think>)?(.*)</think>", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"\A\s*<think>(.*)\Z", re.DOTALL)
_FENCE = re.compile(r"```(?:json|tool_code|tool_call)?[ \t]*\n(.*?)```", re.DOTALL)
_TAG = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
_MARK = "[TOOL_CALLS]"
_MARKED = re.compile(r"\s*([\w.-]+)\s*(?:\[ARGS\])?\s*(?=\{)")
"""A name before its arguments, as some models write after the mark."""
_BEGINS = re.compile(r"""\A\[?\s*\{\s*"(?:name|function)"\s*:""")
"""How calls begin; text that does and is broken off was meant as one."""
_KEYS = frozenset(("name", "arguments", "parameters", "id", "type", "function"))
_DECODER = msgspec.json.Decoder()


class Wanted(NamedTuple):
    """A tool call that can be made."""

    name: str
    arguments: dict[str, Any]


class Understood(NamedTuple):
    """A reply, taken apart."""

    text: str
    """What is left for whoever is spoken to."""
    calls: tuple[Wanted, ...]
    """In the order in which the model made them."""
    thought: str
    """Reasoning, whether the server told it apart or the text held it."""


def understand(reply: Reply) -> Understood:
    """Take a reply apart into words, calls and thought.

    Args:
        reply: as the server sent it; where it holds calls, the text is not searched for more.
    Raises:
        ValueError: a call was begun and cannot be read, or its arguments are no JSON object; says which and why.
    """
    text, inner = split_thought(reply.text)
    thought = "\n".join(part for part in (reply.thought.strip(), inner) if part)
    if reply.calls:
        calls = tuple(Wanted(_name(call.name), _arguments(call.name, call.arguments)) for call in reply.calls)
        return Understood(text, calls, thought)
    rest, calls = calls_in(text)
    return Understood(rest, calls, thought)


def split_thought(text: str) -> tuple[str, str]:
    """A text without the reasoning at its beginning, and the reasoning."""
    found = _THOUGHT.match(text) or _OPEN_THOUGHT.match(text)
    if found is None:
        return text.strip(), ""
    return text[found.end() :].strip(), found[1].strip()


def calls_in(text: str) -> tuple[str, tuple[Wanted, ...]]:
    """The words of a text and the tool calls that it holds, in order.

    Raises:
        ValueError: a call was begun and cannot be read.
    """
    if "<tool_call>" in text:
        inside = [part for part in _TAG.findall(text) if part.strip()]
        if inside:
            return _TAG.sub(" ", text).strip(), tuple(call for part in inside for call in _demanded(part))
    if _MARK in text:
        words, _, rest = text.partition(_MARK)
        return words.strip(), tuple(call for part in rest.split(_MARK) if part.strip() for call in _marked(part))
    if "```" in text:
        for fence in _FENCE.finditer(text):
            calls = _offered(fence[1])
            if calls:
                return f"{text[: fence.start()]} {text[fence.end() :]}".strip(), calls
    if text[:1] in ("[", "{"):
        calls = _offered(text)
        if calls:
            return "", calls
        if _BEGINS.match(text) and not _is_json(text):
            return "", _demanded(text)
    return text, ()


def _offered(text: str) -> tuple[Wanted, ...]:
    """The calls that a text is, or none where it is anything else."""
    try:
        value = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return ()
    values = value if isinstance(value, list) else [value]
    if not all(_is_call(each) for each in values):
        return ()
    return tuple(map(_wanted, values))


def _is_json(text: str) -> bool:
    try:
        _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _demanded(text: str) -> tuple[Wanted, ...]:
    """The calls that a text must be.

    Raises:
        ValueError: it is something else.
    """
    try:
        value = _DECODER.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(f"a tool call is not valid JSON ({error}): {_shown(text)}") from None
    except RecursionError:
        raise ValueError("a tool call is nested too deeply to read") from None
    values = value if isinstance(value, list) else [value]
    if not values or not all(_is_call(each) for each in values):
        raise ValueError(
            f'a tool call has to be an object with "name" and "arguments", or a list of such: {_shown(text)}'
        )
    return tuple(map(_wanted, values))


def _marked(text: str) -> tuple[Wanted, ...]:
    """What stands after the mark: JSON, or a name followed by its arguments."""
    named = _MARKED.match(text)
    if named is None:
        return _demanded(text)
    return (Wanted(named[1], _arguments(named[1], text[named.end() :])),)


def _is_call(value: Any) -> bool:
    """Whether a value has the very shape of a call."""
    if not isinstance(value, dict) or not value.keys() <= _KEYS:
        return False
    inner = value.get("function", value)
    if not isinstance(inner, dict) or not isinstance(inner.get("name"), str) or not inner["name"].strip():
        return False
    return isinstance(inner.get("arguments", inner.get("parameters")), dict | str)


def _wanted(value: dict[str, Any]) -> Wanted:
    inner = value.get("function", value)
    name = _name(inner["name"])
    given = inner.get("arguments", inner.get("parameters"))
    return Wanted(name, given if isinstance(given, dict) else _arguments(name, given))


def _name(name: str) -> str:
    """A tool's name.

    Raises:
        ValueError: it is empty.
    """
    if not name.strip():
        raise ValueError("a tool call has no name")
    return name.strip()


def _arguments(name: str, text: str) -> dict[str, Any]:
    """Arguments from JSON text; nothing at all is none, and an object that was encoded twice is itself.

    Raises:
        ValueError: not an object.
    """
    if not text.strip():
        return {}
    try:
        value = _DECODER.decode(text)
        if isinstance(value, str):
            value = _DECODER.decode(value) if value.strip() else {}
    except msgspec.DecodeError as error:
        raise ValueError(f"the arguments of {name} are not valid JSON ({error}): {_shown(text)}") from None
    except RecursionError:
        raise ValueError(f"the arguments of {name} are nested too deeply to read") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"the arguments of {name} have to be a JSON object: {_shown(text)}")  # noqa: TRY004  (text)
    return value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}...")
