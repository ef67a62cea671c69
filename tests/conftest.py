"""What every test may ask for: an event loop, examples, recordings.

A coroutine test needs no mark. It runs on asyncio, on asyncio with uvloop, and on trio, which takes
ready tasks in another order and so finds code that leans on asyncio's.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

# A busy machine makes an example late, never wrong: no profile has a deadline.
settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("dev")  # another one: pytest --hypothesis-profile ci

BACKENDS = [
    pytest.param(("asyncio", {"use_uvloop": False}), id="asyncio"),
    pytest.param(
        ("asyncio", {"use_uvloop": True}),
        id="uvloop",
        marks=pytest.mark.skipif(importlib.util.find_spec("uvloop") is None, reason="uvloop does not run here"),
    ),
    pytest.param(("trio", {}), id="trio"),
]


@pytest.fixture(scope="module", params=BACKENDS)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """The event loop that a coroutine test runs on, each in turn."""
    backend: tuple[str, dict[str, Any]] = request.param
    return backend


def _conformance() -> Path:
    named = os.environ.get("INTERPLAY_CONFORMANCE")
    return Path(named) if named else REPOSITORY.parent / "shared" / "conformance"


def _absent(what: str) -> NoReturn:
    """Fail where recordings were promised, else skip; the run's summary says so either way."""
    text = f"RECORDINGS NOT RUN: {what}. Set INTERPLAY_CONFORMANCE to the directory that holds them."
    if os.environ.get("INTERPLAY_CONFORMANCE"):
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


def _patterns(test: pytest.Item | pytest.Function) -> tuple[str, ...]:
    mark = test.get_closest_marker("recordings")
    return mark.args if mark else ()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `recording` once for each file that its mark names."""
    if "recording" in metafunc.fixturenames:
        directory, patterns = _conformance(), _patterns(metafunc.definition)
        files = sorted({file for pattern in patterns for file in directory.glob(pattern)})
        metafunc.parametrize("recording", files or [None], ids=[f.stem for f in files] or ["absent"], indirect=True)


@pytest.fixture(scope="session")
def conformance_kit() -> Path:
    """The directory of recorded behaviour; it is data that this repository does not hold."""
    directory = _conformance()
    if not directory.is_dir():
        _absent(f"there is no {directory}")
    return directory


@pytest.fixture
def recording(request: pytest.FixtureRequest, conformance_kit: Path) -> Path:
    """One recorded file of those that the test's mark, `recordings("a/*.jsonl", ...)`, names."""
    file: Path | None = request.param
    if file is None:
        _absent(f"{conformance_kit} holds nothing like {_patterns(request.node) or 'a file, for no mark names one'}")
    return file
