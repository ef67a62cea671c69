"""Text that means harm: it is shown as text and does nothing, in the viewer, in the report and on the terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from tests.browser.audit import unfold
from tests.browser.hostile import FLAG, LONG, MARKUP, NAME
from tests.browser.opening import COMMAND, Opener, Viewer
from tests.test_commands_end_to_end import environment

from interplay.engine.cli import commands

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOREIGN = """() => [...document.querySelectorAll(
  "iframe, object, embed, base, img, math, meta[http-equiv=refresh i], form[action^='http'], [autofocus], [srcdoc], "
  + "svg [onload], a[href^='javascript' i], a[href^='http'], link[href^='http']")]
  .concat([...document.querySelectorAll("*")].filter((each) => [...each.attributes].some((a) => /^on/i.test(a.name))))
  .map((each) => each.outerHTML.slice(0, 120))"""
"""Elements that only hostile text could have brought."""
SHOWN = [MARKUP[0], MARKUP[2], MARKUP[7], MARKUP[14]]
"""Some of the texts, which have to be readable as they are."""
RAW = [*"\x07\x00\x08\x7f\u202e\u2066\u200b", "\x1b[31;5m", "\x1b]0;", "\x1b[2J", "\x9b31m", "\x9d0;"]
"""What a terminal, or the order of letters, would obey."""


def harmless(page: Page) -> None:
    """See that a page holds nothing that hostile text brought; what ran or was asked for, the opener sees."""
    assert page.evaluate(FOREIGN) == []
    text = page.evaluate("() => document.documentElement.innerText")
    assert not [each for each in RAW if each in text]
    scripts = {script.get_attribute("src") for script in page.locator("script").all()}
    assert scripts <= {"/static/view.js"}


def opened(go: Opener, viewer: Viewer, path: str) -> Page:
    page = go(viewer.address + path).page
    harmless(page)
    return page


def test_hostile_runs_are_listed_by_their_names(go: Opener, hostile_viewer: Viewer):
    page = opened(go, hostile_viewer, "/")
    assert f"<img src=x onerror={FLAG}=1>\\u001b[31;5m\\u202e'\"&{{{{7*7}}}}%00#?" in page.inner_text("main")
    page.locator("[data-row] a.open").first.click()
    page.locator("#list").wait_for()
    harmless(page)
    assert page.locator("[data-row]").count()


def test_hostile_lists_filters_and_plots_are_text(go: Opener, hostile_viewer: Viewer):
    page = opened(go, hostile_viewer, "/conversations")
    assert MARKUP[0] in page.inner_text("main")
    for label in ("Rule broken", "Tool used", "What was wrong"):
        select_box = page.get_by_label(label, exact=True)
        for option in select_box.locator("option").all()[1:]:
            if "script" in option.inner_text():
                total = page.locator("#total").get_attribute("data-total")
                select_box.select_option(index=option.evaluate("each => each.index"))
                page.locator("#chips").wait_for()
                assert 0 < int(page.locator("#total").get_attribute("data-total") or "") <= int(total or "")
                harmless(page)
                page.go_back()
                page.locator("#chips").wait_for(state="hidden")
                break
        else:
            pytest.fail(f"{label} offers nothing hostile")
    opened(go, hostile_viewer, "/plots")


@pytest.mark.parametrize("unit", range(5))
def test_hostile_conversations_are_text(go: Opener, hostile_viewer: Viewer, unit: int):
    page = go(f"{hostile_viewer.address}/conversations/{quote(NAME, safe='')}/{unit}/0").page
    unfold(page)
    harmless(page)
    text = page.inner_text("main")
    for each in SHOWN if unit < 4 else SHOWN[:1]:
        assert each in text
    assert "49 " not in text
    if unit < 4:
        assert LONG[-100:] in (page.locator("main").text_content() or ""), "a long text can be read to its end"


@pytest.mark.parametrize(
    "path",
    [
        f"/conversations?text={quote(MARKUP[0])}",
        f"/conversations?tool={quote(MARKUP[2])}",
        f"/conversations?rule={quote(MARKUP[4])}&sort={quote(MARKUP[0])}",
        f"/conversations?after={quote(MARKUP[0])}",
        f"/plots?outcome={quote(MARKUP[0])}",
        f"/conversations/{quote(MARKUP[2], safe='')}/0/0",
        f"/conversations/{quote(NAME, safe='')}/{quote(MARKUP[0], safe='')}/0",
        f"/{quote(MARKUP[0], safe='')}",
        f"/static/{quote('../' * 8, safe='')}etc/passwd",
        "/conversations/..%2f..%2fetc%2fpasswd/0/0",
        "/conversations?text=%00%1b%5b2J",
        "/conversations?unit=9999999999999999999999",
        f"/conversations?text={'x' * 400}",
        "/conversations?text=" + quote("%_*'\"^(NEAR OR -"),
    ],
)
def test_hostile_addresses_are_text(go: Opener, hostile_viewer: Viewer, path: str):
    went = go(hostile_viewer.address + "/")
    went.watch.forgive("status of 4[0-9][0-9]")
    answer = went.page.goto(hostile_viewer.address + path)
    assert answer is not None
    assert answer.status < 500
    harmless(went.page)


def on_a_terminal(*arguments: str, cwd: Path) -> str:
    """What a command prints where it believes that it prints to a terminal."""
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**environment(), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = bytearray()
    while True:
        ready, _, _ = select.select([mine], [], [], 60)
        try:
            piece = os.read(mine, 65536) if ready else b""
        except OSError:  # Linux's way to say that the other end is closed
            piece = b""
        if not piece:
            break
        said += piece
    os.close(mine)
    process.wait(timeout=60)
    return said.decode()


COMMANDS = [
    ["show", NAME],
    ["show", NAME, "0", "--full", "--drafts"],
    ["show", NAME, "5"],
    ["show", NAME, "99"],
    ["stats", NAME],
    ["verify", NAME],
    ["export", NAME, "--format", "openai", "--outcome", "all", "--out", "out/openai"],
    ["report", NAME, "-o", "out/report.html"],
    ["view", NAME, "--port", "99999"],
    ["view", f"{NAME}x"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=[f"{' '.join(each[:1] + each[2:])}"[:40] for each in COMMANDS])
def test_no_command_prints_what_a_terminal_obeys(hostile: Path, tmp_path: Path, arguments: list[str]):
    (tmp_path / NAME).symlink_to(hostile / NAME)
    (tmp_path / "out").mkdir()
    said = on_a_terminal(*arguments, cwd=tmp_path)
    assert said
    assert "Traceback (" not in said
    assert not [each for each in RAW if each in said]


@pytest.mark.parametrize("unit", range(1, 5))
def test_no_other_unit_prints_it_either(hostile: Path, unit: int):
    shown = CliRunner().invoke(commands, ["show", str(hostile / NAME), str(unit), "--full", "--drafts"], color=True)
    assert shown.exit_code == 0, shown.output
    assert not [each for each in RAW if each in shown.output]


def test_the_viewer_says_nothing_that_a_terminal_obeys(go: Opener, hostile_viewer: Viewer):
    go(hostile_viewer.address + "/conversations")
    said = hostile_viewer.said.read_text()
    assert not [each for each in RAW if each in said]


def test_the_report_of_a_hostile_run_is_text(go: Opener, hostile: Path, tmp_path: Path):
    out = tmp_path / "report.html"
    subprocess.run(
        [*COMMAND, "report", str(hostile / NAME), "-o", str(out)], env=environment(), check=True, capture_output=True
    )
    went = go(out.as_uri(), offline=True)
    unfold(went.page)
    harmless(went.page)
    assert MARKUP[0] in went.page.inner_text("body")
    assert [each for each in went.watch.asked if each != out.as_uri()] == []
