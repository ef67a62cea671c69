"""Shares: chances, each a point with the line of its 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from interplay.engine.pages.figures import drawing
from interplay.engine.pages.figures.figure import Figure, drawn, nothing
from interplay.engine.pages.figures.scales import percent
from interplay.engine.statistics.passing import Estimate

LEFT, RIGHT = 8.0, drawing.WIDTH - 12.0
NAME, LINE = 16.0, 15.0
"""Heights: of the line with a name, of a point's line."""


def shares(
    id: str,  # noqa: A002
    title: str,
    about: str,
    series: Mapping[str, Sequence[tuple[str, Estimate]]],
    *,
    notes: Mapping[str, str] | None = None,
) -> Figure:
    """Chances with their intervals, on a line from 0 to 100 %.

    Args:
        id: of the figure, one of its kind on a page.
        title: what is drawn.
        about: what it shows; empty: the first and the last of each series.
        series: by name, labels with their estimates; a label that another series has stands beside it.
        notes: by label, a few words after it: "of 120".
    """
    found = {name: dict(each) for name, each in series.items()}
    labels = list(dict.fromkeys(name for each in found.values() for name in each))
    if not labels:
        return nothing(id, title, about)
    named, y = drawing.legend(drawing.anchor(id), found, 0, points=True)
    rows: list[Markup] = []
    bands: list[tuple[float, float]] = []
    for name in labels:
        begins = y + NAME
        part, y = _one(name, (notes or {}).get(name, ""), {each: of.get(name) for each, of in found.items()}, y)
        rows.append(part)
        bands.append((begins, y - 3))
    ground = _ground(bands, y)
    table = _table(found, labels)
    return drawn(id, title, about or _said(found), y + 18, (named, ground, *rows), table)


def written(estimate: Estimate) -> str:
    """A share and its interval: "33.3 % (19.0 to 51.5)"."""
    return f"{percent(estimate.value)} ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def _one(name: str, note: str, estimates: Mapping[str, Estimate | None], y: float) -> tuple[Markup, float]:
    several = len(estimates) > 1
    values = [written(each) if each is not None else "none" for each in estimates.values()]
    value = values[0] if not several else " | ".join(each.split(" (")[0] for each in values)
    shown = drawing.fitted(name, drawing.WIDTH - drawing.width(value) - drawing.width(note) - 3 * drawing.LETTER)
    parts = [drawing.label(shown, name, 0, y + 11)]
    if note:
        parts.append(drawing.element("text", note, class_="tick", x=drawing.width(shown) + drawing.LETTER, y=y + 11))
    parts.append(drawing.element("text", value, class_="value", x=drawing.WIDTH, y=y + 11, text_anchor="end"))
    y += NAME
    for at, (each, estimate) in enumerate(estimates.items()):
        if estimate is not None:
            tip = f"{each}, {name}: {written(estimate)}" if several else f"{name}: {written(estimate)}"
            parts.append(_point(estimate, y + 6, drawing.series_number(at), tip))
        y += LINE
    return drawing.element("g", *parts), y + 3


def _point(estimate: Estimate, y: float, series: int, tip: str) -> Markup:
    low, high, at = (_place(each) for each in (estimate.low, estimate.high, estimate.value))
    return drawing.element(
        "g",
        drawing.element("title", tip),
        drawing.element("line", class_=f"range s{series}", x1=low, x2=high, y1=y, y2=y),
        *(drawing.element("line", class_=f"range s{series}", x1=x, x2=x, y1=y - 4, y2=y + 4) for x in (low, high)),
        drawing.mark(at, y, series),
    )


def _place(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, share))


def _ground(bands: Sequence[tuple[float, float]], bottom: float) -> Markup:
    """Lines behind the points alone, as words stand between them, and what they mean below."""
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = round(_place(share)) + 0.5
        lines = " ".join(f"M{x:.1f} {begins:.1f}V{ends:.1f}" for begins, ends in bands)
        parts.append(drawing.element("path", class_="grid", d=lines))
        end = "start" if not share else "end" if share == 1 else "middle"
        at = x - 8 if not share else x + 12 if share == 1 else x
        parts.append(drawing.element("text", percent(share, 0), class_="tick", x=at, y=bottom + 12, text_anchor=end))
    return drawing.element("g", *parts)


def _said(found: Mapping[str, Mapping[str, Estimate]]) -> str:
    several, parts = len(found) > 1, []
    for each, estimates in found.items():
        ends = [*estimates.items()][:: max(1, len(estimates) - 1)]
        told = ", ".join(f"{name}: {percent(estimate.value)}" for name, estimate in ends) or "none"
        parts.append(f"{each}: {told}" if several else told)
    return "; ".join(parts)


def _table(found: Mapping[str, Mapping[str, Estimate]], labels: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    several, head = len(found) > 1, ["name"]
    for each in found:
        head += [each, f"{each}: 95 % interval"] if several else ["share", "95 % interval"]
    rows = []
    for name in labels:
        row = [name]
        for estimates in found.values():
            at = estimates.get(name)
            row += [percent(at.value), f"{100 * at.low:.1f} to {100 * at.high:.1f}"] if at else ["", ""]
        rows.append(row)
    return head, rows
