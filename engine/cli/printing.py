"""Printing: what others wrote, on our terminal.

Conversations are written by people and models who may mean harm: their text is shown as text. Nothing in
it is markup, and characters that a terminal obeys instead of showing are spelled out (`engine.inert`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from interplay.engine.inert import inert

PIPE_COLUMNS = 1000
"""How wide a table may be where no terminal says how wide it is: as wide as it likes."""


class _Piped(Console):
    """A console whose reader may leave, as `head` does; rich would call that a failure."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class _Cut(Table):
    """A table whose last column gives way: it may wrap, so that width is taken from it, and its text does not."""

    def add_row(self, *cells: Any, **how: Any) -> None:
        """Add a row; see `rich.table.Table.add_row`."""
        *first, last = cells
        text = Text(last) if isinstance(last, str) else last
        text.no_wrap, text.overflow = True, "ellipsis"
        super().add_row(*first, text, **how)


def compact(value: Any, limit: int | None = 200) -> str:
    """A JSON value in one line, inert; cut with a note of what was left out."""
    return cut("nothing" if value is msgspec.UNSET else inert(msgspec.json.encode(value).decode()), limit)


def cut(text: str, limit: int | None) -> str:
    """At most so many characters of a text, and how many more there were."""
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]}\N{HORIZONTAL ELLIPSIS} ({len(text) - limit:,} more characters)"


def console() -> Console:
    """Standard output; colours only on a terminal, and nothing in a text is markup or highlighted."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return _Piped(width=PIPE_COLUMNS if piped else None, highlight=False, markup=False, emoji=False)


def lines(out: Console, text: Text | str, *, label: Text | str = "", indent: int = 0) -> None:
    """Print a text under a label: wrapped beside it on a terminal, as it is in a pipe.

    Args:
        out: where.
        text: inert already.
        label: what stands before the first line, no longer than the indent.
        indent: columns before every line.
    """
    body = Text(text) if isinstance(text, str) else text
    wrapped = body.wrap(out, max(20, out.width - indent), tab_size=4) if out.is_terminal else body.split("\n")
    head = Text(label) if isinstance(label, str) else label
    for number, line in enumerate(wrapped or [Text()]):
        line.rstrip()
        before = Text.assemble(head, " " * (indent - head.cell_len)) if number == 0 else Text(" " * indent)
        out.print(Text.assemble(before, line), soft_wrap=True)


def print_table(out: Console, table: Table) -> None:
    """Print a table; in a pipe without the spaces that would fill it up to a rectangle."""
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as captured:
        out.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def table(*columns: str, right: Iterable[str] = ()) -> Table:
    """A table without lines.

    Args:
        columns: headings; nothing in a column breaks, the last one's text is cut where it does not fit.
        right: those of them that hold numbers.
    """
    made = _Cut(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        heading = Text(name, no_wrap=True, overflow="ellipsis")
        made.add_column(heading, justify="right" if name in set(right) else "left", no_wrap=True, overflow="ellipsis")
    made.columns[-1].no_wrap = made.columns[-1].justify == "right"  # of a text, which may wrap, width is taken first
    return made


def print_json(value: Any) -> None:
    """Print one JSON value on one line; inert, and the same value to whoever decodes it."""
    click.echo(inert(msgspec.json.encode(value).decode()))
