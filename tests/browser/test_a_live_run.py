"""A run that is being written while somebody looks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.material import begin_run
from tests.browser.opening import Opener, until, viewing

if TYPE_CHECKING:
    from playwright.sync_api import Page


def wait_for_total(page: Page, total: int) -> None:
    page.locator(f"#total[data-total='{total}']").wait_for()


def test_a_run_is_followed_while_it_is_written_without_loading_the_page_again(
    go: Opener, library: Path, tmp_path: Path
):
    growing = begin_run(library / "claims", tmp_path / "growing")
    with viewing(growing.run.path, tmp_path / "said") as viewer:
        page = go(f"{viewer.address}/conversations").page
        page.evaluate("window.here = true")
        wait_for_total(page, 0)
        growing.grow(range(3))
        wait_for_total(page, 3)
        growing.grow([9, 5, 4])  # out of turn: they wait beside the log, and are shown all the same
        wait_for_total(page, 6)
        page.get_by_label("Outcome", exact=True).select_option("rejected")
        page.locator("#chips").wait_for()
        page.locator("[data-row] a.open").first.focus()
        before = page.evaluate("document.activeElement.getAttribute('href')")
        rejected = int(page.locator("#total").get_attribute("data-total") or "")
        growing.grow([3, 6, 7, 8, *range(10, len(growing.records))])
        until(page, f"Number(document.getElementById('total').dataset.total) > {rejected}")
        page.locator("#standing[data-conversations='24']").wait_for()
        assert page.evaluate("window.here"), "the page was loaded anew"
        assert page.evaluate("document.activeElement.getAttribute('href')") == before, "the focus was lost"
        assert page.get_by_label("Outcome", exact=True).input_value() == "rejected"
        overview = go(f"{viewer.address}/runs").page
        assert "24 of 24" in overview.locator("main").inner_text()


def test_an_open_conversation_stays_as_it_is_while_the_run_grows(go: Opener, library: Path, tmp_path: Path):
    growing = begin_run(library / "claims", tmp_path / "growing")
    growing.grow(range(2))
    with viewing(growing.run.path, tmp_path / "said") as viewer:
        page = go(f"{viewer.address}/conversations").page
        wait_for_total(page, 2)
        page.locator("[data-row] a.open").last.click()
        page.locator("#m0").wait_for()
        page.evaluate("window.here = document.getElementById('m0')")
        growing.grow(range(2, 6))
        page.locator("#standing[data-conversations='6']").wait_for()
        assert page.evaluate("window.here === document.getElementById('m0')")


def test_plots_say_how_many_more_fit_the_filters_until_that_is_put_away(go: Opener, library: Path, tmp_path: Path):
    growing = begin_run(library / "claims", tmp_path / "growing")
    growing.grow(range(4))
    with viewing(growing.run.path, tmp_path / "said") as viewer:
        page = go(f"{viewer.address}/plots?outcome=rejected").page
        page.locator("#standing[data-conversations='4']").wait_for()
        before = int(page.locator("#total").get_attribute("data-total") or "")
        growing.grow(range(4, 16))
        page.locator("#standing[data-conversations='16']").wait_for()
        notice = page.get_by_role("complementary", name="Notice")
        notice.get_by_role("button", name="Show").wait_for()
        said = int(notice.inner_text().split()[0])
        assert 0 < said < 12, "those that fit the filter"
        assert covered(page) == []
        notice.get_by_role("button", name="Show").click()
        wait_for_total(page, before + said)
        notice.get_by_role("button", name="Dismiss").wait_for(state="hidden")
        growing.grow(range(16, 20))
        notice.get_by_role("button", name="Show").wait_for()
        notice.get_by_role("button", name="Dismiss").click()
        notice.get_by_role("button", name="Dismiss").wait_for(state="hidden")


def covered(page: Page) -> list[str]:
    """What of the content lies below the notice, at the end of the page."""
    found: list[str] = page.evaluate(
        "() => { scrollTo(0, document.body.scrollHeight); const top = document.getElementById('more')"
        ".getBoundingClientRect().top; return [...document.querySelectorAll('main *')].filter((each) => "
        "each.checkVisibility() && each.getBoundingClientRect().bottom > top).map((each) => each.outerHTML) }"
    )
    return found


def test_a_viewer_that_has_gone_is_said_to_be_gone_until_it_is_back(go: Opener, library: Path, tmp_path: Path):
    with viewing(library / "phone", tmp_path / "said") as viewer:
        went = go(f"{viewer.address}/conversations")
        wait_for_total(went.page, 6)
        went.watch.forgive("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_NETWORK")
        viewer.process.terminate()
        viewer.process.wait(timeout=30)
        assert viewer.process.returncode in (0, 130, -15)
    page, outcome = went.page, went.page.get_by_label("Outcome", exact=True)
    port = viewer.address.rpartition(":")[2]
    page.get_by_text(f"The viewer has stopped; start it again with: interplay view {library / 'phone'}").wait_for()
    page.get_by_role("button", name="Dismiss").click()
    outcome.select_option("verified")
    page.get_by_text(f"--port {port}").wait_for()
    assert outcome.input_value() == "", "the controls say what the list shows"
    assert page.url == f"{viewer.address}/conversations"
    with viewing(library / "phone", tmp_path / "again", "--port", port):
        page.get_by_text("has stopped").wait_for(state="hidden")
        outcome.select_option("verified")
        page.locator("#chips").wait_for()


def test_several_runs_are_found_as_they_appear(go: Opener, library: Path, tmp_path: Path):
    directory = tmp_path / "runs"
    begin_run(library / "claims", directory / "first").grow(range(2))
    with viewing(directory, tmp_path / "said") as viewer:
        page = go(viewer.address).page
        page.get_by_role("link", name="first", exact=True).wait_for()
        begin_run(library / "items", directory / "second").grow(range(3))
        page.get_by_role("link", name="second", exact=True).wait_for()
