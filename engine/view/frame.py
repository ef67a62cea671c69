"""Frame: what stands around every page: its ways to the others, how far the index is, and the keys."""

from __future__ import annotations

import shlex
from typing import NamedTuple

from interplay.engine.index import Query
from interplay.engine.view import addresses
from interplay.engine.view.following import Standing

KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("j", "k"), "Next and previous row, or message"),
    (("Enter", "o"), "Open the row; unfold what the message holds"),
    (("u", "Esc"), "Back to the list"),
    (("n", "p"), "Next and previous page, or conversation"),
    (("/",), "Search"),
    (("x",), "Fold or unfold all calls"),
    (("v",), "Next place where something is wrong"),
    (("d",), "Fold or unfold what the human might have said"),
    (("t",), "Theme: the system's, light or dark"),
    (("?",), "This list"),
)
"""Keys and what they do; static/view.js does it."""


class Way(NamedTuple):
    """A link in the bar."""

    page: str
    label: str
    href: str


class Frame(NamedTuple):
    """What the layout shows."""

    page: str
    """Which page it is: "runs", "conversations", "conversation", "plots" or "trouble"."""
    name: str
    """Of the directory."""
    root: str
    """Where it is."""
    standing: Standing
    query: Query = Query()
    """The filters that the ways keep."""

    @property
    def keys(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """For the list of keys."""
        return KEYS

    @property
    def command(self) -> str:
        """What starts a viewer of the same directory again, but for its port."""
        return f"interplay view {shlex.quote(self.root)}"

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways to the other pages; filters are kept between the list and the plots."""
        return (
            Way("runs", "Runs", addresses.RUNS),
            Way("conversations", "Conversations", addresses.write(addresses.LIST, self.query)),
            Way("plots", "Plots", addresses.write(addresses.PLOTS, self.query)),
        )
