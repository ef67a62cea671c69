"""One conversation, as people want to read it: marks at the message, the diff row by row, drafts on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.material import (
    STRUCK,
    SUPPOSED,
    Interesting,
    with_difference,
    with_false_claim,
    with_violation,
)
from tests.browser.opening import Opener, Viewer, viewing

from interplay.engine.messages import AgentMessage, HumanMessage, ToolCall
from interplay.engine.trajectory import Scored
from interplay.engine.verifier import Verdict

if TYPE_CHECKING:
    from playwright.sync_api import Page


def at(viewer: Viewer, run: str, found: Interesting) -> str:
    """Where a conversation is."""
    return f"{viewer.address}/conversations/{run}/{found.unit}/{found.trial}"


def verdict_of(found: Interesting) -> Verdict:
    assert isinstance(found.trajectory.outcome, Scored)
    return found.trajectory.outcome.verdict


def flat(text: str) -> str:
    """A text without the line breaks that a page puts in."""
    return " ".join(text.split())


def test_all_that_was_said_stands_in_order_with_the_blueprint_beside_it(go: Opener, viewer: Viewer, library: Path):
    found = with_false_claim(library)
    page = go(at(viewer, "claims", found)).page
    place = -1
    text = flat(page.locator("main").text_content() or "")
    for number, message in enumerate(found.trajectory.messages):
        assert page.locator(f"#m{number}").count() == 1, f"message {number} has no anchor"
        if isinstance(message, HumanMessage | AgentMessage) and message.text:
            place = text.find(flat(message.text), place + 1)
            assert place >= 0, f"message {number} is not where it belongs"
    blueprint = found.record.blueprint
    assert blueprint is not None
    assert flat(blueprint.instruction) in text
    for action in blueprint.actions:
        assert action.tool in text


def test_a_false_claim_is_marked_where_it_was_made_and_its_sentence_too(go: Opener, viewer: Viewer, library: Path):
    found = with_false_claim(library)
    claim = verdict_of(found).false_claims[0]
    page = go(at(viewer, "claims", found)).page
    message = page.locator(f"#m{claim.message}")
    assert "false claim" in message.inner_text().lower()
    marked = flat(" ".join(message.locator("mark").all_inner_texts()))
    assert flat(claim.sentence) in marked


def test_a_broken_rule_is_marked_at_the_call_that_broke_it(go: Opener, viewer: Viewer, library: Path):
    found = with_violation(library)
    broken = verdict_of(found).violations[0]
    page = go(at(viewer, "strangers", found)).page
    mark = page.locator(f"#m{broken.message} .marks").first
    assert mark.is_visible(), "it is seen without unfolding anything"
    text = flat(mark.inner_text())
    assert broken.rule in text
    assert flat(broken.text) in text
    page.keyboard.press("v")
    inside = f"document.activeElement.closest('#m{broken.message}') !== null"
    assert page.evaluate(inside), "the key for what is wrong leads there"


def test_the_end_is_set_against_the_expected_end_row_by_row_and_field_by_field(
    go: Opener, viewer: Viewer, library: Path
):
    found = with_difference(library)
    page = go(at(viewer, "items", found)).page
    different = next(each for each in verdict_of(found).discrepancies if each.kind == "different")
    table, key = different.address
    row = page.locator("main table tr").filter(has_text=different.pointer.rsplit("/", 1)[-1])
    state = flat(page.locator("main").inner_text())
    assert key in state
    assert table in state
    for value in (different.expected, different.found):
        shown = value if isinstance(value, str) else str(value).replace("'", '"')
        assert row.filter(has_text=re.compile(re.escape(shown[:12]))).count(), f"{shown} stands in no row of a table"


def test_calls_unfold_by_the_mouse_and_by_keys_and_hold_arguments_and_results(
    go: Opener, viewer: Viewer, library: Path
):
    found = with_difference(library)
    page = go(at(viewer, "items", found)).page
    number, call = next((n, m) for n, m in enumerate(found.trajectory.messages) if isinstance(m, ToolCall))
    fold = page.locator(f"details.call#m{number}, #m{number} details.call, details.call:has(#m{number})").first
    calls = page.locator("details.call")
    page.keyboard.press("x")
    assert page.locator("details.call[open]").count() == calls.count()
    text = fold.inner_text()
    assert call.tool in text
    for value in call.arguments.values():
        assert str(value) in text
    page.keyboard.press("x")
    assert page.locator("details.call[open]").count() == 0
    fold.locator("summary").first.click()
    assert page.locator("details.call[open]").count() == 1
    fold.locator("summary").first.press("Enter")
    assert page.locator("details.call[open]").count() == 0


def test_a_link_to_a_message_leads_to_it(go: Opener, viewer: Viewer, library: Path):
    found = with_false_claim(library)
    last = len(found.trajectory.messages) - 1
    page = go(f"{at(viewer, 'claims', found)}#m{last}").page
    box = page.locator(f"#m{last}").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_keys_walk_the_messages(go: Opener, viewer: Viewer, library: Path):
    found = with_false_claim(library)
    page = go(at(viewer, "claims", found)).page
    seen = []
    for _ in range(3):
        page.keyboard.press("j")
        seen.append(page.evaluate("document.activeElement.id"))
    page.keyboard.press("k")
    assert len(set(seen)) == 3
    assert page.evaluate("document.activeElement.id") == seen[1]
    assert "" not in seen


def test_people_and_agents_keep_to_their_sides_and_peoples_own_tools_stand_with_them(
    go: Opener, viewer: Viewer, library: Path
):
    from interplay.engine.run import Run
    from interplay.engine.units import units

    found = next(
        unit
        for unit in units(Run.open(library / "phone"))
        if unit.trajectory and any(isinstance(m, ToolCall) and m.by == "human" for m in unit.trajectory.messages)
    )
    trajectory = found.trajectory
    assert trajectory is not None
    page = go(f"{viewer.address}/conversations/phone/{found.number}/{trajectory.trial}").page

    def left(number: int) -> float:
        box = page.locator(f"#m{number}").bounding_box()
        assert box is not None
        return box["x"]

    sides: dict[str, set[float]] = {"human": set(), "agent": set()}
    for number, message in enumerate(trajectory.messages):
        if isinstance(message, HumanMessage | AgentMessage):
            sides["human" if isinstance(message, HumanMessage) else "agent"].add(left(number))
        elif isinstance(message, ToolCall):
            sides[message.by].add(left(number))
    assert max(sides["human"]) < min(sides["agent"]), sides


@pytest.fixture(scope="module")
def drafts(drafted: Path, made: Path, serving: ExitStack) -> Iterator[Viewer]:
    with viewing(drafted, made / "drafted.said") as viewer:
        yield viewer


def page_with_drafts(go: Opener, drafts: Viewer) -> Page:
    page = go(f"{drafts.address}/conversations").page
    page.locator("[data-row] a.open").first.click()
    page.locator("#m0").wait_for()
    return page


def test_what_the_human_might_have_said_is_shown_on_demand(go: Opener, drafts: Viewer):
    page = page_with_drafts(go, drafts)
    supposed = page.get_by_text(SUPPOSED).first
    assert not supposed.is_visible()
    page.keyboard.press("d")
    assert supposed.is_visible()
    text = flat(page.locator("main").inner_text())
    assert STRUCK in text
    assert "Nobody asked about penguins." in text
    assert "8.5" in text
    page.keyboard.press("d")
    assert not supposed.is_visible()
