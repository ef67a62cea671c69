"""Markdown: our words and other people's names in one text, of which only ours are obeyed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from interplay.engine.inert import inert, inert_line

SHOWN = 15
"""Of things that there may be many of, so many are listed."""

_OBEYED = re.compile(r"([\\`*_\[\]#~$!()])")


def code(text: str) -> str:
    """A text of others as code, in which Markdown and HTML mean nothing; fit for a table's cell, too."""
    shown = inert_line(text).replace("|", "\\u007c")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    space = " " if len(fence) > 1 or not shown.strip() else ""
    return f"{fence}{space}{shown or ' '}{space}{fence}"


def plain(text: str) -> str:
    """A text of others among our own, with whatever Markdown or HTML would read in it taken for what it is."""
    shown = inert_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _OBEYED.sub(r"\\\1", shown).replace("|", "&#124;").replace("://", "&#58;//").replace("www.", "www&#46;")


def quoted(text: str) -> str:
    """A text of others as a scalar of YAML: JSON's spelling is YAML's where nothing in it is obeyed."""
    return json.dumps(inert(text), ensure_ascii=False)


def listed(names: Iterable[str]) -> str:
    """Names as code, in a sentence."""
    shown = [code(name) for name in names]
    if len(shown) > SHOWN:
        shown = [*shown[:SHOWN], f"{len(shown) - SHOWN:,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "nothing"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table.

    Args:
        heading: of each column.
        rows: cells that are Markdown already and hold no bar and no newline.
    """
    lines = (heading, ["---"] * len(heading), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
