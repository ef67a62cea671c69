"""Real readers of what is exported: pyarrow, DuckDB, datasets and TRL, with tiny models of two template families.

Nothing is fetched: tokenizers are trained here on a few conversations, models are drawn at random, templates are ours.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import pytest
from tests.readers.families import FAMILIES, Family

from interplay.engine.export.formats import Settings, load_format
from interplay.engine.export.pipeline import Asked, export
from interplay.engine.export.selection import Selection, Wanted
from interplay.engine.export.sources import open_sources
from interplay.engine.run import Run
from interplay.engine.trajectory import Trials

Export: TypeAlias = Callable[..., Path]

PLAYED = {"mock": 12, "telecom": 8}
"""Units of the run of each world, each of which is played four times; the first is small enough to train on."""


def need(name: str) -> ModuleType:
    """A package that only these tests use; they are loud about its absence, and go on without it."""
    return pytest.importorskip(
        name, reason=f"THE REAL READERS ARE NOT TESTED: {name} is not installed; `make test` installs it"
    )


@pytest.fixture(scope="session", autouse=True)
def _offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No network, and no cache but one that goes away; set before anything reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        yield


@pytest.fixture(scope="session")
def datasets(_offline: None) -> ModuleType:
    """The library that trainers read with."""
    return need("datasets")


@pytest.fixture(scope="session")
def trl(_offline: None) -> ModuleType:
    """The trainers."""
    need("torch")
    return need("trl")


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of each world, in which some plays of a blueprint succeed and others fail."""
    home = tmp_path_factory.mktemp("runs")
    cast = ["--agent", "tests.readers.people:agent", "--human", "tests.readers.people:human"]
    for world, units in PLAYED.items():
        arguments = ["generate", world, "-n", str(units), "--seed", "3", "--trials", "4", *cast]
        command = [sys.executable, "-m", "interplay.engine.cli", *arguments, "--out", str(home / world)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 1, done.stderr  # it says that not all are good, and so they shall be
    return {world: home / world for world in PLAYED}


@pytest.fixture(scope="session")
def played(runs: dict[str, Path]) -> dict[str, Any]:
    """Every conversation by its id, as recorded."""
    return {
        f"{world}/{trial.unit}/{trial.trial}": trial
        for world, path in runs.items()
        for unit in Run.open(path).trajectories(Trials)
        for trial in unit.trials
    }


@pytest.fixture(scope="session")
def exported(runs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Export:
    """A function that exports a run's conversations once, and says where."""
    home = tmp_path_factory.mktemp("exports")
    made: dict[Any, Path] = {}

    def exported(world: str, name: str, outcome: Wanted | None = None, **settings: Any) -> Path:
        key = (world, name, outcome, *settings.items())
        if key not in made:
            layout = load_format(name, Settings(**settings))
            options = {each: value.name if isinstance(value, Path) else value for each, value in settings.items()}
            asked = Asked(Selection(outcome or layout.outcome), unique="none", options=options)
            export(open_sources([runs[world]]), layout, asked, home / str(len(made)))
            made[key] = home / str(len(made))
        return made[key]

    return exported


@pytest.fixture(scope="session", params=sorted(FAMILIES))
def family(
    request: pytest.FixtureRequest, trl: ModuleType, exported: Export, tmp_path_factory: pytest.TempPathFactory
) -> Family:
    """A model family: a chat template, a tokenizer in a directory, and a tiny model of random weights."""
    texts = [path.read_text("utf-8") for path in exported("mock", "openai", "all").glob("*.jsonl")]
    return FAMILIES[request.param](tmp_path_factory.mktemp(request.param), texts)
