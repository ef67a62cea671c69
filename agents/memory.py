"""Memory: what an agent has been told and has read.

It answers whether a value is known yet, and how to call an id so that a person can follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from interplay.engine.messages import ToolResult


class Memory:
    """One agent's memory of one conversation."""

    def __init__(self) -> None:
        self._told = ""
        self._read: list[str] = []
        self._documents: list[Any] = []

    def hear(self, text: str) -> None:
        """Remember what the human said."""
        self._told += f" {text.casefold()} "

    def read(self, result: ToolResult) -> None:
        """Remember what a tool returned."""
        if result.refusal is None:
            self._read.append(result.content)

    def was_said(self, value: str) -> bool:
        """Whether the human said this, whatever the case."""
        return re.search(rf"(?<!\w){re.escape(value.casefold())}(?!\w)", self._told) is not None

    def label(self, value: Any) -> str:
        """A value in words: an id with the name of what it is the id of, a list joined by commas."""
        if isinstance(value, list):
            return ", ".join(self.label(each) for each in value)
        if not isinstance(value, str):
            return str(value)
        for owner in self._owners(value):
            options = owner.get("options")
            what = str(owner["name"]) if isinstance(owner.get("name"), str) else ""
            if isinstance(options, Mapping) and options:
                what = f"{what} ({', '.join(map(str, options.values()))})".strip()
            if what:
                return f"{what} [{value}]"
        return value

    def documents(self) -> list[Any]:
        """Everything read that is JSON, decoded, the latest first."""
        while len(self._documents) < len(self._read):
            self._documents.append(_decoded(self._read[len(self._documents)]))
        return self._documents[::-1]

    def _owners(self, value: str) -> Iterator[dict[str, Any]]:
        """Objects that this id identifies: it is one of their fields and not the id of something in them."""
        if not any(f'"{value}"' in content for content in self._read):
            return
        for document in self.documents():
            for owner, inherited in walk(document, {}):
                if any(v == value and k.endswith("id") for k, v in owner.items()):
                    yield {**inherited, **owner}


def walk(document: Any, inherited: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """Every object in a JSON value, inner ones first, each with the name of what holds it."""
    if isinstance(document, dict):
        name = {"name": document["name"]} if isinstance(document.get("name"), str) else inherited
        for value in document.values():
            yield from walk(value, name)
        yield document, inherited
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for value in document:
            yield from walk(value, inherited)


def _decoded(content: str) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
