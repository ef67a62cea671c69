"""A real model server on loopback, made by others, for the tests of this folder; `make test-server` sets it up.

Its Python is named by INTERPLAY_SERVER_PYTHON; without it these tests are left out, for they are no part of
`make test`. What was measured is printed at the end.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from interplay.engine.models.endpoint import Endpoint, EndpointConfig
from interplay.engine.seeds import Seed

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PYTHON = "INTERPLAY_SERVER_PYTHON"
VERSION = "from importlib.metadata import version; print(version('litellm'))"
KEY = "sk-of-the-tiny-model"
collect_ignore_glob = [] if os.environ.get(PYTHON) else ["test_*.py"]
FACTS = pytest.StashKey[dict[str, Any]]()


@pytest.fixture(scope="module", params=[("asyncio", {"use_uvloop": sys.platform != "win32"})], ids=["as-the-command"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    """One event loop is enough to see what a server does: that of the command line."""
    backend: tuple[str, dict[str, Any]] = request.param
    return backend


@pytest.fixture(scope="session")
def python() -> str:
    """The Python that has the servers."""
    return str(Path(os.environ[PYTHON]).absolute())


@pytest.fixture(scope="session")
def tell(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Have figures printed at the end."""
    pytestconfig.stash.setdefault(FACTS, {})
    return pytestconfig.stash[FACTS].update


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures."""
    facts = config.stash.get(FACTS, {})
    if facts:
        terminalreporter.section("what the real servers showed")
    for name, value in facts.items():
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def model(python: str, tmp_path_factory: pytest.TempPathFactory, tell: Callable[..., None]) -> Path:
    """The tiny model's file."""
    file = tmp_path_factory.mktemp("model") / "tiny.gguf"
    began = time.monotonic()
    subprocess.run([python, HERE / "tiny_model.py", file, REPOSITORY / "README.md"], check=True, timeout=120)
    tell(**{"model written, s": round(time.monotonic() - began, 1), "model, bytes": file.stat().st_size})
    return file


@contextmanager
def llama(python: str, model: Path, log: Path) -> Iterator[dict[str, Any]]:
    """llama.cpp's server while the context is open; what it says of itself."""
    pipe = subprocess.PIPE
    with (
        log.open("w") as errors,
        subprocess.Popen([python, HERE / "serving.py", model], stdin=pipe, stdout=pipe, stderr=errors, text=True) as it,
    ):
        assert it.stdin is not None
        assert it.stdout is not None
        it.stdin.write(f"{KEY}\n")
        it.stdin.flush()
        line = it.stdout.readline()
        assert line, log.read_text()
        yield json.loads(line)
        it.stdin.close()


@pytest.fixture(scope="session")
def served(
    python: str, model: Path, tmp_path_factory: pytest.TempPathFactory, tell: Callable[..., None]
) -> Iterator[dict[str, Any]]:
    """llama.cpp's server with the tiny model."""
    began = time.monotonic()
    with llama(python, model, tmp_path_factory.mktemp("llama") / "log") as about:
        tell(
            **{
                "llama.cpp, by xllamacpp": about["xllamacpp"],
                "the start of llama.cpp, s": round(time.monotonic() - began, 1),
            }
        )
        yield about


@pytest.fixture(scope="session")
def proxied(
    python: str, served: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, tell: Callable[..., None]
) -> Iterator[str]:
    """LiteLLM's proxy before llama.cpp's server; its URL."""
    folder = tmp_path_factory.mktemp("litellm")
    known = {"model": "openai/tiny", "api_base": f"{served['url']}/v1", "api_key": KEY, "max_retries": 0}
    config = {
        "model_list": [{"model_name": "tiny", "litellm_params": known}],
        "litellm_settings": {"num_retries": 0},
        "general_settings": {"master_key": KEY},
    }
    (folder / "config.yaml").write_text(json.dumps(config))  # JSON is YAML
    port = str(unused_port())
    command = [
        Path(python).parent / "litellm",
        "--config",
        folder / "config.yaml",
        "--host",
        "127.0.0.1",
        "--port",
        port,
    ]
    environment = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "NO_PROXY": "127.0.0.1"}
    began = time.monotonic()
    with (folder / "log").open("w") as log:
        it = subprocess.Popen([*command, "--telemetry", "False"], env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        await_answer(f"{url}/health/liveliness", it, folder / "log")
        version = subprocess.run([python, "-c", VERSION], check=True, capture_output=True, text=True).stdout.strip()
        tell(**{"LiteLLM's proxy": version, "the start of LiteLLM, s": round(time.monotonic() - began, 1)})
        yield f"{url}/v1"
    finally:
        it.terminate()
        it.wait(30)


def unused_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def await_answer(url: str, process: subprocess.Popen[Any], log: Path, seconds: float = 180) -> None:
    """Wait until a server that is starting answers."""
    for _ in range(int(seconds / 0.2)):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} did not answer in {seconds:g} s\n{log.read_text()}")


@pytest.fixture
def endpoint_at(served: dict[str, Any]) -> Callable[..., Endpoint]:
    """Our client; of llama.cpp's server unless it is told another URL."""

    def made(*, url: str = "", key: str = KEY, **settings: Any) -> Endpoint:
        config = EndpointConfig(url=url or f"{served['url']}/v1", key="TINY_KEY" if key else "", **settings)
        return Endpoint(config, Seed.root(1), environ={"TINY_KEY": key}.get)

    return made
