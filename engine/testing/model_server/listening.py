"""Listening: the double's sockets, in two makings that do the same.

On asyncio, uvloop among it, a connection is a protocol and costs no task and no wait that it does not need: it
is there for load tests, in which the server must not be what is measured. On any other event loop, trio, a
connection is a task.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

import anyio
import anyio.lowlevel
from anyio.abc import SocketAttribute, SocketStream, TaskGroup

from interplay.engine.testing.model_server.failing import refused
from interplay.engine.testing.model_server.service import Service
from interplay.engine.testing.model_server.wire import GO_AHEAD, Heard, Inbox, MalformedError, Plan, response

HOST = "127.0.0.1"
BACKLOG = 4096
"""Connections that may begin at once; the system may allow fewer."""
_RESET = struct.pack("ii", 1, 0)
"""Linger on, for no time: closing then resets."""
_HELD = 1024 * 1024
"""Bytes that are read ahead of an answer before reading stops."""


@asynccontextmanager
async def listening(service: Service, port: int) -> AsyncIterator[int]:
    """Serve on loopback while the context is open.

    Args:
        service: answers.
        port: 0 for any that is free.
    Returns:
        The port.
    """
    open_one = _with_protocols if _on_asyncio() else _with_tasks
    async with open_one(service, port) as bound:
        yield bound


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@asynccontextmanager
async def _with_protocols(service: Service, port: int) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    connections: set[_Connection] = set()
    async with anyio.create_task_group() as tasks:
        server = await loop.create_server(lambda: _Connection(service, tasks, connections), HOST, port, backlog=BACKLOG)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            tasks.cancel_scope.cancel()
            server.close()
            for connection in tuple(connections):
                connection.abort()
            with anyio.CancelScope(shield=True):
                while connections:
                    await anyio.lowlevel.checkpoint()  # the loop says of each that it is lost, once
                await server.wait_closed()


class _Connection(asyncio.Protocol):
    """One connection, on asyncio."""

    def __init__(self, service: Service, tasks: TaskGroup, connections: set[_Connection]) -> None:
        self._service = service
        self._tasks = tasks
        self._connections = connections
        self._inbox = Inbox()
        self._transport: asyncio.Transport
        self._number = 0
        self._plan = Plan(())
        self._at = 0
        """The step of the plan that comes next."""
        self._keep = True
        self._busy = False
        self._paused = False
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its class
        self._connections.add(self)
        self._number = self._service.tally.opened()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._connections.discard(self)
        self._service.tally.open -= 1
        if self._timer is not None:
            self._timer.cancel()
        if self._busy:
            self._busy = False
            self._service.done(whole=False)

    def data_received(self, data: bytes) -> None:
        self._inbox.feed(data)
        if not self._busy:
            self._take()
        elif len(self._inbox) > _HELD and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _take(self) -> None:
        """Answer what has arrived, until there is something to wait for."""
        while not self._busy and not self._transport.is_closing():
            try:
                heard = self._inbox.take()
            except MalformedError as error:
                self._transport.write(_unread(error))
                self._transport.close()
                return
            if heard is None:
                if self._inbox.wants_go_ahead():
                    self._transport.write(GO_AHEAD)
                return
            self._begin(heard)

    def _begin(self, heard: Heard) -> None:
        self._busy, self._keep = True, heard.keep
        plan = self._service.answer(heard, self._number)
        if isinstance(plan, Plan):
            self._carry_out(plan)
        else:
            self._tasks.start_soon(self._wait_for, plan)

    async def _wait_for(self, plan: Awaitable[Plan]) -> None:
        made = await plan
        if self._busy:
            self._carry_out(made)
            self._take()

    def _carry_out(self, plan: Plan) -> None:
        self._plan, self._at = plan, 0
        if plan.steps and not plan.steps[0][0]:
            self._step()
        elif plan.steps:
            self._timer = self._loop.call_later(plan.steps[0][0], self._stepped)
        else:
            self._end(plan)

    def _stepped(self) -> None:
        self._timer = None
        self._step()
        self._take()

    def _step(self) -> None:
        """Send what is due, and come back for the rest."""
        plan = self._plan
        self._transport.write(plan.steps[self._at][1])
        self._at += 1
        if self._at < len(plan.steps):
            self._timer = self._loop.call_later(plan.steps[self._at][0], self._stepped)
        else:
            self._end(plan)

    def _end(self, plan: Plan) -> None:
        self._busy = False
        self._service.done(whole=True)
        if plan.ending == "reset":
            linger_not(self._transport.get_extra_info("socket"))
            self._transport.abort()
        elif plan.ending == "close" or not self._keep:
            self._transport.close()
        elif self._paused:
            self._paused = False
            self._transport.resume_reading()


@asynccontextmanager
async def _with_tasks(service: Service, port: int) -> AsyncIterator[int]:
    async with (
        await anyio.create_tcp_listener(local_host=HOST, local_port=port, backlog=BACKLOG) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, lambda stream: _serve(service, stream), tasks)
        yield listener.extra(SocketAttribute.local_port)  # noqa: S610  (not Django's)
        tasks.cancel_scope.cancel()


async def _serve(service: Service, stream: SocketStream) -> None:
    """One connection, on any event loop."""
    inbox = Inbox()
    number = service.tally.opened()
    try:
        async with stream:
            while (heard := await _next(inbox, stream)) is not None:
                if not await _answer(service, heard, stream, number):
                    return
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return
    finally:
        service.tally.open -= 1


async def _next(inbox: Inbox, stream: SocketStream) -> Heard | None:
    """The next request, or None when there will be none."""
    while True:
        try:
            heard = inbox.take()
        except MalformedError as error:
            await stream.send(_unread(error))
            return None
        if heard is not None:
            return heard
        if inbox.wants_go_ahead():
            await stream.send(GO_AHEAD)
        try:
            inbox.feed(await stream.receive())
        except anyio.EndOfStream:
            return None


async def _answer(service: Service, heard: Heard, stream: SocketStream, number: int) -> bool:
    """Answer one request; whether the connection stays open."""
    whole = False
    try:
        plan = service.answer(heard, number)
        if not isinstance(plan, Plan):
            plan = await plan
        for wait, data in plan.steps:
            if wait:
                await anyio.sleep(wait)
            if data:
                await stream.send(data)
        whole = True
    finally:
        service.done(whole=whole)
    if plan.ending == "reset":
        linger_not(stream.extra(SocketAttribute.raw_socket))  # noqa: S610  (not Django's)
        await anyio.aclose_forcefully(stream)
    return plan.ending == "keep" and heard.keep


def linger_not(raw: socket.socket) -> None:
    """Have the closing of a socket reset its connection."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _unread(error: MalformedError) -> bytes:
    """The response to what is no request."""
    return response(error.status, refused(error.status, f"{error}.", code=None), keep=False)
