"""Memory: what an agent has been told and has read.

It answers whether a value is known yet, and how to call an id so that a person can follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from interplay.engine.messages import ToolResult

_OPTIONS = {"yes": "{0}", "no": "no {0}", "with": "with {0}", "without": "without {0}"}
"""How an option whose value says nothing by itself is described."""


class Memory:
    """One agent's memory of one conversation."""

    def __init__(self) -> None:
        self._told = " "
        self._unread: list[str] = []
        self._documents: list[Any] = []
        self._labels: dict[str, str] = {}

    def hear(self, text: str) -> None:
        """Remember what the human said."""
        self._told += f"{text.casefold()} "

    def read(self, result: ToolResult) -> None:
        """Remember what a tool returned."""
        if result.refusal is None:
            self._unread.append(result.content)

    def was_said(self, value: str) -> bool:
        """Whether the human said this, as a whole and whatever the case."""
        wanted, told = value.casefold(), self._told
        at = told.find(wanted)
        while at >= 0:
            before, after = told[at - 1 : at], told[at + len(wanted) : at + len(wanted) + 1]
            if not (before.isalnum() or after.isalnum()):
                return True
            at = told.find(wanted, at + 1)
        return False

    def label(self, value: Any) -> str:
        """A value in words: an id with the name of what it is the id of, a list joined by commas."""
        if isinstance(value, list):
            return ", ".join(self.label(each) for each in value)
        if isinstance(value, dict):
            return " ".join(self.label(each) for each in value.values())
        self._digest()
        text = str(value)
        return f"{self._labels[text]} [{text}]" if text in self._labels else text

    def documents(self) -> list[Any]:
        """Everything read that is JSON, decoded, the latest first."""
        self._digest()
        return self._documents[::-1]

    def _digest(self) -> None:
        """Decode what was read since, and note what each id in it is the id of; the latest word counts."""
        for content in self._unread:
            document = _decoded(content)
            self._documents.append(document)
            found: dict[str, str] = {}
            for owner, name in walk(document, ""):
                what = _described(owner, name)
                if what:
                    for key, value in owner.items():
                        if key.endswith("id") and type(value) is str:
                            found.setdefault(value, what)
            self._labels |= found
        self._unread.clear()


def walk(document: Any, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every object in a JSON value, inner ones first, each with the name of what holds it."""
    if type(document) is dict:
        own = document.get("name")
        inner = own if type(own) is str else name
        for value in document.values():
            yield from walk(value, inner)
        yield document, name
    elif type(document) is list:
        for value in document:
            yield from walk(value, name)


def _described(owner: dict[str, Any], holder: str) -> str:
    """What an object is, by its name or its holder's, and by its options."""
    own, options = owner.get("name"), owner.get("options")
    what = own if type(own) is str else holder
    if type(options) is dict and options:
        told = [_OPTIONS.get(value, "{1}").format(name, value) for name, value in options.items()]
        return f"{what} ({', '.join(told)})".strip()
    return what


def _decoded(content: str) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
