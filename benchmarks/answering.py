"""Answering: a model server that only waits, for benchmarks of the client.

It answers every POST after a while, and spends as little as a server can, so that on a machine with few cores the
client gets what there is. The answer is always the same or, to questions that were written down, what was
answered then. Run it as a process of its own: it prints its base URL.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import cast

import msgspec
import uvloop

BACKLOG = 4096
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CALL = {"name": "get_order_details", "arguments": '{"order_id": "#W1234567"}'}
_COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "bench",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Let me look that up for you. " * 10,
                "tool_calls": [{"id": "call_1", "type": "function", "function": _CALL}],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {"prompt_tokens": 3000, "completion_tokens": 90, "total_tokens": 3090},
}
_HEAD = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
_UNKNOWN = b'{"error": {"message": "this question was not written down"}}'

Answer = Callable[[bytes], bytes]
"""The bytes that answer a request's body."""


def mark(body: bytes) -> str:
    """What a question is known by again, whatever its seed: the seed is the last thing in a body."""
    return blake2b(body[: body.rfind(b',"seed":')], digest_size=16).hexdigest()


def always() -> Answer:
    """The same answer to everything."""
    body = msgspec.json.encode(_COMPLETION)
    answer = _HEAD % (b"200 OK", len(body), body)
    return lambda _: answer


def written(path: Path) -> Answer:
    """What a file says was answered: an object of marks with bodies."""
    bodies = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    answers = {mark: _HEAD % (b"200 OK", len(body.encode()), body.encode()) for mark, body in bodies.items()}
    unknown = _HEAD % (b"400 Bad Request", len(_UNKNOWN), _UNKNOWN)
    return lambda body: answers.get(mark(body), unknown)


class Answering(asyncio.Protocol):
    """One connection.

    Args:
        seconds: after which each request is answered.
        answer: what with.
    """

    def __init__(self, seconds: float, answer: Answer) -> None:
        self._seconds, self._answered = seconds, answer
        self._loop = asyncio.get_running_loop()
        self._read = bytearray()
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        """Answer each request once it is whole."""
        self._read += data
        while len(self._read) >= self._wanted:
            if not self._wanted:
                end = self._read.find(b"\r\n\r\n")
                if end < 0:
                    return
                length = _LENGTH.search(self._read, 0, end)
                self._wanted = end + 4 + (int(length[1]) if length else 0)
                continue
            body = bytes(self._read[self._read.find(b"\r\n\r\n") + 4 : self._wanted])
            del self._read[: self._wanted]
            self._wanted = 0
            self._loop.call_later(self._seconds, self._send, self._answered(body))

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


@contextmanager
def answering(seconds: float, path: Path | None = None) -> Iterator[str]:
    """The base URL of a server in a process of its own.

    Args:
        seconds: after which each request is answered.
        path: file with what was answered; None for always the same.
    """
    command = [sys.executable, "-m", "benchmarks.answering", str(seconds), *([str(path)] if path else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def serve(seconds: float, answer: Answer) -> None:
    """Answer until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(seconds, answer), "127.0.0.1", 0, backlog=BACKLOG)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(float(sys.argv[1]), written(Path(sys.argv[2])) if len(sys.argv) > 2 else always()))
