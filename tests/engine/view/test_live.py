"""The pages while a run is being written, and how the viewer begins and ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import anyio
import msgspec
import pytest
from tests.browser.material import begin_run
from tests.test_commands_end_to_end import environment

from interplay.engine.errors import RunError, UsageError
from interplay.engine.index import Index
from interplay.engine.view import address, listen

from .conftest import Viewing

COMMAND = [sys.executable, "-P", "-m", "interplay.engine.cli", "view"]


async def standing(stream: aiohttp.StreamReader) -> dict[str, object]:
    """The next one that a stream tells."""
    with anyio.fail_after(20):
        while True:
            line = await stream.readline()
            assert line, "the stream has ended"
            if line.startswith(b"data: "):
                told: dict[str, object] = msgspec.json.decode(line[6:])
                return told


async def test_the_stream_tells_how_a_run_grows_and_the_pages_have_it(viewing: Viewing, hasty: Path, tmp_path: Path):
    growing = begin_run(hasty, tmp_path / "growing")
    async with viewing(growing.run.path) as visit:
        assert 'data-total="0"' in (await visit("/conversations")).text
        async with visit.session.get(f"{visit.address}/events") as answer:
            assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
            assert (await standing(answer.content))["conversations"] == 0
            growing.grow([0, 1])
            while (told := await standing(answer.content))["conversations"] != 4:
                pass
            growing.grow([5, 3])  # out of turn: they wait beside the log
            while (told := await standing(answer.content))["conversations"] != 8:
                pass
            assert told["trouble"] == ""
        page = (await visit("/conversations")).text
        assert 'data-total="8"' in page
        assert "/conversations/growing/5/0" in page
        assert "4 of 12" in (await visit("/runs")).text
        assert (await visit("/conversations/growing/5/1")).status == 200
        early = await visit("/conversations/growing/11/0")
        assert early.status == 404


async def test_a_run_that_is_removed_and_made_again_is_shown_again(viewing: Viewing, hasty: Path, tmp_path: Path):
    path = tmp_path / "run"
    begin_run(hasty, path).grow([0, 1])
    async with viewing(path) as visit, visit.session.get(f"{visit.address}/events") as answer:
        shutil.rmtree(path)
        while "no such directory" not in str((told := await standing(answer.content))["trouble"]):
            pass
        assert told["conversations"] == 4
        begin_run(hasty, path).grow([2])
        while (told := await standing(answer.content))["conversations"] != 2 or told["trouble"]:
            pass
        page = (await visit("/conversations")).text
        assert 'data-total="2"' in page
        assert "/conversations/run/2/0" in page


async def test_the_viewer_ends_while_streams_are_open(viewing: Viewing, hasty: Path):
    async with viewing(hasty) as visit:
        opened = [await visit.session.get(f"{visit.address}/events") for _ in range(3)]
        for answer in opened:
            await standing(answer.content)
    for answer in opened:
        answer.close()


async def test_an_index_that_cannot_go_on_says_so_on_every_page(
    viewing: Viewing, hasty: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(index: Index, budget_bytes: int | None = None) -> None:
        raise RunError("no space left on the device")

    monkeypatch.setattr(Index, "update", full)
    async with viewing(hasty) as visit:
        page = (await visit("/runs")).text
        assert "Nothing more is read: no space left on the device" in page


def test_a_port_in_use_is_said_with_what_to_do():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use by another program; name another with --port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost"])
def test_no_address_that_others_can_reach_is_listened_on(host):
    with pytest.raises(UsageError, match="only, not on"):
        listen(host, 0)


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_the_other_loopback_has_an_address_too():
    try:
        heard = listen("::1", 0)
    except UsageError as error:
        pytest.skip(str(error))
    with heard:
        assert re.fullmatch(r"http://\[::1\]:\d+/", address(heard))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_at_once_and_cleanly(hasty: Path, number: signal.Signals):
    process = subprocess.Popen(
        [*COMMAND, str(hasty), "--port", "0", "--json"],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = msgspec.json.decode(process.stdout.readline())
    assert told["pid"] == process.pid
    host, port = told["url"].removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as stream:
        stream.sendall(b"\x16\x03\x01\r\n\r\n")  # no request: whoever sends it may, and nothing is said of it here
        assert stream.recv(4096).startswith(b"HTTP/1.0 400")
    with socket.create_connection((host, int(port)), timeout=20) as stream:
        stream.sendall(f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert b"event-stream" in stream.recv(4096)
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "absent"),
        (lambda path: path.mkdir(), "no run"),
        (lambda path: path.write_text("x"), "a file"),
    ],
    ids=["absent", "empty", "file"],
)
def test_a_directory_without_a_run_is_an_error_of_one_line(tmp_path: Path, make, said):
    make(tmp_path / "there")
    done = subprocess.run(
        [*COMMAND, str(tmp_path / "there"), "--port", "0"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
