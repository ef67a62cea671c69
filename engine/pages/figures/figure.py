"""Figure: a drawing with its words, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from interplay.engine.inert import inert_line
from interplay.engine.pages.figures.drawing import WIDTH, anchor, element

NOTHING = "There is nothing to draw."


class Figure(NamedTuple):
    """What was counted, drawn; in a template, `{{ figure }}` is all of it."""

    id: str
    title: str
    about: str
    """What it shows in words: "median 7, up to 29"."""
    svg: Markup
    """Empty where there is nothing to draw."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """As many cells as columns, the first of them what the row is about."""
    links: Mapping[str, str] = MappingProxyType({})
    """By what a row is about, an address that shows it; rows without one stand alone."""

    def __html__(self) -> str:
        """The figure with its caption and its table, for a page with figures.css."""
        caption = Markup("<figcaption><strong>{}</strong> <span>{}</span></figcaption>").format(
            inert_line(self.title), inert_line(self.about)
        )
        return Markup('<figure class="figure" id="{}">{}{}{}</figure>').format(
            self.id, caption, self.svg, self._table() if self.rows else ""
        )

    def _table(self) -> Markup:
        head = Markup("").join(Markup('<th scope="col">{}</th>').format(inert_line(name)) for name in self.columns)
        body = Markup("").join(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                self._about(row[0]), Markup("").join(Markup("<td>{}</td>").format(inert_line(cell)) for cell in row[1:])
            )
            for row in self.rows
        )
        return Markup(
            '<details><summary>The numbers{}<span class="unseen"> of: {}</span></summary>'
            '<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>'
        ).format(" and their conversations" if self.links else "", inert_line(self.title), head, body)

    def _about(self, name: str) -> Markup:
        shown = Markup("{}").format(inert_line(name))
        return Markup('<a href="{}">{}</a>').format(self.links[name], shown) if name in self.links else shown


def drawn(
    name: str,
    title: str,
    about: str,
    height: float,
    parts: Sequence[Markup],
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
) -> Figure:
    """A figure of these parts.

    Args:
        name: of the figure, one of its kind on a page.
        title: what is drawn.
        about: what it shows.
        height: of the drawing, in its units.
        parts: elements, the lowest first.
        table: its columns and rows.
    """
    key = anchor(name)
    svg = element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", about, id=f"{key}-desc"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )
    columns, rows = table
    return Figure(key, title, about, svg, tuple(columns), tuple(tuple(row) for row in rows))


def nothing(name: str, title: str, about: str = "") -> Figure:
    """A figure of no numbers, which says so."""
    return Figure(anchor(name), title, about or NOTHING, Markup(""), (), ())
