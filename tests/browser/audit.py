"""Audit: what a page must be for people who use a keyboard, a screen reader, a small screen or a dark one.

axe-core finds what its rules know, contrast among it. The rest is asked of the page here: where the keyboard goes and
whether one sees it, how the headings lie, and whether anything sticks out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = {"resultTypes": ["violations"], "preload": False}
"""Options of axe-core; without preloading it asks for nothing."""
SHOWN = 3
"""Elements that are named of each violation."""

OUTLINE = """() => {
  const seen = (each) => each.checkVisibility({ visibilityProperty: true });
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen);
  const levels = headings.map((each) => Number(each.tagName[1]));
  const wrong = [];
  const ones = levels.filter((level) => level === 1).length;
  if (ones !== 1) wrong.push(`${ones} headings of the first level`);
  levels.forEach((level, at) => {
    const before = at ? levels[at - 1] : level;
    if (level > before + 1) wrong.push(`h${level} follows h${before}: ${headings[at].textContent}`);
  });
  if (document.querySelectorAll("main").length !== 1) wrong.push("not one main landmark");
  if (!document.title.trim()) wrong.push("no title");
  if (!document.documentElement.lang) wrong.push("no language");
  for (const image of document.querySelectorAll("svg:not([aria-hidden=true]), [role=img], img"))
    if (!image.querySelector("title")?.textContent && !image.getAttribute("alt")
        && !image.getAttribute("aria-label") && !image.getAttribute("aria-labelledby"))
      wrong.push(`an image without a name: ${image.outerHTML.slice(0, 80)}`);
  for (const table of document.querySelectorAll("table"))
    if (!table.querySelector("th")) wrong.push(`a table without headings: ${table.outerHTML.slice(0, 80)}`);
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of ids.filter((each, at) => ids.indexOf(each) !== at)) wrong.push(`several elements have the id ${id}`);
  return wrong;
}"""

FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect();
  const styles = [null, "::after", "::before"].map((part) => getComputedStyle(here, part));
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const over = document.elementFromPoint(
    Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height / 2, 8), 0), innerHeight - 1));
  return {
    name: here.outerHTML.slice(0, 120).replace(/\\s+/g, " "),
    marked: styles.some(drawn),
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    covered: Boolean(over) && !here.contains(over) && !over.contains(here),
    at: [...document.querySelectorAll("*")].indexOf(here),
  };
}"""

SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= room) return [];
  const held = (each) => {
    for (let at = each.parentElement; at && at !== document.documentElement; at = at.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > room + 1 && !held(each))
    .map((each) => `${Math.round(each.getBoundingClientRect().right)} px: ${each.outerHTML.slice(0, 100)}`)
    .slice(0, 4).concat(`the page is ${document.scrollingElement.scrollWidth} px wide in ${room}`);
}"""


UNFOLD = """() => {
  const folds = [...document.querySelectorAll("details:not([open])")];
  for (const each of folds) each.open = true;
  return folds.length;
}"""


class Stop(NamedTuple):
    """Where the keyboard came to."""

    name: str
    marked: bool
    inside: bool
    covered: bool
    at: int


def breaches(page: Page) -> list[str] | None:
    """What axe-core finds wrong, in words; None where it is not installed."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        return None
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {each['help']}: {_where(each['nodes'])}" for each in found]


def audited(found: list[str] | None) -> list[str]:
    """What `breaches` found; without axe-core the test is skipped, or fails where all of them were promised."""
    if found is None:
        text = "AUDIT NOT RUN: there is no axe-core: pip install axe-playwright-python"
        if os.environ.get("CI") == "true":
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    return found


def _where(nodes: list[dict[str, Any]]) -> str:
    def said(node: dict[str, Any]) -> str:
        data = next((check["message"] for check in (*node["any"], *node["all"], *node["none"])), "")
        return f"{' '.join(map(str, node['target']))} ({data})"

    return "; ".join(map(said, nodes[:SHOWN])) + (f"; {len(nodes) - SHOWN} more" if len(nodes) > SHOWN else "")


def outline(page: Page) -> list[str]:
    """What is wrong with headings, landmarks, and the names of images, tables and ids."""
    found: list[str] = page.evaluate(OUTLINE)
    return found


def sideways(page: Page) -> list[str]:
    """What sticks out of the page to the right, when it scrolls sideways."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


def walked(page: Page, most: int = 60) -> list[Stop]:
    """Where the Tab key leads, from the page's beginning to its end or so many steps."""
    page.evaluate("() => document.activeElement?.blur()")
    stops: list[Stop] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            break
        stops.append(Stop(**found))
    return stops


def unfold(page: Page) -> int:
    """Open all that is folded; says how much that was."""
    opened: int = page.evaluate(UNFOLD)
    return opened
