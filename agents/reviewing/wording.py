"""Wording: what can be read off a sentence without understanding it.

Three things carry a reviewer without a model far: the words that belong to one change and to no other ("cancel"),
the ids that somebody names, and the names with a capital that somebody uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from interplay.engine.tools import Tool, Toolset

_WORD = re.compile(r"[a-z]{3,}")
_ID = re.compile(r"#?[\w@.-]*\d[\w@.-]*")
_NAME = re.compile(r"(?<=[a-z,(] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_TOKEN = re.compile(r"[\w#@]+(?:[.'-]\w+)*")
_STEM = 5
"""Letters by which words count as the same: "cancel", "cancelled", "cancellation"."""
_EMPTY = frozenset(
    _WORD.findall(
        "about again also and any are but can could does for from get give had has have help her him his how its just "
        "know like may more much must not now one order please she some tell than that the their them then there they "
        "this those want was were what when where which who will with would you your"
    )
)
"""Words that say nothing about the matter."""


def stems(text: str) -> set[str]:
    """The words of a text that say something, cut to their beginnings."""
    return {word[:_STEM] for word in _WORD.findall(text.lower().replace("_", " ")) if word not in _EMPTY}


def ids(text: str) -> list[str]:
    """Words that look like the key of something: with a digit, and long or with a sign that no number has."""
    found = (word.strip(".-") for word in _ID.findall(text))
    return [word for word in found if word.startswith("#") or "_" in word or (len(word) >= 7 and word.isalnum())]


def names(text: str) -> list[str]:
    """Words with a capital inside a sentence, those that follow each other together: "Desk Lamp"."""
    return _NAME.findall(text)


@cache
def vocabulary(tool: Tool[..., Any]) -> frozenset[str]:
    """Every word that has to do with a tool: its name, what people say of it, what it takes."""
    speech = tool.speech
    said = f"{speech.propose} {speech.done} {' '.join(speech.claims)}" if speech else ""
    return frozenset(stems(f"{tool.name} {said} {' '.join(p.name for p in tool.parameters)}"))


@cache
def purpose(tool: Tool[..., Any]) -> frozenset[str]:
    """The words that say what a tool is for."""
    return frozenset(stems(tool.schema["function"]["description"]))


@cache
def called(tool: Tool[..., Any]) -> frozenset[str]:
    """The words by which a change is named: the tool's name, and what people say when it was made."""
    return frozenset(stems(f"{tool.name} {' '.join(tool.speech.claims) if tool.speech else ''}"))


@cache
def doing(tool: Tool[..., Any]) -> frozenset[str]:
    """The words that say what a change does: the first of the tool's name, and what people say when it was made."""
    return frozenset(stems(f"{tool.name.split('_')[0]} {' '.join(tool.speech.claims) if tool.speech else ''}"))


def own_words(tools: Toolset) -> dict[str, set[str]]:
    """For each tool that writes, the words by which it is named and no other such tool is, nor any thing."""
    return _own_words(tuple(tools.values()))


def things(tools: Toolset) -> frozenset[str]:
    """Words for what tools are about, which come up whatever is to be done: parameters, and what can be looked up."""
    return _things(tuple(tools.values()))


@lru_cache(maxsize=8)
def _things(tools: tuple[Tool[..., Any], ...]) -> frozenset[str]:
    taken = " ".join(parameter.name for tool in tools for parameter in tool.parameters)
    return frozenset(stems(f"{taken} {' '.join(tool.name for tool in tools if not tool.writes)}"))


@lru_cache(maxsize=8)
def _own_words(tools: tuple[Tool[..., Any], ...]) -> dict[str, set[str]]:
    writing = [tool for tool in tools if tool.writes]
    known = Counter(word for tool in writing for word in called(tool))
    return {tool.name: {word for word in called(tool) - _things(tools) if known[word] == 1} for tool in writing}


class Spoken:
    """A text that is asked many times whether something is said in it.

    Args:
        text: what was said.
    """

    def __init__(self, text: str) -> None:
        self._tokens = f" {' '.join(_TOKEN.findall(text.lower()))} "

    def says(self, value: str) -> bool:
        """Whether the words of a value stand in it one after the other."""
        return f" {_tokens(value)} " in self._tokens


@lru_cache(maxsize=65536)
def _tokens(value: str) -> str:
    return " ".join(_TOKEN.findall(value.lower().replace("_", " ")))


def groups(documents: Iterable[Any]) -> Iterator[dict[str, dict[str, Any]]]:
    """Objects that stand beside each other in some documents, by their keys or places."""
    stack = list(documents)
    while stack:
        held = stack.pop()
        if isinstance(held, dict):
            inner = {key: value for key, value in held.items() if isinstance(value, dict)}
            stack += held.values()
        elif isinstance(held, list):
            inner = {str(at): value for at, value in enumerate(held) if isinstance(value, dict)}
            stack += held
        else:
            continue
        if inner:
            yield inner


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an object with where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}/{key}")
    elif isinstance(value, str):
        yield path, value


def scalars(value: Any) -> list[str]:
    """Every text and number in a JSON value, as text."""
    found, stack = [], [value]
    while stack:
        held = stack.pop()
        if isinstance(held, str):
            found.append(held)
        elif isinstance(held, dict):
            stack += held.values()
        elif isinstance(held, list):
            stack += held
        elif held is not None and held is not True and held is not False:
            found.append(str(held))
    return found
