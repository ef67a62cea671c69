"""Runs and their conversations as a list: found, narrowed, walked by keys, shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.browser.material import LIBRARY
from tests.browser.opening import NARROW, Opener, Viewer, until

from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall
from interplay.engine.run import Run
from interplay.engine.trajectory import Scored, Trajectory, kind
from interplay.engine.units import units

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIST = "/conversations"


class Played(NamedTuple):
    """A conversation and where it is."""

    run: str
    unit: int
    trajectory: Trajectory

    @property
    def verdict_faults(self) -> list[str]:
        outcome = self.trajectory.outcome
        return outcome.verdict.faults if isinstance(outcome, Scored) else []

    @property
    def tools(self) -> set[str]:
        return {message.tool for message in self.trajectory.messages if isinstance(message, ToolCall)}

    @property
    def words(self) -> str:
        said = [m.text for m in self.trajectory.messages if isinstance(m, HumanMessage | AgentMessage)]
        return "\n".join(said).lower()

    @property
    def place(self) -> tuple[str, int, int]:
        return self.run, self.unit, self.trajectory.trial


@pytest.fixture(scope="module")
def played(library: Path) -> list[Played]:
    """Every conversation of the library."""
    found = ((name, unit) for name in LIBRARY for unit in units(Run.open(library / name)))
    return [Played(name, unit.number, each) for name, unit in found for each in unit.played]


def shown(page: Page) -> Iterator[tuple[str, int, int]]:
    """Where the conversations of the list are, by their links."""
    for link in page.locator("[data-row] a.open").all():
        _, _, run, unit, trial = re.split("[/?]", link.get_attribute("href") or "")[:5]
        yield run, int(unit), int(trial)


def expect_total(page: Page, total: int) -> None:
    """Wait until the list says how many there are."""
    page.locator(f"#total[data-total='{total}']").wait_for()


def expect_those(page: Page, wanted: list[Played]) -> None:
    """Wait until the list holds these and nothing else."""
    expect_total(page, len(wanted))
    assert sorted(shown(page)) == sorted(each.place for each in wanted)[: len(list(shown(page)))] or len(wanted) > 50


def test_the_first_page_names_every_run_and_how_far_it_is(go: Opener, viewer: Viewer, played: list[Played]):
    page = go(viewer.address).page
    assert page.title()
    rows = page.get_by_role("row")
    for name in LIBRARY:
        row = rows.filter(has=page.get_by_role("link", name=name, exact=True))
        row.wait_for()
        units_done = len({each.unit for each in played if each.run == name})
        assert f"{units_done} of {units_done}" in row.inner_text()
    page.get_by_role("link", name="claims", exact=True).click()
    expect_those(page, [each for each in played if each.run == "claims"])


def test_the_list_says_of_each_conversation_what_became_of_it(go: Opener, viewer: Viewer, played: list[Played]):
    page = go(f"{viewer.address}{LIST}?run=claims").page
    for each in played:
        if each.run == "claims":
            row = page.locator(f"[data-row][data-unit='{each.unit}'][data-trial='0']").inner_text()
            assert kind(each.trajectory.outcome) in row
            opening = each.trajectory.messages[0]
            assert isinstance(opening, HumanMessage)
            assert " ".join(opening.text.split())[:60] in " ".join(row.split())
            assert all(code in row for code in each.verdict_faults[:3])


CHOICES: list[tuple[str, str, Callable[[Played], bool]]] = [
    ("Outcome", "verified", lambda each: kind(each.trajectory.outcome) == "verified"),
    ("Whose fault", "agent", lambda each: getattr(each.trajectory.outcome, "fault", None) == "agent"),
    ("What was wrong", "claim:false", lambda each: "claim:false" in each.verdict_faults),
    ("Rule broken", "authenticate-first", lambda each: "policy:authenticate-first" in each.verdict_faults),
    ("Tool used", "run_speed_test", lambda each: "run_speed_test" in each.tools),
    ("World", "telecom", lambda each: each.run == "phone"),
    ("Run", "strangers", lambda each: each.run == "strangers"),
]


@pytest.mark.parametrize(("label", "value", "fits"), CHOICES, ids=[label for label, _, _ in CHOICES])
def test_a_filter_narrows_the_list_in_place_and_stands_in_the_address(
    go: Opener, viewer: Viewer, played: list[Played], label: str, value: str, fits: Callable[[Played], bool]
):
    page = go(f"{viewer.address}{LIST}").page
    wanted = [each for each in played if fits(each)]
    assert 0 < len(wanted) < len(played)
    page.evaluate("window.here = true")
    page.get_by_label(label, exact=True).select_option(value)
    expect_those(page, wanted)
    assert page.evaluate("window.here"), "the page was loaded anew"
    assert value in page.url.replace("%3A", ":")
    option = page.get_by_label(label, exact=True).locator("option:checked").inner_text()
    assert f"({len(wanted)})" in option, "the choice says how many there are"
    page.get_by_role("link", name=re.compile(f"Remove the filter.*{re.escape(value)}")).click()
    expect_total(page, len(played))


def test_words_are_searched_for_and_filters_come_together(go: Opener, viewer: Viewer, played: list[Played]):
    page = go(f"{viewer.address}{LIST}").page
    page.get_by_label("Words in the conversation").fill("exchange")
    page.get_by_label("Words in the conversation").press("Enter")
    wanted = [each for each in played if "exchange" in each.words]
    expect_total(page, len(wanted))
    page.get_by_label("Outcome", exact=True).select_option("rejected")
    rejected = [each for each in wanted if kind(each.trajectory.outcome) == "rejected"]
    assert 0 < len(rejected) < len(played)
    expect_those(page, rejected)
    page.go_back()
    expect_total(page, len(wanted))
    page.get_by_label("Words in the conversation").fill("no conversation holds these words")
    page.get_by_label("Words in the conversation").press("Enter")
    page.locator("div.none").wait_for()


def test_a_shared_link_shows_the_same_to_somebody_else(go: Opener, viewer: Viewer):
    mine = go(f"{viewer.address}{LIST}").page
    mine.get_by_label("What was wrong", exact=True).select_option("state:missing")
    mine.get_by_role("link", name=re.compile("Remove the filter")).wait_for()
    theirs = go(mine.url, theme="dark", size=NARROW).page
    assert list(shown(theirs)) == list(shown(mine))
    mine.locator("[data-row] a.open").first.click()
    mine.wait_for_url(re.compile(f"{LIST}/"))
    opened = go(mine.url).page
    assert opened.locator("main").inner_text() == mine.locator("main").inner_text()


def test_keys_walk_the_list_open_a_conversation_and_come_back(go: Opener, viewer: Viewer):
    page = go(f"{viewer.address}{LIST}?run=claims").page
    links = [link.get_attribute("href") for link in page.locator("[data-row] a.open").all()]
    for key in "jjjk":
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('href')") == links[1]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"{LIST}/claims/"))
    first = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != first)
    assert page.url.endswith(links[2] or "?")
    page.keyboard.press("p")
    page.wait_for_url(first)
    page.keyboard.press("u")
    page.wait_for_url(re.compile(f"{LIST}[?]"))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "filter-text"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keys").wait_for(state="hidden")
    assert re.search(f"{LIST}[?]", page.url), "closing the keys leaves the page where it is"


def test_pages_of_the_list_follow_each_other(go: Opener, viewer: Viewer, played: list[Played]):
    page = go(f"{viewer.address}{LIST}").page
    seen = list(shown(page))
    assert len(seen) < len(played)
    page.keyboard.press("n")
    page.wait_for_url(re.compile("after="))
    seen += shown(page)
    assert sorted(seen) == sorted(each.place for each in played)
    page.go_back()
    assert list(shown(page)) == seen[:50]


def test_the_theme_is_the_systems_until_another_is_chosen(go: Opener, viewer: Viewer):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = go(f"{viewer.address}{LIST}").page.evaluate(ground)
    page = go(f"{viewer.address}{LIST}", theme="dark").page
    dark = page.evaluate(ground)
    assert light != dark
    page.keyboard.press("t")
    until(page, f"{ground} === '{light}'")
    page.reload()
    assert page.evaluate(ground) == light, "it is remembered"
    page.keyboard.press("t")
    until(page, f"{ground} === '{dark}'")
