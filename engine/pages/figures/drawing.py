"""Drawing: SVG elements as markup, and words that fit where they stand.

Colours, weights and sizes of letters are classes, which figures.css gives a meaning; nothing is styled in
an attribute, so that figures may stand on a page whose policy forbids that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import combining, east_asian_width

from markupsafe import Markup, escape

from interplay.engine.inert import inert_line

WIDTH = 400
"""Of every figure, in its own units."""
LETTER = 6.4
"""Width of a letter of a label, on average."""
SERIES = 3
"""Series that are told apart by colour and pattern; more begin anew."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def element(name: str, *inside: Markup | str, **attributes: str | float) -> Markup:
    """One SVG element.

    Args:
        name: of the element.
        inside: elements as Markup; anything else is text, inert and escaped.
        attributes: "class_" is "class", and "text_anchor" "text-anchor"; numbers to a tenth.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _value(value)) for key, value in attributes.items()
    )
    content = Markup("").join(each if isinstance(each, Markup) else escape(inert_line(each)) for each in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, content)


def rectangle(x: float, y: float, width: float, height: float, series: int, figure: str, tip: str) -> Markup:
    """A bar of a series, with words that appear where it is pointed at."""
    bar = {"x": x, "y": y, "width": width, "height": height}
    parts = [element("rect", class_=f"bar ground s{series}", **bar)] if series > 1 else []
    fill = {"fill": f"url(#{figure}-p{series})"} if series > 1 else {}
    parts.append(element("rect", element("title", tip), class_=f"bar s{series}", **bar, **fill))
    return element("g", *parts) if len(parts) > 1 else parts[0]


def patterns(figure: str, series: int) -> Markup:
    """The patterns of all series after the first: stripes one way, then the other."""
    made = []
    for each in range(2, series + 1):
        turn = "rotate(45)" if each == 2 else "rotate(-45)"
        stripe = element("rect", class_=f"stripe s{each}", width=3, height=6)
        made.append(
            Markup('<pattern id="{}-p{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="{}">'
                   "{}</pattern>").format(figure, each, turn, stripe)
        )  # fmt: skip
    return element("defs", *made) if made else Markup("")


def mark(x: float, y: float, series: int) -> Markup:
    """The point of a series: a disc, a diamond, a triangle."""
    if series == 1:
        return element("circle", class_="mark s1", cx=x, cy=y, r=4.5)
    corners = ((0, -6), (6, 0), (0, 6), (-6, 0)) if series == 2 else ((0, -6), (6, 5), (-6, 5))
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return element("polygon", class_=f"mark s{series}", points=points)


def legend(figure: str, names: Iterable[str], y: float, *, points: bool = False) -> tuple[Markup, float]:
    """The names of several series, one beside the other or below; nothing of a single one.

    Args:
        figure: its id.
        names: of the series.
        y: where it begins.
        points: whether the series are drawn as points and not as bars.

    Returns:
        It, and how high it is.
    """
    named = list(names)
    if len(named) < 2:
        return Markup(""), 0.0
    parts, x, line = [], 0.0, 0
    for at, name in enumerate(named):
        shown = fitted(name, WIDTH - 30)
        wide = 22 + width(shown) + 18
        if x and x + wide > WIDTH:
            x, line = 0.0, line + 1
        top, kind = y + 18 * line, series_number(at)
        swatch = mark(x + 7, top + 7, kind) if points else rectangle(x, top + 2, 14, 10, kind, figure, name)
        parts += [swatch, label(shown, name, x + 20, top + 11.5)]
        x += wide
    return Markup("").join(parts), 18.0 * (line + 1) + 6


def series_number(at: int) -> int:
    """Which look the series at a place has, from 1."""
    return at % SERIES + 1


def label(shown: str, whole: str, x: float, y: float, *, class_: str = "label", anchor: str = "") -> Markup:
    """A text; where it was cut, the whole of it appears where it is pointed at."""
    tip = (element("title", whole),) if shown != inert_line(whole) else ()
    placed = {"text_anchor": anchor} if anchor else {}
    return element("text", *tip, shown, class_=class_, x=x, y=y, **placed)


def fitted(text: str, room: float) -> str:
    """A text on one line, nothing in it that is obeyed instead of shown, cut to fit.

    Args:
        text: whoever wrote it.
        room: in a figure's units.
    """
    shown = inert_line(text)
    if width(shown) <= room:
        return shown
    kept, used = [], LETTER
    for char in shown:
        used += width(char)
        if used > room:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def width(text: str) -> float:
    """About how wide a label is."""
    return sum(0 if combining(c) else LETTER * (1.8 if east_asian_width(c) in "WF" else 1.0) for c in text)


def anchor(name: str) -> str:
    """A name as the id of an element."""
    return _UNSAFE.sub("-", name).strip("-") or "figure"


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return inert_line(value)
    return f"{value:.1f}".removesuffix(".0")
