"""The pages for everyone: keyboards, screen readers, small screens, dark rooms; with no script, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.browser.audit import Stop, audited, breaches, outline, sideways, unfold, walked
from tests.browser.material import PAGES
from tests.browser.opening import NARROW, WIDE, Opener, Viewer, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOOKS: dict[str, dict[str, Any]] = {
    f"{size}-{theme}": {"size": room, "theme": theme}
    for size, room in {"wide": WIDE, "narrow": NARROW}.items()
    for theme in ("light", "dark")
}
VISITS = [
    ("runs", "narrow-light"),
    ("list", "wide-light"),
    ("list", "narrow-dark"),
    ("nothing", "wide-dark"),
    ("conversation", "wide-light"),
    ("difference", "narrow-dark"),
    ("trials", "wide-dark"),
    ("two-sides", "narrow-light"),
    ("plots", "wide-dark"),
    ("plots", "narrow-light"),
]
"""What is gone over: every kind of page in every theme and size that makes it another."""


class Visit(NamedTuple):
    """What was found on one page in one look."""

    outline: list[str]
    stops: list[Stop]
    breaches: list[str] | None
    """With everything on the page unfolded."""
    sideways: list[str]
    """Of the page as it comes, and unfolded."""


@pytest.fixture(scope="module", params=VISITS, ids="-".join)
def visit(request: pytest.FixtureRequest, browser: Browser, viewer: Viewer, library: Path) -> Iterator[Visit]:
    """A page of the viewer, gone over once for all the tests that ask about it."""
    opener = Opener(browser)
    name, look = request.param
    page = opener(viewer.address + PAGES[name](library), **LOOKS[look]).page
    found, stops, wide = outline(page), walked(page, most=25), sideways(page)
    if unfold(page):
        wide += sideways(page)
    yield Visit(found, stops, breaches(page), wide)
    wrong = opener.close()
    assert not wrong, "\n".join(wrong)


def test_a_page_breaks_no_rule_of_accessibility(visit: Visit):
    assert audited(visit.breaches) == []


def test_a_page_has_one_title_landmarks_and_names_for_what_is_no_text(visit: Visit):
    assert visit.outline == []


def test_a_page_does_not_scroll_sideways(visit: Visit):
    assert visit.sideways == []


def test_the_tab_key_leads_through_a_page_in_its_order_and_one_sees_where(visit: Visit):
    stops = visit.stops
    assert len(stops) > 3
    assert "skip" in stops[0].name, "the first stop leads past the bar"
    assert [each.name for each in stops if not each.marked] == [], "where the focus is cannot be seen"
    assert [each.name for each in stops if not each.inside or each.covered] == [], "the focus is out of sight"
    order = [each.at for each in stops]
    assert order == sorted(order), "the order is not that of the page"


def test_who_skips_to_the_content_is_there_and_the_page_is_not_made_anew(go: Opener, viewer: Viewer):
    page, _ = go(f"{viewer.address}/conversations")
    page.evaluate("() => { window.here = 1; }")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, "() => document.activeElement.id === 'main'")
    assert page.evaluate("() => window.here") == 1


def test_every_page_works_without_script(go: Opener, viewer: Viewer):
    page = go(viewer.address, java_script_enabled=False).page
    page.get_by_role("link", name="claims", exact=True).click()
    total = int(page.locator("#total").get_attribute("data-total") or "")
    filters = page.locator("#filters-fold")
    if not page.get_by_role("button", name="Apply").is_visible():
        filters.locator("summary").click()
    page.get_by_label("Outcome", exact=True).select_option("verified")
    page.get_by_role("button", name="Apply").click()
    page.locator("#chips").wait_for()
    assert "outcome=verified" in page.url
    assert "run=claims" in page.url
    assert 0 < int(page.locator("#total").get_attribute("data-total") or "") < total
    page.locator("[data-row] a.open").first.click()
    page.locator("#m0").wait_for()
    fold = page.locator("details.call").first
    fold.locator("summary").first.click()
    assert fold.get_attribute("open") is not None
    page.locator("#back").click()
    page.locator("#list").wait_for()
    page.get_by_role("link", name="Plots").click()
    assert page.locator("svg[role=img]").count() > 2
    assert page.locator(".scripted:visible").count() == 0, "what needs script is offered without it"


def test_plots_have_names_and_the_same_numbers_as_tables(go: Opener, viewer: Viewer):
    page = go(f"{viewer.address}/plots").page
    figures = page.get_by_role("figure")
    assert figures.count() >= 5
    for figure in figures.all():
        image = figure.get_by_role("img").first
        assert image.evaluate("each => each.getAttribute('aria-label') || each.querySelector('title')?.textContent")
        assert figure.locator("table th").count() > 0, "there is no table of the same numbers"


def test_a_request_by_somebody_elses_name_for_this_machine_is_refused(go: Opener, viewer: Viewer):
    elsewhere = viewer.address.replace("127.0.0.1", "evil.test")
    went = go(f"{viewer.address}/static/icon.svg")
    went.watch.ours = f"{elsewhere}/"
    went.watch.forgive("status of 403|Cross-Origin-Opener-Policy header has been ignored")
    answer = went.page.goto(f"{elsewhere}/conversations")
    assert answer is not None
    assert answer.status == 403
    assert "host" in went.page.inner_text("body")
    assert "claims" not in went.page.content()


def test_a_page_of_another_site_can_neither_read_nor_frame_the_pages(go: Opener, viewer: Viewer, tmp_path: Path):
    other = tmp_path / "other.html"
    here = viewer.address
    other.write_text(
        f"<!doctype html><title>other</title><iframe src='{here}/conversations'></iframe>"
        f"<img src='{here}/static/icon.svg'><script src='{here}/static/view.js'></script>"
    )
    went = go(other.as_uri(), ours=here)
    went.watch.forgive("")  # what is refused is logged
    page = went.page
    for mode in ("cors", "no-cors", "same-origin"):
        asking = f"fetch('{here}/conversations', {{mode: '{mode}'}})"
        assert page.evaluate(f"{asking}.then((got) => got.text(), () => '')") == ""
    assert "claims" not in page.frames[1].content()
    assert page.locator("img").evaluate("each => each.naturalWidth") == 0


def test_it_listens_on_loopback_only(viewer: Viewer):
    port = int(viewer.address.rpartition(":")[2])
    sockets = [each for each in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if each.exists()]
    if not sockets:
        pytest.skip("this system does not say who listens where")
    lines = [line.split() for each in sockets for line in each.read_text().splitlines()[1:]]
    listening = [fields[1].split(":") for fields in lines if fields[3] == "0A"]
    local = {address for address, asked in listening if int(asked, 16) == port}
    assert local
    assert local <= {"0100007F", "00000000000000000000000001000000"}
