"""Hands: what a person is asked to do with things of their own, and how they tell what came of it.

An employee asks in words, in a sentence that the tool's guidance gives or in one of their own. The first is
understood whole, arguments included; of the second, what the guidance's cues hear. What is only explained or
was done is no request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

import msgspec

from interplay.engine.errors import Refusal
from interplay.engine.messages import ToolResult
from interplay.engine.telling import sentences
from interplay.engine.tools import Guidance, Tool, Toolset

_ASKS = re.compile(
    r"\b(?:please|could you|can you|would you|will you|i need you to|i'd like you to|go ahead and|try|now|next|then|"
    r"let'?s|you (?:can|should|need to|have to|may want to))\b|^(?:turn|switch|toggle|check|open|go|set|run|restart|"
    r"reboot|reset|grant|allow|connect|disconnect|re-?seat|remove|take|make|pay|look|press|tap|enable|disable)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"^(?:i|we)(?:'ve|'ll| have| had| am| will| can| could|'m| just| was| were)\b|\b(?:has|have) been\b|^if you\b",
    re.IGNORECASE,
)
_SLOT = re.compile(r"\{(\w+)\}")


class Request(NamedTuple):
    """Something that a person is asked to do."""

    tool: str
    arguments: dict[str, Any]


def requests(text: str, tools: Toolset) -> list[Request]:
    """What an agent's message asks the person to do, in the order in which it asks; nothing twice.

    Args:
        text: the message.
        tools: what the person has.
    """
    if not tools:
        return []
    found = [each for sentence in sentences(text) for each in _asked(sentence, tools)]
    return [each for at, each in enumerate(found) if each not in found[:at]]


def report(tools: Toolset, request: Request, result: ToolResult) -> str:
    """How the person tells what came of a request.

    Args:
        tools: what the person has.
        request: what they did.
        result: what the tool answered.
    """
    guidance = tools[request.tool].guidance
    form = guidance.report if guidance is not None else Guidance("", ()).report
    return form.replace("{result}", result.content)


def _asked(sentence: str, tools: Toolset) -> Iterator[Request]:
    """The requests in one sentence: the one whose words it has, else the best that its cues are heard in."""
    heard: list[tuple[int, Request]] = []
    for tool in tools.values():
        if tool.guidance is None:
            continue
        given = _template(tool.guidance.ask).fullmatch(sentence.strip())
        if given is not None:
            request = _valid(tool, _typed(tool, given.groupdict()))
            if request is not None:
                yield request
            return
        weight = _cued(sentence.lower(), tool.guidance)
        if weight:
            request = _with_arguments(sentence, tool)
            if request is not None:
                heard.append((weight, request))
    if heard and _ASKS.search(sentence) and not _TELLS.search(sentence):
        yield max(heard, key=lambda each: each[0])[1]


@cache
def _template(ask: str) -> re.Pattern[str]:
    """Matches the guidance's own sentence, with what stands for each argument in a group of its name."""
    parts = _SLOT.split(ask.strip().rstrip("."))
    pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile(rf"(?:now |next,? |then,? )?{pattern}[.!?]?", re.IGNORECASE)


def _cued(low: str, guidance: Guidance) -> int:
    """How much of a sentence the cues are, in letters; 0 where a group has no word in it."""
    weight = 0
    for group in guidance.cues:
        present = [cue for cue in group if re.search(rf"(?<!\w){re.escape(cue)}", low)]
        if not present:
            return 0
        weight += max(map(len, present))
    return weight


def _with_arguments(sentence: str, tool: Tool[..., Any]) -> Request | None:
    """A call with what the sentence says of each argument; None where it does not say all that is needed."""
    given: dict[str, Any] = {}
    for parameter in tool.parameters:
        allowed = [str(value) for value in parameter.schema.get("enum", ())]
        named = [value for value in allowed if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", sentence, re.IGNORECASE)]
        quoted = re.findall(r"[`'\"]([^`'\"]+)[`'\"]", sentence)
        if named:
            given[parameter.name] = named[0]
        elif not allowed and len(quoted) > len(given):
            given[parameter.name] = quoted[len(given)]
        elif parameter.required:
            return None
    return _valid(tool, given)


def _valid(tool: Tool[..., Any], given: dict[str, Any]) -> Request | None:
    """The request, unless it is for something that there is not."""
    try:
        tool.validate(given)
    except Refusal:
        return None
    return Request(tool.name, given)


def _typed(tool: Tool[..., Any], given: dict[str, str]) -> dict[str, Any]:
    """Arguments as the tool takes them, as far as they can be: what was said is text, and some are numbers."""
    kinds = {parameter.name: parameter.schema.get("type") for parameter in tool.parameters}
    typed: dict[str, Any] = dict(given)
    for name, value in given.items():
        if kinds.get(name) in ("number", "integer"):
            with suppress(ValueError, msgspec.MsgspecError):  # what is no number is no argument, either
                typed[name] = msgspec.json.decode(value, type=int if kinds[name] == "integer" else float)
    return typed
