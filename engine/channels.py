"""Channels: how actors speak.

A channel is typed, bounded, and closes with the conversation. It has any number of sending ends and one
receiving end. Every message is noted as it is sent, which is how a conversation keeps its transcript.

It is written here, on anyio's events, and not taken from anyio's memory object streams: a send into a
channel with room, and a receive from one that holds something, go on at once and give way to nobody.
Actors answer each other in turn, so each waits for its peer in every turn anyway, and the streams' trip
around the event loop for each message costs more than most of what a conversation does beside it
(`benchmarks.conversations`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from anyio import Event

from interplay.engine.errors import ChannelClosed

T = TypeVar("T")

CAPACITY = 8
"""Messages that may wait in a channel; a sender beyond that waits."""


class _Channel(Generic[T]):
    """What the ends share. The rules are here and synchronous; only the ends wait."""

    __slots__ = ("arrived", "note", "receiving", "room", "senders", "waiting")

    def __init__(self, note: Callable[[T], None]) -> None:
        self.note = note
        self.waiting: list[T] = []
        self.senders = 0
        self.receiving = True
        self.arrived: Event | None = None
        """Set when there is something for the receiver, who waits for it."""
        self.room: Event | None = None
        """Set when there is room for a sender, or none will ever be."""

    def wake_receiver(self) -> None:
        if self.arrived is not None:
            self.arrived.set()

    def wake_senders(self) -> None:
        if self.room is not None:
            self.room.set()
            self.room = None


class Send(Generic[T]):
    """A sending end."""

    __slots__ = ("_channel", "_open")

    def __init__(self, channel: _Channel[T]) -> None:
        self._channel = channel
        self._open = True
        channel.senders += 1

    async def send(self, message: T) -> None:
        """Note the message and pass it on; waits while the channel is full.

        Raises:
            ChannelClosed: nobody will receive it any more, or this end was closed.
        """
        channel = self._channel
        channel.note(message)
        while True:
            if not self._open:
                raise ChannelClosed("this end of the channel was closed")
            if not channel.receiving:
                raise ChannelClosed("the receiver has left the conversation")
            if len(channel.waiting) < CAPACITY:
                break
            if channel.room is None:
                channel.room = Event()
            await channel.room.wait()
        channel.waiting.append(message)
        channel.wake_receiver()

    def clone(self) -> Send[T]:
        """Another sending end; the channel closes when all are closed."""
        return Send(self._channel)

    async def __aenter__(self) -> Send[T]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            self._open = False
            self._channel.senders -= 1
            if self._channel.senders == 0:
                self._channel.wake_receiver()

    def __del__(self) -> None:
        if self._open:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)


class Receive(Generic[T]):
    """The receiving end."""

    __slots__ = ("_channel",)

    def __init__(self, channel: _Channel[T]) -> None:
        self._channel = channel

    async def receive(self) -> T:
        """The next message; waits for one.

        Raises:
            ChannelClosed: every sender has left, and nothing is waiting; or this end was closed.
        """
        channel = self._channel
        while not channel.waiting:
            if not channel.receiving:
                raise ChannelClosed("this end of the channel was closed")
            if channel.senders == 0:
                raise ChannelClosed("the sender has left the conversation")
            channel.arrived = Event()
            try:
                await channel.arrived.wait()
            finally:
                channel.arrived = None
        channel.wake_senders()
        return channel.waiting.pop(0)

    def __aiter__(self) -> Receive[T]:
        return self

    async def __anext__(self) -> T:
        try:
            return await self.receive()
        except ChannelClosed:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Receive[T]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.receiving = False
        self._channel.waiting.clear()
        self._channel.wake_senders()

    def __del__(self) -> None:
        if self._channel.receiving:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)


def channel(note: Callable[[T], None]) -> tuple[Send[T], Receive[T]]:
    """A new channel: its sending and its receiving end.

    Args:
        note: called with each message before it is sent; it may raise to stop the sender.
    """
    shared = _Channel(note)
    return Send(shared), Receive(shared)
