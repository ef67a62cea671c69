"""Fingerprint: the hash of a question, by which its reply is found again.

It covers whatever decides the reply: the model's name, the request, what else the server is sent, and the
seed. Where the model is served, and with which key, it leaves out.

Hashing 30 KB takes as long as everything else that the engine does for a call. But the questions of a role
begin alike, with its tools and its first message, and in a conversation each question begins with the one
before. So a hash goes on from where the questions part.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from interplay.engine.models.exchange import Request, Said

_encoder = msgspec.json.Encoder()


class _Prefix(NamedTuple):
    """The beginning of a question, hashed."""

    frame: tuple[Any, ...]
    """Everything but the messages."""
    messages: tuple[Said, ...]
    hasher: Any
    """To be copied, never updated."""

    def begins(self, request: Request) -> bool:
        """Whether a question begins so."""
        return self.frame == _frame(request) and request.messages[: len(self.messages)] == self.messages

    def extended(self, messages: tuple[Said, ...]) -> _Prefix:
        """With so many messages, of which this has the first."""
        hasher = self.hasher.copy()
        for said in messages[len(self.messages) :]:
            hasher.update(b"\n" + _encoder.encode(said))
        return _Prefix(self.frame, messages, hasher)


class Beginning:
    """What the questions of one role begin with.

    Args:
        model: its name.
        extra: what else the server is sent with each question.
    """

    def __init__(self, model: str, extra: Any = None) -> None:
        self._start = sha256(_encoder.encode([model, extra]))
        self._latest: _Prefix | None = None

    def of(self, request: Request) -> _Prefix:
        """The beginning of a question, up to its first message."""
        if self._latest is None or not self._latest.begins(request):
            frame, hasher = _frame(request), self._start.copy()
            hasher.update(b"\n" + _encoder.encode(frame))
            self._latest = _Prefix(frame, (), hasher).extended(request.messages[:1])
        return self._latest


class Fingerprints:
    """Hashes the questions that one role puts in one unit.

    Args:
        beginning: what all of its questions begin with.
    """

    __slots__ = ("_beginning", "_latest")

    def __init__(self, beginning: Beginning) -> None:
        self._beginning = beginning
        self._latest: _Prefix | None = None

    def of(self, request: Request, seed: int) -> bytes:
        """The hash of a question, 32 bytes.

        Args:
            request: nothing of it may change once it was asked.
            seed: of the reply.
        """
        known = self._latest
        if known is None or not known.begins(request):
            known = self._beginning.of(request)
        self._latest = known.extended(request.messages)
        hasher = self._latest.hasher.copy()
        hasher.update(b"\n%d" % seed)
        digest: bytes = hasher.digest()
        return digest


def _frame(request: Request) -> tuple[Any, ...]:
    temperature = None if request.temperature is None else float(request.temperature)  # 0 and 0.0 are one question
    return request.schema, request.schema_name, temperature, request.max_tokens, request.tools
