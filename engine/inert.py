"""Inert: what others wrote, with every character that is obeyed instead of shown spelled out.

Conversations are written by people and models who may mean harm: their text is shown as text, on a terminal
and on a page. A character that acts on what stands around it (an escape, a change of writing direction, a
lone surrogate, a space of no width) is spelled out as JSON spells it, so that the same table serves JSON
output without changing what it says.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

NEWLINE_MARK = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"

_OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories of characters that act on what stands around them."""
_SPARED = {"\n", "\t", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"}
_SUSPECT = re.compile(r"[^\n\t\x20-\x7e\xa0-\xac\xae-\u02ff]")
"""What may be obeyed: all but the most usual letters, so that most texts are not looked at letter by letter."""


class Piece(NamedTuple):
    """A part of a text."""

    text: str
    """As it may be shown."""
    spelled: str = ""
    """Name of the character that `text` spells out; empty where it is what was written."""


class _Inert(dict[int, str]):
    """A table for `str.translate` that grows as it is asked."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        harmful = unicodedata.category(char) in _OBEYED and char not in _SPARED
        self[code] = json.dumps(char)[1:-1] if harmful and code != 0x7F else "\\u007f" if harmful else char
        return self[code]


_INERT = _Inert()


def inert(text: str) -> str:
    r"""The text with every character that a terminal would obey spelled out, such as "\u001b"."""
    return text if text.isascii() and text.isprintable() else text.translate(_INERT)


def inert_line(text: str) -> str:
    """The same in one line; a mark stands for each newline."""
    return inert(text).replace("\n", NEWLINE_MARK).replace("\t", " ")


def pieces(text: str) -> Iterator[Piece]:
    """The same in parts, so that what was spelled out can be told from what was written."""
    begun = 0
    for found in _SUSPECT.finditer(text):
        at, char = found.start(), found.group()
        if _INERT[ord(char)] == char:
            continue
        if begun < at:
            yield Piece(text[begun:at])
        yield Piece(_INERT[ord(char)], _named(char))
        begun = at + 1
    if begun < len(text):
        yield Piece(text[begun:])


@cache
def _named(char: str) -> str:
    """What a character is called; controls have no name of their own."""
    what = "a lone surrogate" if unicodedata.category(char) == "Cs" else "a control character"
    return f"U+{ord(char):04X} {unicodedata.name(char, what).lower()}"
