"""An answer in one piece says the same, byte for byte, as one that went through all of ASGI's messages."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fastapi import Request
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from tests.test_cost_opening import Line
from tidings.api.bodies import read_body
from tidings.api.problems import Problem
from tidings.api.shield import Shield
from tidings.server import configuration
from tidings.wire import PatientHttp

pytestmark = pytest.mark.anyio

Said = dict[str, Any]
HEAD = b"Host: localhost\r\nX-Request-Id: named-by-the-test\r\n"
JSON = (b"content-type", b"application/json")


class Talk:
    """A connection to a server of ours behind the shield, and what it said."""

    def __init__(self, app: Any, *, in_pieces: bool = False) -> None:
        async def without_exchange(scope: Any, receive: Any, send: Any) -> None:
            del scope["extensions"]
            await shield(scope, receive, send)

        shield = Shield(app, secure=False)
        config = configuration(without_exchange if in_pieces else shield)
        config.load()
        self.line, self.state = Parting(), ServerState()
        self.http = PatientHttp(config, self.state, {}, asyncio.get_running_loop())
        self.http.connection_made(self.line)  # pyright: ignore[reportArgumentType]

    async def say(self, *pieces: bytes) -> bytes:
        """Send these, one after the other, and return all that was said by then."""
        for piece in pieces:
            self.http.data_received(piece)
            for _ in range(5):
                await asyncio.sleep(0)
        return b"".join(self.line.said)


class Parting(Line):
    """A connection that can be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = asyncio.Event()

    def is_closing(self) -> bool:
        return self.closed.is_set()

    def close(self) -> None:
        self.closed.set()


