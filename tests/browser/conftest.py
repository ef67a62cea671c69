"""A browser, the viewer's process and pages in it, for the tests of this folder.

Playwright drives the Chromium that `tests/browser/install` finds. Without one these tests are skipped, and the run's
summary says so; with CI=true they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from tests.browser.hostile import make_hostile
from tests.browser.install.__main__ import ADVICE, find_browser
from tests.browser.material import make_drafted, make_library
from tests.browser.opening import ARGUMENTS, HERE, Opener, Viewer, viewing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

collect_ignore = [] if os.environ.get("INTERPLAY_SCREENSHOTS") else ["test_screenshots.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have one worker run them all, so that there is one browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


def _absent(what: str) -> NoReturn:
    text = f"BROWSER TESTS NOT RUN: {what}"
    if os.environ.get("CI") == "true":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests here; each opens contexts of its own."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("there is no Playwright: pip install playwright")
    found = find_browser()
    if found is None:
        _absent(f"there is no Chromium. {ADVICE}")
    alone = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root, Chromium has no sandbox to offer
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *alone])
        yield opened
        opened.close()


@pytest.fixture
def go(browser: Browser) -> Iterator[Opener]:
    """Opens pages; at the end none of them may have done what no page of ours may do."""
    opener = Opener(browser)
    yield opener
    wrong = opener.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place that outlives a test."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="package")
def serving(made: Path) -> Iterator[ExitStack]:
    """Viewers that serve until the last test here is done."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="package")
def library(made: Path) -> Path:
    """A directory of runs, as `make_library` makes it."""
    return make_library(made / "runs")


@pytest.fixture(scope="package")
def viewer(library: Path, made: Path, serving: ExitStack) -> Viewer:
    """A viewer of the library."""
    return serving.enter_context(viewing(library, made / "viewer.said"))


@pytest.fixture(scope="package")
def hostile(made: Path) -> Path:
    """A directory of runs whose every text means harm."""
    return make_hostile(made / "hostile")


@pytest.fixture(scope="package")
def hostile_viewer(hostile: Path, made: Path, serving: ExitStack) -> Viewer:
    """A viewer of them."""
    return serving.enter_context(viewing(hostile, made / "hostile.said"))


@pytest.fixture(scope="package")
def drafted(library: Path, made: Path) -> Path:
    """A run whose humans drafted several replies a turn."""
    return make_drafted(library / "claims", made / "drafted")
