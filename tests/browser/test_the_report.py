"""The report as a file: opened from disk, with no network, read by everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.browser.audit import audited, breaches, outline, sideways, unfold, walked
from tests.browser.material import make_report
from tests.browser.opening import NARROW, WIDE, Opener

LOOKS: dict[str, dict[str, Any]] = {
    "report": {"size": NARROW, "theme": "light"},
    "compared": {"size": WIDE, "theme": "dark"},
}


@pytest.fixture(scope="module")
def report(library: Path, made: Path) -> Path:
    """Of one run."""
    out = made / "one.html"
    assert make_report(library, out, "--sample", "1").returncode == 0
    return out


@pytest.fixture(scope="module")
def compared(library: Path, made: Path) -> Path:
    """Of two runs, side by side."""
    out = made / "two.html"
    assert make_report(library, out, "--compare", "claims", "--sample", "0").returncode == 0
    return out


@pytest.fixture(params=["report", "compared"])
def either(request: pytest.FixtureRequest) -> Path:
    """Each in turn."""
    file: Path = request.getfixturevalue(request.param)
    return file


def test_it_opens_from_disk_and_asks_for_nothing(go: Opener, either: Path):
    went = go(either.as_uri(), offline=True)
    unfold(went.page)
    assert went.watch.asked == [either.as_uri()]
    text = went.page.inner_text("body")
    assert "strangers" in text
    assert "authenticate-first" in text
    assert went.page.locator("svg[role=img]").count() > 3


@pytest.mark.parametrize(("name", "look"), LOOKS.items(), ids=LOOKS)
def test_it_breaks_no_rule_of_accessibility(
    request: pytest.FixtureRequest, go: Opener, name: str, look: dict[str, Any]
):
    page = go(request.getfixturevalue(name).as_uri(), **look).page
    stops = walked(page, most=25)
    if name == "report":
        unfold(page)
    assert outline(page) == []
    assert sideways(page) == []
    assert stops
    assert [each.name for each in stops if not each.marked or not each.inside] == []
    assert audited(breaches(page)) == []


def test_two_runs_stand_side_by_side_and_it_is_said_which_differences_are_noise(
    go: Opener, report: Path, compared: Path
):
    text = go(compared.as_uri()).page.inner_text("body").lower()
    assert "strangers" in text
    assert "claims" in text
    assert "noise" in text
    assert "noise" not in go(report.as_uri()).page.inner_text("body").lower()


def test_on_a_small_screen_both_runs_of_a_measure_are_in_sight(go: Opener, compared: Path):
    page = go(compared.as_uri(), size=NARROW).page
    row = page.locator("table.stacked tbody tr").first
    for cell in row.locator("td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW[0]


def test_it_reads_without_script_and_on_paper(go: Opener, report: Path):
    page = go(report.as_uri(), theme="dark", java_script_enabled=False).page
    page.emulate_media(media="print")
    assert page.locator("svg[role=img]").first.is_visible()
    assert page.pdf()
