"""What tests of the viewer share: a run to look at, and a visitor of pages that are really served."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import anyio
import pytest
from click.testing import CliRunner
from yarl import URL

from interplay.engine.cli import commands
from interplay.engine.index import Index
from interplay.engine.view import address, listen, serve

LOOK_SECONDS = 0.01
"""Between two looks at a run, so that no test waits."""


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """The loops that the viewer runs on."""
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of twelve units with two trials each, whose agent asks for no confirmation; nobody changes it."""
    path = tmp_path_factory.mktemp("runs") / "hasty"
    asked = ["-n", "12", "--persons", "60", "--trials", "2", "--agent", "skips-confirmation", "--seed", "5"]
    done = CliRunner().invoke(commands, ["generate", "retail", *asked, "--out", str(path)])
    assert done.exit_code in (0, 1), done.output  # 1: some were rejected, which is what they are for
    return path


class Answer(NamedTuple):
    """What came of a request."""

    status: int
    headers: Any
    text: str


class Visitor(NamedTuple):
    """Asks a viewer."""

    session: aiohttp.ClientSession
    address: str
    """Without a slash at its end."""

    async def __call__(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a page; names of headers are written with "_" for "-"."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        url = URL(self.address + path, encoded=True)
        async with self.session.request(method, url, headers=sent, allow_redirects=False) as answer:
            return Answer(answer.status, answer.headers, await answer.text())


Viewing = Callable[[Path], AbstractAsyncContextManager[Visitor]]


@asynccontextmanager
async def _viewing(directory: Path) -> AsyncIterator[Visitor]:
    heard, ready = listen("127.0.0.1", 0), anyio.Event()
    async with anyio.create_task_group() as tasks, aiohttp.ClientSession() as session:
        tasks.start_soon(partial(serve, directory, Index(directory), heard, ready.set, look_seconds=LOOK_SECONDS))
        await ready.wait()
        yield Visitor(session, address(heard).rstrip("/"))
        tasks.cancel_scope.cancel()


@pytest.fixture(scope="session")
def viewing() -> Viewing:
    """Serves a directory while its block runs."""
    return _viewing
