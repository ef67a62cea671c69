"""Wire: as much of HTTP/1.1 as a double of a model server needs, with no socket in sight.

Bytes go into an `Inbox` as they arrive and requests come out, one at a time and in order; `response` makes
the bytes that go back. Both listeners, the one for asyncio and the one for other event loops, share them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal, NamedTuple

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024


class Heard(NamedTuple):
    """One request, whole."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in small letters; of a header that came twice, the values joined by commas."""
    body: bytes
    keep: bool
    """Whether the connection stays open afterwards."""


class MalformedError(ValueError):
    """What arrived is no request, or one that is too large; nothing after it can be read.

    Args:
        status: what to answer before closing.
        text: what was wrong.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Inbox:
    """The bytes of one connection that have arrived and are not yet a request that was taken."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._head: tuple[str, str, dict[str, str], bool] | None = None
        self._length = 0
        self._chunked = False
        self._searched = 0

    def __len__(self) -> int:
        """Bytes that are held, a head that was read apart."""
        return len(self._bytes)

    def feed(self, data: bytes) -> None:
        """Bytes arrived."""
        self._bytes += data

    def wants_go_ahead(self) -> bool:
        """Whether the client holds the body back until it is told to send it; asked once a request."""
        if self._head is None:
            return False
        return self._head[2].pop("expect", "").lower() == "100-continue" and not self._bytes

    def take(self) -> Heard | None:
        """The next request, or None while it has not arrived whole.

        Raises:
            MalformedError: it is none, or too large.
        """
        if self._head is None and not self._read_head():
            return None
        body = self._take_chunks() if self._chunked else self._take_length()
        if body is None or self._head is None:
            return None
        method, path, headers, keep = self._head
        self._head = None
        return Heard(method, path, headers, body, keep)

    def _read_head(self) -> bool:
        """Whether there is a head now; it is taken off the bytes."""
        end = self._bytes.find(b"\r\n\r\n", max(0, self._searched - 3))
        if end < 0:
            self._searched = len(self._bytes)
        if max(end, self._searched) > MAX_HEAD:
            raise MalformedError(431, f"the head is longer than {MAX_HEAD} bytes")
        if end < 0:
            return False
        lines = self._bytes[:end].decode("latin-1").split("\r\n")
        del self._bytes[: end + 4]
        self._searched = 0
        words = lines[0].split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise MalformedError(400, f"{lines[0][:80]!r} is no request line")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise MalformedError(400, f"{line[:80]!r} is no header")
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self._read_framing(headers)
        tokens = headers.get("connection", "").lower()
        keep = "close" not in tokens and (words[2] != "HTTP/1.0" or "keep-alive" in tokens)
        self._head = (words[0], words[1].partition("?")[0], headers, keep)
        return True

    def _read_framing(self, headers: dict[str, str]) -> None:
        """How the body's end is told."""
        coding, length = headers.get("transfer-encoding"), headers.get("content-length", "0")
        if coding is not None and (coding.lower() != "chunked" or "content-length" in headers):
            raise MalformedError(400, "the body's length is told in no way or in two")
        if not (length.isascii() and length.isdigit()):
            raise MalformedError(400, f"{length[:20]!r} is no content-length")
        self._chunked, self._length = coding is not None, int(length)
        if self._length > MAX_BODY:
            raise MalformedError(413, f"the body is longer than {MAX_BODY} bytes")

    def _take_length(self) -> bytes | None:
        if len(self._bytes) < self._length:
            return None
        body = bytes(memoryview(self._bytes)[: self._length])
        del self._bytes[: self._length]
        return body

    def _take_chunks(self) -> bytes | None:
        """The body once its last chunk is here; the trailer after it is thrown away."""
        parts: list[bytes] = []
        at = 0
        while (end := self._bytes.find(b"\r\n", at)) >= 0:
            word = bytes(self._bytes[at:end]).partition(b";")[0].strip()
            if not 0 < len(word) <= 16 or word.strip(b"0123456789abcdefABCDEF"):
                raise MalformedError(400, f"{word[:20]!r} is no length of a chunk")
            size = int(word, 16)
            if size == 0:
                return self._end_chunks(parts, end)
            if at + size > MAX_BODY:
                raise MalformedError(413, f"the body is longer than {MAX_BODY} bytes")
            at = end + 2 + size + 2
            if len(self._bytes) < at:
                return None
            parts.append(bytes(self._bytes[end + 2 : at - 2]))
        return None

    def _end_chunks(self, parts: list[bytes], last: int) -> bytes | None:
        """The body, if the empty line after the last chunk and its trailer is here; `last` ends the chunk's line."""
        end = self._bytes.find(b"\r\n\r\n", last)
        if end < 0:
            return None
        del self._bytes[: end + 4]
        return b"".join(parts)


GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"

_REASONS = {status.value: status.phrase for status in HTTPStatus}


def response(
    status: int,
    body: bytes,
    *,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
    keep: bool = True,
) -> bytes:
    """The bytes of a response.

    Args:
        status: its number.
        body: what it carries, as it is.
        kind: its content type; "" leaves the header out.
        headers: further ones.
        keep: whether the connection stays open; the client is told if not.
    """
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) if headers else ""
    told = f"content-type: {kind}\r\n" if kind else ""
    left = "" if keep else "connection: close\r\n"
    head = f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n{told}content-length: {len(body)}\r\n{more}{left}\r\n"
    return head.encode("latin-1") + body


class Plan(NamedTuple):
    """What a connection has to do to answer one request."""

    steps: tuple[tuple[float, bytes], ...]
    """Seconds to wait, then bytes to send."""
    ending: Literal["keep", "close", "reset"] = "keep"
    """What becomes of the connection then; a reset is what a client sees of a server that was killed."""
