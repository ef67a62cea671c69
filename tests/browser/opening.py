"""Opening: pages in a real browser, watched for what no page of ours may do.

A page that logs an error, asks for anything that is not ours, opens a dialog or breaks its own content security policy
fails the test that opened it, whatever the test looked at.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
COMMAND = [sys.executable, "-P", "-m", "interplay.engine.cli"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
WIDE, NARROW = (1440, 900), (390, 844)
ARGUMENTS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP evil.test 127.0.0.1",  # a name of somebody else's that leads here
)
FLAG = "pwned"
"""What hostile text sets on `window` when anything of it runs."""
ENDED = ("net::ERR_ABORTED",)
"""How a stream or a fetch ends when its page is left."""


class Watch:
    """What the pages of one context did that they may not do."""

    def __init__(self, context: BrowserContext, ours: str) -> None:
        self.ours = ours
        self.asked: list[str] = []
        """Every address that was asked for."""
        self.wrong: list[str] = []
        self.forgiven: list[re.Pattern[str]] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"uncaught: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)

    def forgive(self, pattern: str) -> None:
        """Let a test go on that brings an error about on purpose."""
        self.forgiven.append(re.compile(pattern))

    def found(self) -> list[str]:
        """What was wrong and not forgiven."""
        return [each for each in self.wrong if not any(pattern.search(each) for pattern in self.forgiven)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.wrong.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith(self.ours):
            self.wrong.append(f"asked for {request.url}")


class Opened(NamedTuple):
    """A page and what is watched about it."""

    page: Page
    watch: Watch


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true of a page; Playwright's own way needs `eval`, which our pages forbid."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came true: {expression}")


class Opener:
    """Opens pages, each in a context of its own, and closes them all at the end.

    Args:
        browser: where.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[tuple[BrowserContext, Watch]] = []

    def __call__(
        self, url: str, *, theme: str = "light", size: tuple[int, int] = WIDE, ours: str = "", **options: Any
    ) -> Opened:
        """Go to an address in a fresh context.

        Args:
            url: where to go.
            theme: "light" or "dark".
            size: of the viewport, in CSS pixels.
            ours: how addresses begin that may be asked for; empty: the origin of `url`, or a file itself.
            options: further ones of Playwright's `new_context`.
        """
        allowed = ours or (url.partition("#")[0] if url.startswith("file:") else f"{_origin(url)}/")
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce", **options
        )
        context.set_default_timeout(15_000)
        watch = Watch(context, allowed)
        self._open.append((context, watch))
        page = context.new_page()
        page.goto(url)
        return Opened(page, watch)

    def close(self) -> list[str]:
        """Close all, and say what any of them did that it may not do."""
        found: list[str] = []
        for context, watch in self._open:
            for page in context.pages:
                flag = page.evaluate(f"() => window.{FLAG}") if not page.is_closed() else None
                if flag is not None:
                    found.append(f"hostile text ran: {flag}")
            context.close()
            found += watch.found()
        self._open.clear()
        return found


class Viewer(NamedTuple):
    """`interplay view` as a process."""

    address: str
    """Origin, without a slash at its end."""
    process: subprocess.Popen[bytes]
    said: Path
    """What it said, on either stream."""


@contextmanager
def viewing(directory: Path, said: Path, *arguments: str) -> Iterator[Viewer]:
    """Serve a directory by the real command, on a port that is free.

    Args:
        directory: a run, or one that holds runs.
        said: a file for what the command says.
        arguments: further ones.
    """
    from tests.test_commands_end_to_end import environment

    with said.open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "view", str(directory), "--port", "0", *arguments],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=out,
        )
    try:
        yield Viewer(_address(process, said), process, said)
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=30)
        with said.open("ab") as out:
            out.write(rest)


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Read what a viewer says until it says where it is."""
    assert process.stdout is not None
    with said.open("ab") as out:
        for line in process.stdout:
            out.write(line)
            found = ADDRESS.search(line.decode())
            if found:
                return found[0]
    raise AssertionError(f"the viewer never said where it is: {said.read_text()}")


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