def answering(status: int, headers: list[Any], *bodies: bytes) -> Callable[..., Any]:
    """Return an application that answers this, in so many pieces."""

    async def app(_scope: Said, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for number, body in enumerate(bodies, 1):
            more = number < len(bodies)
            await send({"type": "http.response.body", "body": body, "more_body": more})

    return app


ANSWERS = {
    "whole": answering(201, [JSON, (b"content-length", b"2")], b"{}"),
    "in two pieces": answering(200, [(b"content-length", b"4")], b"ab", b"cd"),
    "of unknown length": answering(200, [JSON], b"ab", b"cd"),
    "empty": answering(204, [], b""),
    "a body that may not be": answering(204, [(b"content-length", b"0")], b""),
    "the last one": answering(200, [(b"content-length", b"2"), (b"connection", b"close")], b"{}"),
    "chunked": answering(200, [(b"transfer-encoding", b"chunked")], b"ab"),
    "capital letters": answering(200, [(b"Content-Length", b"2"), (b"X-Header", b"Value")], b"{}"),
    "a redirect": answering(303, [(b"location", b"http://localhost/x"), (b"content-length", b"0")], b""),
    "too long": answering(200, [(b"content-length", b"1")], b"ab"),
    "too short": answering(200, [(b"content-length", b"3")], b"ab"),
    "two headers in one": answering(200, [(b"content-length", b"2"), (b"x", b"a\r\nb: c")], b"{}"),
    "no name of a header": answering(200, [(b"content-length", b"2"), (b"x y", b"a")], b"{}"),
    "a start and no end": answering(200, [(b"content-length", b"2")]),
}
REQUESTS = {
    "GET": b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n",
    "HEAD": b"HEAD / HTTP/1.1\r\n" + HEAD + b"\r\n",
    "the last": b"GET / HTTP/1.1\r\nConnection: close\r\n" + HEAD + b"\r\n",
    "an old one": b"GET / HTTP/1.0\r\n" + HEAD + b"\r\n",
}
NO_END = "a start and no end"


@pytest.mark.parametrize("request_name", REQUESTS)
@pytest.mark.parametrize("name", [name for name in ANSWERS if name != NO_END])
async def test_an_answer_in_one_piece_is_the_same_as_in_many(name: str, request_name: str) -> None:
    whole, pieces = Talk(ANSWERS[name]), Talk(ANSWERS[name], in_pieces=True)
    said = await whole.say(REQUESTS[request_name])
    assert said == await pieces.say(REQUESTS[request_name])
    assert whole.line.is_closing() == pieces.line.is_closing()
    assert whole.state.total_requests == pieces.state.total_requests


async def test_an_answer_is_whole_after_one_write() -> None:
    talk = Talk(ANSWERS["whole"])
    said = await talk.say(REQUESTS["GET"])
    assert (said[:20], said[-2:], len(talk.line.said)) == (b"HTTP/1.1 201 Created", b"{}", 1)


async def test_an_answer_that_was_begun_and_never_given_is_our_mistake() -> None:
    assert b"500 Internal Server Error" in await Talk(ANSWERS[NO_END]).say(REQUESTS["GET"])


async def test_requests_in_a_row_are_answered_in_their_order() -> None:
    async def app(scope: Said, _receive: Any, send: Any) -> None:
        body = scope["path"].encode()
        await answering(200, [(b"content-length", b"%d" % len(body))], body)(scope, None, send)

    requests = b"".join(b"GET /%d HTTP/1.1\r\n%b\r\n" % (number, HEAD) for number in range(3))
    said = await Talk(app).say(requests)
    assert [part[-2:] for part in said.split(b"HTTP/1.1 200 OK")[1:]] == [b"/0", b"/1", b"/2"]


async def test_an_exchange_that_is_over_holds_nobody() -> None:
    cycles: list[Any] = []

    async def app(scope: Said, _receive: Any, send: Any) -> None:
        cycles.extend(map(weakref.ref, [one for one in gc.get_objects() if is_of(scope, one)]))
        await answering(200, [(b"content-length", b"2")], b"{}")(scope, None, send)

    gc.disable()
    try:
        talk = Talk(app)
        await talk.say(REQUESTS["GET"])
        talk.http.connection_lost(None)
        del talk
        await asyncio.sleep(0)
        assert len(cycles) == 1
        assert cycles[0]() is None
    finally:
        gc.enable()


def is_of(scope: Said, one: object) -> bool:
    return type(one) is RequestResponseCycle and one.scope is scope  # a dead proxy has no class to ask for


async def reading(scope: Said, receive: Any, send: Any) -> None:
    """Answer with the body that came, or with why not."""
    try:
        body = await read_body(Request(scope, receive), 8)
    except Problem as problem:
        body = b"%d" % problem.status
    await answering(200, [(b"content-length", b"%d" % len(body))], body)(scope, None, send)


POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "ending"),
    [
        ([POST % 5 + b"hello"], b"\r\n\r\nhello"),
        ([POST % 5, b"hello"], b"\r\n\r\nhello"),
        ([POST % 5 + b"he", b"llo"], b"\r\n\r\nhello"),
        ([POST % 0], b"\r\n\r\n"),
        ([POST % 9 + b"123456789"], b"\r\n\r\n413"),
        ([CHUNKED + b"9\r\n123456789\r\n0\r\n\r\n"], b"\r\n\r\n413"),
        ([CHUNKED + b"2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n"], b"\r\n\r\nhello"),
        ([CHUNKED + b"5\r\nhello\r\n0\r\n\r\n"], b"\r\n\r\nhello"),
    ],
)
async def test_a_body_is_read_whole_however_it_comes(pieces: list[bytes], ending: bytes) -> None:
    assert (await Talk(reading).say(*pieces)).endswith(ending)


@pytest.fixture
async def idle() -> AsyncIterator[Talk]:
    talk = Talk(ANSWERS["whole"])
    talk.http.timeout_keep_alive = 0.02  # pyright: ignore[reportAttributeAccessIssue]  # whole seconds there
    yield talk
    talk.http.connection_lost(None)


async def test_a_connection_on_which_nothing_more_is_asked_is_closed(idle: Talk) -> None:
    assert (await idle.say(REQUESTS["GET"])).endswith(b"{}")
    await asyncio.wait_for(idle.line.closed.wait(), 5)
    assert b"408" not in b"".join(idle.line.said)


async def test_half_a_head_after_an_answer_is_waited_for_as_long_as_any_head(
    idle: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tidings.wire.http.HEAD_S", 0.03)
    await idle.say(REQUESTS["GET"], b"GET / HT")
    await asyncio.wait_for(idle.line.closed.wait(), 5)
    assert b"".join(idle.line.said).count(b"408 Request Timeout") == 1
