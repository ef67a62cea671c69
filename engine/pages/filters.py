"""Filters: values of a run as text of a page, inert.

A filter that returns markup has escaped every part of the text itself, and added nothing but elements of its own:
what a character spells out stands in `<span class="spelled">`, the sentence of a false claim in `<mark>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup, escape

from interplay.engine.inert import inert_line, pieces

LONG = 2_000
"""Characters of a text that stand open on a page; a longer one is folded, with its size."""
BEGINNING = 400
"""Characters of it that are shown before it is unfolded."""
MANY = 100
"""Exchanges of a conversation; of a longer one, a browser lays out only what is looked at."""
NARROW = 72
"""Characters of a JSON value that stand on one line."""

_KEY = re.compile(r'^( *)("(?:[^"\\]|\\.)*")(?=: )', re.MULTILINE)
_SPELLED = Markup('<span class="spelled" title="{}">{}</span>')
_NAME, _NAMED = Markup('<span class="key">'), Markup("</span>")
_CLAIM = Markup('<mark class="claim">{}</mark>')


def inert(text: str) -> Markup:
    """A text as it is, on many lines; what would be obeyed is spelled out, and says what it is."""
    parts = [_SPELLED.format(p.spelled, p.text) if p.spelled else escape(p.text) for p in pieces(text)]
    return parts[0] if len(parts) == 1 else _joined(parts)


def said(text: str, sentences: Iterable[str] = ()) -> Markup:
    """The same, with these sentences marked where they stand.

    Args:
        text: what somebody said.
        sentences: parts of it; the space between their words may be any.
    """
    wanted = [r"\s+".join(map(re.escape, each.split())) for each in sentences if each.strip()]
    if not wanted:
        return inert(text)
    parts, begun = [], 0
    for found in re.finditer("|".join(sorted(wanted, key=len, reverse=True)), text):
        parts += [inert(text[begun : found.start()]), _CLAIM.format(inert(found.group()))]
        begun = found.end()
    return _joined([*parts, inert(text[begun:])])


def steps(text: str) -> Markup:
    """A JSON pointer, or the path in a row, in one line that may break after each step."""
    return Markup("/<wbr>").join(escape(step) for step in inert_line(text).split("/"))


def json_line(value: Any) -> str:
    """A JSON value on one line, inert; "nothing" where there is none."""
    return "nothing" if is_unset(value) else inert_line(_encoded(value))


def json_text(value: Any) -> str:
    """A JSON value as text, on several lines where it is wide; for a copy, it is what it says."""
    encoded = _encoded(value)
    if len(encoded) <= NARROW:
        return encoded
    try:
        return msgspec.json.format(encoded, indent=2)
    except (msgspec.MsgspecError, RecursionError):
        return encoded


def json_pretty(value: Any) -> Markup:
    """A JSON value on several lines where it is wide, inert, with its keys told apart."""
    return _with_keys(json_text(value))


def content(text: str) -> Markup:
    """What a tool answered: JSON as `json_pretty` has it, anything else as it is."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        document = None
    return json_pretty(document) if isinstance(document, dict | list) else inert(text)


def arguments_line(arguments: Mapping[str, Any]) -> str:
    """A call's arguments in one line, inert, and no longer than a line need be: all of them stand below it."""
    line = ", ".join(f"{inert_line(name)}={json_line(value)}" for name, value in arguments.items())
    return line if len(line) <= 2 * NARROW else f"{line[: 2 * NARROW]}\N{HORIZONTAL ELLIPSIS}"


def beginning(text: str) -> str:
    """The first words of a long text, in one line, inert."""
    return f"{inert_line(text[:BEGINNING]).rstrip()}\N{HORIZONTAL ELLIPSIS}"


def size(text: str) -> str:
    """How long a text is: "12,345 characters, 210 lines"."""
    lines = text.count("\n") + 1
    return plural(len(text), "character") + (f", {lines:,} lines" if lines > 1 else "")


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its word: "1 call", "2,000 calls", "2 boxes".

    Args:
        count: how many.
        one: the word for one.
        many: the word for more, where it is not the same with an "s".
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def is_unset(value: object) -> bool:
    """Whether there is no value, which is not the same as null."""
    return value is msgspec.UNSET


def _encoded(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except RecursionError:
        return "(nested too deeply to be shown)"
    except (UnicodeError, TypeError, ValueError):  # a lone surrogate, or what no JSON holds
        return repr(value)


def _with_keys(text: str) -> Markup:
    parts, begun = list[Markup](), 0
    for found in _KEY.finditer(text):
        parts += [inert(text[begun : found.start(2)]), _NAME, inert(found.group(2)), _NAMED]
        begun = found.end()
    return _joined([*parts, inert(text[begun:])])


def _joined(parts: Sequence[Markup]) -> Markup:
    """Markup put together as it is: each part was escaped, and long JSON has tens of thousands."""
    return Markup("".join(parts))  # noqa: S704


FILTERS: Mapping[str, Callable[..., Any]] = {
    "inert": inert,
    "inert_line": inert_line,
    "said": said,
    "steps": steps,
    "json_line": json_line,
    "json_text": json_text,
    "json_pretty": json_pretty,
    "content": content,
    "arguments_line": arguments_line,
    "beginning": beginning,
    "size": size,
    "plural": plural,
}
"""By the name that templates use."""
