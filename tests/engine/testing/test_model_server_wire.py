"""The double's HTTP: whatever way the bytes of requests are cut, the same requests come out."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.testing.model_server import ModelServer
from interplay.engine.testing.model_server.filling import filled
from interplay.engine.testing.model_server.wire import MAX_BODY, MAX_HEAD, Inbox, MalformedError

bodies = st.lists(st.binary(max_size=40), max_size=4)


def plain(body):
    return b"POST /v1/x?y=1 HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def chunked(body):
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    chunks = b"".join(b"%x;more=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"POST /v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\nTrailer: t\r\n\r\n"


def taken(inbox):
    while (heard := inbox.take()) is not None:
        yield heard


@given(bodies, st.sampled_from([plain, chunked]), st.lists(st.integers(1, 30), min_size=1))
def test_requests_come_out_whole_however_their_bytes_arrive(sent, spelled, cuts):
    stream = b"".join(spelled(body) for body in sent)
    inbox, got, at, turn = Inbox(), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        inbox.feed(stream[at : at + size])
        got += taken(inbox)
        at, turn = at + size, turn + 1
    assert [heard.body for heard in got] == sent
    assert all((heard.method, heard.path, heard.keep) == ("POST", "/v1/x", True) for heard in got)
    assert len(inbox) == 0


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_not_yet_or_malformed(data):
    inbox = Inbox()
    inbox.feed(data + b"\r\n\r\n")
    status = 0
    try:
        assert all(isinstance(heard.path, str) for heard in taken(inbox))
    except MalformedError as error:
        status = error.status
    assert status in {0, 400, 413, 431}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % (MAX_BODY + 1), 413),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n-5\r\n", 400),
        (b"x" * (MAX_HEAD + 1), 431),
    ],
)
def test_what_is_no_request_is_refused_with_its_status(data, status):
    inbox = Inbox()
    inbox.feed(data)
    with pytest.raises(MalformedError) as caught:
        inbox.take()
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("head", "keep"),
    [
        (b"GET / HTTP/1.1\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n", False),
        (b"GET / HTTP/1.0\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", True),
    ],
)
def test_a_connection_is_kept_as_the_client_asked(head, keep):
    inbox = Inbox()
    inbox.feed(head + b"\r\n")
    assert inbox.take().keep is keep


async def exchange(server, data, until):
    """Send bytes on a connection of their own, and read until so many more have come or it is closed."""
    got = b""
    async with await anyio.connect_tcp("127.0.0.1", int(server.url.split(":")[2].split("/")[0])) as stream:
        await stream.send(data)
        try:
            while got.count(until) == 0:
                got += await stream.receive()
        except anyio.EndOfStream:
            pass
    return got


async def test_requests_sent_without_waiting_are_answered_in_order():
    body = b'{"model":"%b","messages":[{}]}'
    asks = [
        b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(body % name) for name in (b"a", b"b")
    ]
    data = asks[0] + body % b"a" + asks[1] + body % b"b"
    async with ModelServer(lambda asked: f"<{asked['model']}>", delay=0.001) as server:
        got = await exchange(server, data, b"<b>")
    assert 0 < got.index(b"<a>") < got.index(b"<b>")


async def test_what_is_no_request_is_answered_and_the_connection_closed():
    async with ModelServer() as server:
        got = await exchange(server, b"nonsense\r\n\r\n", b"never")
    assert got.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"connection: close" in got


async def test_a_client_that_waits_to_be_told_to_send_is_told():
    head = b"POST /v1/chat/completions HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n"
    async with ModelServer() as server:
        got = await exchange(server, head, b"\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "x"),
        ({"type": "string", "minLength": 3}, "xxx"),
        ({"type": ["integer", "null"], "minimum": 2}, 2),
        ({"type": "number", "maximum": -1}, -1),
        ({"type": "integer", "exclusiveMinimum": 4}, 5),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [False, False]),
        ({"type": "array", "items": {"type": "boolean"}}, []),
        ({"anyOf": [{"const": 7}, {"type": "null"}]}, 7),
        ({"enum": ["b", "a"]}, "b"),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}, None),
        ({"properties": {"a": {"type": "null"}, "b": {}}, "required": ["a"]}, {"a": None}),
    ],
)
def test_a_schema_is_filled_with_the_plainest_value(schema, value):
    assert filled(schema) == value


@pytest.mark.parametrize(
    "schema", [{"$ref": "#/nowhere"}, {"properties": {"a": {"$ref": "#"}}, "required": ["a"], "type": "object"}]
)
def test_a_schema_that_nothing_fits_is_refused(schema):
    with pytest.raises(ValueError, match=r"schema"):
        filled(schema)
