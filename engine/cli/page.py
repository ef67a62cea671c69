"""Page: headings, labels and values of one thing that is read, all inert."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from interplay.engine.cli.printing import compact, cut, lines
from interplay.engine.inert import inert_line

GUTTER = 13
"""Columns before the text of a message."""
LONG = 160
"""Characters of one value that are shown unless all are asked for."""


class Page:
    """Where one thing is read.

    Args:
        out: where it is printed.
        full: print long results and values whole.
    """

    def __init__(self, out: Console, *, full: bool) -> None:
        self.out, self.full = out, full

    def heading(self, name: str, about: str = "") -> None:
        """A heading after an empty line."""
        self.out.print()
        lines(self.out, Text.assemble((name, "bold underline"), (f"  {about}".rstrip(), "dim")))

    def line(self, text: Text | str) -> None:
        """A text, indented; nothing where it is empty."""
        if text:
            lines(self.out, text, indent=2)

    def labelled(self, label: str, text: Text | str) -> None:
        """A text beside its label."""
        lines(self.out, text, label=Text(f"  {label[: GUTTER - 1]}", "dim"), indent=GUTTER + 2)

    def note(self, text: Text | str, label: Text | str = "") -> None:
        """What is said under a message."""
        lines(self.out, text, label=label, indent=GUTTER)

    def value(self, value: Any) -> str:
        """A JSON value in one line."""
        return compact(value, None if self.full else LONG)

    def cut(self, text: str) -> str:
        """A text that is inert already, no longer than is asked for."""
        return cut(text, None if self.full else 4 * LONG)

    def called(self, tool: str, arguments: dict[str, Any]) -> Text:
        """A tool call."""
        said = Text.assemble((inert_line(tool), "bold"), "(")
        for number, (name, value) in enumerate(arguments.items()):
            said.append(", " if number else "").append(f"{inert_line(name)}=", "dim").append(self.value(value))
        return said.append(")")
