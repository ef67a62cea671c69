"""Words: what stands in a search box, as something to look for.

Nothing typed there is a language: words are words and quotation marks hold a phrase together, whatever else
occurs. A word finds those that begin with it.
"""

# ruff: noqa: S608  (what is put into SQL here are names of columns and conditions of our own; values are bound)

from __future__ import annotations

import re

from interplay.engine.index.schema import TRIAL_BITS

_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
_WORD = re.compile(r"[^\W_]")
_SHORT = 3
"""A word of fewer characters finds only itself: too many begin with it."""

_SQL = (
    "SELECT rowid FROM said WHERE {said} UNION ALL SELECT t.id FROM told "
    f"JOIN conversation t ON t.id BETWEEN told.rowid << {TRIAL_BITS} AND (told.rowid + 1 << {TRIAL_BITS}) - 1 "
    "WHERE {told}"
)


def selection(text: str, *, words: bool) -> tuple[str, list[str]]:
    """How to select the conversations that say something, or whose instruction does; some twice.

    Args:
        text: what was typed.
        words: whether words are indexed.

    Returns:
        SQL that gives their numbers, and its parameters; none where there is no word in the text.
    """
    found = pieces(text)
    if not found:
        return "SELECT 0 WHERE 0", []
    if words:
        asked = [" AND ".join(map(_quoted, found))]
        return _SQL.format(said="said MATCH ?", told="told MATCH ?"), asked * 2
    liked = [f"%{_escaped(piece)}%" for piece, _ in found]
    parts = {name: " AND ".join([f"{name}.text LIKE ? ESCAPE '\\'"] * len(liked)) for name in ("said", "told")}
    return _SQL.format(**parts), liked * 2


def pieces(text: str) -> list[tuple[str, bool]]:
    """Words and phrases in a text, and of each whether it is a phrase; what holds no letter or digit is left out."""
    found = ((phrase or word, bool(phrase)) for phrase, word in _PIECE.findall(text.replace("\0", " ")))
    return [(piece, phrase) for piece, phrase in found if _WORD.search(piece)]


def _quoted(piece: tuple[str, bool]) -> str:
    words, phrase = piece
    return f'"{words}"' + ("" if phrase or len(words) < _SHORT else "*")


def _escaped(words: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", words)
