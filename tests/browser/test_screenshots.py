"""Pictures of every page in both themes, narrow and wide, into the directory that INTERPLAY_SCREENSHOTS names.

Without it these are left out: they are for people to look at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.browser.material import PAGES, make_report
from tests.browser.opening import NARROW, WIDE, Opener, Viewer

SIZES = {"wide": WIDE, "narrow": NARROW}
DIRECTORY = Path(os.environ.get("INTERPLAY_SCREENSHOTS", "."))
AT_ONCE = ("list",)
"""Pages of which only what fits the window is taken."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_taken_in_every_theme_and_size(
    go: Opener, viewer: Viewer, library: Path, tmp_path: Path, theme: str, size: str
):
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    places = {name: viewer.address + place(library) for name, place in PAGES.items()}
    for name, compared in (("report", ()), ("compared", ("--compare", "claims"))):
        out = tmp_path / f"{name}.html"
        if make_report(library, out, *compared).returncode == 0:
            places[name] = out.as_uri()
    for name, place in places.items():
        page = go(place, theme=theme, size=SIZES[size]).page
        page.screenshot(path=DIRECTORY / f"{name}-{size}-{theme}.png", full_page=name not in AT_ONCE)
