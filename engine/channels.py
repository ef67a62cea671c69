"""Channels: how actors speak.

A channel is typed, bounded, and closes with the conversation. It is a pair of ends of an anyio memory
object stream; the ends add what a conversation needs: every message sent is noted in the transcript,
and a closed channel has one error whatever the reason.

A send into a channel with room, and a receive from one that holds something, do not give way to other
tasks: actors answer each other in turn, so each waits for its peer in every turn, and a trip around the
event loop for every message as well would cost more than the conversation itself.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from interplay.engine.errors import ChannelClosed

T = TypeVar("T")

CAPACITY = 8
"""Messages that may wait in a channel; a sender beyond that waits."""


class Send(Generic[T]):
    """The sending end.

    Args:
        stream: where messages go.
        note: called with each message before it is sent; it may raise to stop the sender.
    """

    __slots__ = ("_note", "_stream")

    def __init__(self, stream: MemoryObjectSendStream[T], note: Callable[[T], None]) -> None:
        self._stream = stream
        self._note = note

    async def send(self, message: T) -> None:
        """Note the message and pass it on; waits while the channel is full.

        Raises:
            ChannelClosed: nobody will receive it any more.
        """
        self._note(message)
        try:
            try:
                self._stream.send_nowait(message)
            except anyio.WouldBlock:
                await self._stream.send(message)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            raise ChannelClosed("the receiver has left the conversation") from None

    def clone(self) -> Send[T]:
        """Another sending end; the channel closes when all are closed."""
        return Send(self._stream.clone(), self._note)

    async def __aenter__(self) -> Send[T]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


class Receive(Generic[T]):
    """The receiving end."""

    __slots__ = ("_stream",)

    def __init__(self, stream: MemoryObjectReceiveStream[T]) -> None:
        self._stream = stream

    async def receive(self) -> T:
        """The next message; waits for one.

        Raises:
            ChannelClosed: every sender has left, and nothing is waiting.
        """
        try:
            try:
                return self._stream.receive_nowait()
            except anyio.WouldBlock:
                return await self._stream.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            raise ChannelClosed("the sender has left the conversation") from None

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
        self._stream.close()


def channel(note: Callable[[T], None]) -> tuple[Send[T], Receive[T]]:
    """A new channel: its sending and its receiving end.

    Args:
        note: called with each message as it is sent.
    """
    send, receive = anyio.create_memory_object_stream[T](CAPACITY)
    return Send(send, note), Receive(receive)
