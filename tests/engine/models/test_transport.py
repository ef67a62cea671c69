"""How requests get to a server and back, with asyncio's own server and a bad connection at the other end."""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest

from interplay.engine.models.transport import PatientTransport, Timeouts, open_transport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
QUICK = Timeouts(connect=5, first_byte=0.1, whole=5)


@pytest.fixture(params=["asyncio", "uvloop"], scope="module")
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """The loops that the quick transport runs on; elsewhere httpx's own stands in."""
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


class Server:
    """Answers each request with the same bytes; counts connections, those that ended, and requests."""

    def __init__(self, answer: bytes, *, closes: bool = False, seconds: float = 0.0) -> None:
        self.answer, self.closes, self.seconds = answer, closes, seconds
        self.connections = self.requests = 0
        self.heads: list[str] = []
        self.gone = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
                await reader.readexactly(int(length[1]) if length else 0)
                self.heads.append(head)
                self.requests += 1
                if self.seconds and await self._left(reader):
                    return
                writer.write(self.answer)
                await writer.drain()
                if self.closes:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.gone.set()
            writer.close()

    async def _left(self, reader: asyncio.StreamReader) -> bool:
        """Whether the client goes away before it is time to answer."""
        with anyio.move_on_after(self.seconds):
            try:
                return not await reader.read(1)
            except ConnectionError:
                return True
        return False


@asynccontextmanager
async def serving(
    server: Server, timeouts: Timeouts = QUICK
) -> AsyncIterator[Callable[..., Awaitable[httpx.Response]]]:
    listening = await asyncio.start_server(server, "127.0.0.1", 0, backlog=1024)
    transport = open_transport(timeouts)
    url = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"

    async def post(body: bytes = b"{}", scheme: str = "http") -> httpx.Response:
        return await transport.handle_async_request(httpx.Request("POST", f"{scheme}://{url}/v1?a=b%20c", content=body))

    try:
        yield post
    finally:
        await transport.aclose()
        listening.close()


async def test_request_goes_out_as_httpx_made_it_and_the_connection_is_used_again():
    server = Server(OK)
    async with serving(server) as post:
        for _ in range(3):
            response = await post(b'{"a": 1}')
            assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"{}", "2")
    assert (server.connections, server.requests) == (1, 3)
    assert server.heads[0].startswith("POST /v1?a=b%20c HTTP/1.1\r\n")
    assert server.heads[0].lower().count("content-length") == 1


async def test_body_that_was_packed_is_unpacked_and_its_headers_do_not_say_otherwise():
    packed = gzip.compress(b'{"a": 1}')
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed)
    async with serving(Server(head + packed)) as post:
        response = await post()
        assert response.content == b'{"a": 1}'
        assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", httpx.RemoteProtocolError),
        (b"", httpx.RemoteProtocolError),
        (b"what?\r\n\r\n", httpx.RemoteProtocolError),
    ],
)
async def test_broken_answer_is_an_error_of_the_connection(answer: bytes, error: type[Exception]):
    async with serving(Server(answer, closes=True)) as post:
        with pytest.raises(error):
            await post()


async def test_no_byte_in_time_is_a_timeout_of_reading():
    async with serving(Server(OK, seconds=30)) as post:
        with pytest.raises(httpx.ReadTimeout):
            await post()


async def test_answer_that_drips_is_ended_by_the_time_for_the_whole():
    class Dripping(Server):
        async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b" ")
                if await self._left(reader):
                    break
            writer.close()

    async with serving(Dripping(b"", seconds=0.01), Timeouts(5, 5, 0.1)) as post:
        with pytest.raises(httpx.ReadTimeout):
            await post()


async def test_nobody_listening_is_an_error_of_connecting():
    transport = open_transport(QUICK)
    with pytest.raises(httpx.ConnectError):
        await transport.handle_async_request(httpx.Request("POST", "http://127.0.0.1:1/"))
    await transport.aclose()


async def test_certificate_that_nobody_vouches_for_is_not_trusted():
    transport = open_transport(Timeouts(5, 5, 5))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # it has no certificate at all
    listening = await asyncio.start_server(Server(OK), "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    with pytest.raises(httpx.ConnectError):
        await transport.handle_async_request(httpx.Request("POST", url))
    await transport.aclose()
    listening.close()


async def test_request_that_is_called_off_ends_at_the_server_too():
    server = Server(OK, seconds=30)
    async with serving(server, Timeouts(5, 60, 60)) as post:
        with anyio.move_on_after(0.05) as scope:
            await post()
        assert scope.cancelled_caught
        with anyio.fail_after(5):
            await server.gone.wait()


async def test_512_that_start_together_all_arrive():
    server = Server(OK, seconds=0.05)
    answered: list[int] = []
    async with serving(server, Timeouts(30, 30, 30)) as post:

        async def one() -> None:
            answered.append((await post()).status_code)

        async with anyio.create_task_group() as group:
            for _ in range(512):
                group.start_soon(one)
    assert (answered, server.requests) == ([200] * 512, 512)


async def test_any_other_transport_is_held_to_the_time_for_the_whole():
    class Stuck(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await anyio.sleep_forever()
            raise AssertionError

    with pytest.raises(httpx.ReadTimeout):
        await PatientTransport(Stuck(), Timeouts(5, 5, 0.01)).handle_async_request(httpx.Request("GET", "http://a/"))
