"""Answering: a model server that only waits, for benchmarks of the client.

It gives the same answer to every POST after a while, and spends as little as a server can, so that on a machine
with few cores the client gets what there is. Run it as a process of its own: it prints its base URL.
"""

from __future__ import annotations

import asyncio
import re
import sys
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
_BODY = msgspec.json.encode(_COMPLETION)
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


class Answering(asyncio.Protocol):
    """One connection.

    Args:
        seconds: after which each request is answered.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
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
            del self._read[: self._wanted]
            self._wanted = 0
            self._loop.call_later(self._seconds, self._answer)

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


async def serve(seconds: float) -> None:
    """Answer until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(seconds), "127.0.0.1", 0, backlog=BACKLOG)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(float(sys.argv[1])))
