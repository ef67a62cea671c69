"""Transport: how bytes get to a server and back, under httpx's API.

The API is httpx's (`AsyncBaseTransport`, `Request`, `Response`), so any of its transports can stand in, a mock
among them; what carries the bytes is aiohttp, whose pool does not slow with what is in flight. Nothing is limited
here: the gate in front does that, and nothing may queue behind it.

Measured: CPU ms a request, one process, 1,000 in flight, keep-alive HTTP/1.1, a loopback server that answers after
200 ms, uvloop, Python 3.11; request and answer of 7 KB and 0.7 KB:

    pyreqwest, its own API                            0.07 to 0.12
    this module's shape over pyreqwest                0.17 to 0.23
    aiohttp, its own API                              0.23 to 0.28
    this module                                       0.32
    pyreqwest's transport for httpx, called directly  0.26 to 0.32
    the same inside httpx.AsyncClient                 0.52
    httpx-aiohttp's transport, called directly        0.44
    the same inside httpx.AsyncClient                 0.73
    httpx's own pool (at 200 in flight)               23

So `httpx.AsyncClient` is left out: a fifth of a millisecond for redirects, cookies and hooks that nobody wants
here. pyreqwest is quicker still, and was not taken: a request that is called off (pyreqwest 0.15.1) goes on at
the server, which keeps generating for nobody and holds more than the gate knows of; its cancellation is not the one
that anyio's scopes wait for; and it does not start where the system has no certificates.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from typing import NamedTuple

import aiohttp
import anyio
import httpx
import yarl

KEPT_ALIVE_SECONDS = 4.0
"""Idle connections are closed before servers do it; uvicorn's close after 5, and a request that meets the closing
of its connection fails."""
READ_AT_ONCE = 1 << 20
"""An answer is small, and is wanted whole."""
LONGEST_HEADER = 1 << 16
"""Bytes; gateways send policies and cookies of several KB."""
_ENCODING = b"content-encoding"
_DECODED = (_ENCODING, b"content-length", b"transfer-encoding")
"""Headers that tell of the body as it was on the way."""


class Timeouts(NamedTuple):
    """Seconds."""

    connect: float
    first_byte: float
    """Between any two bytes of the answer as well."""
    whole: float
    """From the start to the last byte."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Carries httpx's requests over aiohttp, and reads answers whole.

    Args:
        timeouts: of each request.
        trust_env: whether proxies are taken from the environment (HTTPS_PROXY, NO_PROXY, ...).
    """

    def __init__(self, timeouts: Timeouts, *, trust_env: bool = False) -> None:
        self._timeout = aiohttp.ClientTimeout(
            total=timeouts.whole, sock_connect=timeouts.connect, sock_read=timeouts.first_byte
        )
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, yarl.URL] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read all of its answer.

        Raises:
            httpx.ConnectError: no connection: no such host, nobody listens, a certificate that does not hold.
            httpx.ConnectTimeout: none in time.
            httpx.ReadTimeout: no answer in time.
            httpx.RemoteProtocolError: the connection closed too early, or what came is no HTTP.
            httpx.NetworkError: anything else that befell the connection.
        """
        session = self._session or self._open()
        text = str(request.url)
        url = self._urls.get(text)
        if url is None:
            url = self._urls[text] = yarl.URL(text, encoded=True)
        try:
            async with session.request(
                request.method,
                url,
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=await _content(request),
                allow_redirects=False,
                ssl=_certificates() if url.scheme == "https" else True,
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(error, request) from error
        # Given as a stream, the body is not looked at a second time to make headers that are there already.
        response = httpx.Response(
            answer.status, headers=_headers(answer), stream=httpx.ByteStream(body), request=request
        )
        response.read()
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        """A session, which can only be made where the loop runs."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=self._trust_env,
            read_bufsize=READ_AT_ONCE,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )
        return self._session


class PatientTransport(httpx.AsyncBaseTransport):
    """Another transport, with answers read whole and in time.

    Args:
        inner: carries the requests; closed with this one.
        timeouts: of each request.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, timeouts: Timeouts) -> None:
        self._inner = inner
        self._whole = timeouts.whole
        self._timeout = {"connect": timeouts.connect, "read": timeouts.first_byte, "write": timeouts.first_byte}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read all of its answer; raises as the inner transport does."""
        request.extensions = {**request.extensions, "timeout": self._timeout}
        try:
            with anyio.fail_after(self._whole):
                response = await self._inner.handle_async_request(request)
                try:
                    await response.aread()
                finally:
                    with anyio.CancelScope(shield=True):
                        await response.aclose()
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {self._whole:g} s", request=request) from None
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


def open_transport(timeouts: Timeouts, *, trust_env: bool = False) -> httpx.AsyncBaseTransport:
    """The transport for the event loop that runs: aiohttp's on asyncio and uvloop, httpx's own elsewhere.

    Args:
        timeouts: of each request.
        trust_env: whether proxies are taken from the environment; httpx's own transport takes none of them.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # another library's loop
        pass
    else:
        return AiohttpTransport(timeouts, trust_env=trust_env)
    unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    inner = httpx.AsyncHTTPTransport(verify=_certificates(), limits=unlimited, trust_env=trust_env)
    return PatientTransport(inner, timeouts)


async def _content(request: httpx.Request) -> bytes | None:
    """A request's body; read from its stream unless httpx holds it already."""
    if isinstance(request.stream, httpx.ByteStream):  # the usual one, which need not be waited for
        return b"".join(request.stream) or None
    try:
        content = request.content
    except httpx.RequestNotRead:
        content = await request.aread()
    return content or None


@cache
def _certificates() -> ssl.SSLContext:
    """What is trusted: httpx's bundle, or what SSL_CERT_FILE or SSL_CERT_DIR name; read once, for it takes long."""
    return httpx.create_ssl_context(trust_env=True)


def _headers(answer: aiohttp.ClientResponse) -> list[tuple[bytes, bytes]]:
    raw = answer.raw_headers
    if any(name.lower() == _ENCODING for name, _ in raw):
        return [(name, value) for name, value in raw if name.lower() not in _DECODED]
    return list(raw)


def _translated(error: Exception, request: httpx.Request) -> httpx.TransportError:
    """The error of httpx's that says the same."""
    kind: type[httpx.TransportError]
    match error:
        case aiohttp.ConnectionTimeoutError():
            kind = httpx.ConnectTimeout
        case aiohttp.ServerTimeoutError() | TimeoutError():
            kind = httpx.ReadTimeout
        case aiohttp.ClientConnectorError():
            kind = httpx.ConnectError
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            kind = httpx.RemoteProtocolError
        case _:
            kind = httpx.NetworkError
    return kind(str(error) or type(error).__name__, request=request)
