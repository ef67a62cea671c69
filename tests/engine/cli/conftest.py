"""What tests of the command line share: a finished run, and a way to call commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from interplay.engine.cli import commands
from interplay.engine.errors import InterplayError


class Answer(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def process() -> Callable[..., Answer]:
    """Calls `interplay` as a process of its own; its output is a pipe."""

    def call(*arguments: object) -> Answer:
        command = [sys.executable, "-m", "interplay.engine.cli", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300)
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def cli(monkeypatch) -> Callable[..., Answer]:
    """Calls a command in this process; errors that are meant for the caller come out as `main` has them."""
    for name in ("COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Answer:
        done = CliRunner().invoke(commands, [str(each) for each in arguments])
        if isinstance(done.exception, InterplayError):
            return Answer(2, done.stdout, f"error: {done.exception}")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def made_run(process, tmp_path_factory) -> Path:
    """A finished run of twelve conversations; nobody changes it."""
    path = tmp_path_factory.mktemp("runs") / "made"
    done = process("generate", "retail", "-n", 12, "--seed", 7, "--persons", 60, "--out", path)
    assert done.code in (0, 1), done.err
    return path


@pytest.fixture
def run_copy(made_run, tmp_path) -> Path:
    """A copy of the finished run, to be tampered with."""
    return Path(shutil.copytree(made_run, tmp_path / "run"))
