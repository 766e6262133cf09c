"""The opening handshake: a glance lets in nobody whom websockets would not, and the rest is judged by it."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.site import Site
from tests.live.test_rough import Tcp, close_code, masked, rest
from tidings.accounts.tables import User
from tidings.wire import handshake
from tidings.wire.handshake import Head, Misshapen, accepted

KEY, ACCEPT = b"dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # the example of RFC 6455, 1.3
GOOD = {
    b"host": b"x",
    b"upgrade": b"websocket",
    b"connection": b"Upgrade",
    b"sec-websocket-key": KEY,
    b"sec-websocket-version": b"13",
}
WORDS = st.sampled_from(
    [
        b"",
        b"websocket",
        b"WebSocket",
        b"upgrade",
        b"keep-alive, Upgrade",
        b"close",
        b"13",
        b"8",
        KEY,
        b"short",
        b"0",
    ]
)
NAMES = st.sampled_from(
    [*GOOD, b"origin", b"content-length", b"transfer-encoding", b"sec-websocket-protocol", b"x-other"]
)


def head(changed: dict[bytes, bytes | None] | None = None, *more: tuple[bytes, bytes], **kind: Any) -> Head:
    said = GOOD | (changed or {})
    headers = [(name, value) for name, value in said.items() if value is not None]
    every: dict[str, Any] = {"method": b"GET", "target": b"/ws", "headers": [*headers, *more], "size": 200}
    return Head(**every | kind)


def status(judged: bytes | Misshapen) -> int:
    return 101 if isinstance(judged, bytes) else int(judged.answer.split()[1])


@pytest.fixture
def glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be judged word for word."""

    def never(_head: Head) -> bytes:
        raise AssertionError("this one is unusual")

    monkeypatch.setattr(handshake, "_thoroughly", never)


@pytest.mark.usefixtures("glance")
@pytest.mark.parametrize("connection", [b"Upgrade", b"upgrade", b"keep-alive, Upgrade"])
def test_what_browsers_and_proxies_say_is_answered_at_a_glance(connection: bytes) -> None:
    usual = [(b"origin", b"http://here"), (b"cookie", b"a=b"), (b"cookie", b"c=d")]
    assert accepted(head({b"connection": connection}, *usual)) == ACCEPT


@given(st.dictionaries(NAMES, WORDS | st.none(), max_size=3), st.lists(st.tuples(NAMES, WORDS), max_size=2))
def test_a_glance_lets_nobody_in_whom_websockets_would_not(
    changed: dict[bytes, bytes | None], more: list[tuple[bytes, bytes]]
) -> None:
    asked = head(changed, *more)
    glanced = accepted(asked)
    thorough = handshake._thoroughly(asked)  # pyright: ignore[reportPrivateUsage]
    assert status(glanced) == status(thorough)
    assert isinstance(glanced, Misshapen) or glanced == thorough


@pytest.mark.parametrize(
    ("asked", "refused_with"),
    [
        (head(method=b"POST"), 405),
        (head({b"upgrade": b"h2c"}), 426),
        (head({b"upgrade": None}), 426),
        (head({b"connection": b"close"}), 426),
        (head({b"connection": None}), 426),
        (head({b"sec-websocket-version": b"8"}), 400),
        (head({b"sec-websocket-version": None}), 400),
        (head({b"sec-websocket-key": None}), 400),
        (head({b"sec-websocket-key": b"c2hvcnQ="}), 400),
        (head({}, (b"sec-websocket-key", KEY)), 400),
        (head({}, (b"sec-websocket-version", b"13")), 400),
        (head({}, (b"upgrade", b"websocket")), 426),
        (head({}, (b"content-length", b"5")), 400),
        (head({}, (b"transfer-encoding", b"chunked")), 400),
        (head({}, (b"x", b"x" * 9000), size=9300), 400),
    ],
)
def test_what_is_no_handshake_is_refused_as_websockets_does(asked: Head, refused_with: int) -> None:
    assert status(accepted(asked)) == refused_with


@pytest.mark.parametrize(
    "asked",
    [
        head({}, (b"content-length", b"0")),
        head({b"connection": b"x, upgrade"}),
        head({}, *[(b"x-%d" % number, b"y") for number in range(110)], size=2000),
    ],
)
def test_what_is_unusual_and_right_is_let_in(asked: Head) -> None:
    assert accepted(asked) == ACCEPT


async def knock(site: Site, *lines: bytes, path: bytes = b"/ws") -> tuple[int, Tcp]:
    """Send a handshake with these lines added; return the status it is answered with."""
    reader, writer = await site.dial()
    every = [b"%b: %b" % header for header in GOOD.items()]
    writer.write(b"\r\n".join([b"GET %b HTTP/1.1" % path, *every, *lines, b"", b""]))
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    return int(answer.split()[1]), (reader, writer)


@pytest.mark.anyio
@pytest.mark.parametrize("path", [b"/ws", b"/ws?"])
@pytest.mark.parametrize("line", [b"X: y", b"Content-Length: 0"])
async def test_whoever_is_let_in_is_answered_by_the_same_socket(
    wired: Site, alice: User, line: bytes, path: bytes
) -> None:
    said, (reader, writer) = await knock(wired, line, path=path)
    token = (await wired.token(alice)).encode()
    writer.write(masked(0x81, b'{"type":"auth","token":"%b","protocol":1}' % token))
    assert said == 101
    assert b'"type":"auth_ok"' in await reader.readuntil(b"}}")
    writer.write(masked(0x88, b"\x03\xe8"))
    assert close_code(await rest(reader)) == 1000


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("line", "path", "refused_with"),
    [
        (b"Origin: https://evil.example", b"/ws", 403),
        (b"Sec-WebSocket-Protocol: token.abc", b"/ws", 400),
        (b"X: y", b"/ws?token=abc", 400),
        (b"X: y", b"/elsewhere", 404),
        (b"Sec-WebSocket-Version: 8", b"/ws", 400),
    ],
)
async def test_a_refusal_is_plain_http_and_the_end_of_the_line(
    wired: Site, line: bytes, path: bytes, refused_with: int
) -> None:
    said, (reader, _) = await knock(wired, line, path=path)
    assert said == refused_with
    await rest(reader)
    await wired.until(lambda: not wired.hub.wheel._place)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.anyio
async def test_who_speaks_before_the_answer_is_cut_off(wired: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    async def slow(_self: Any, _scope: Any, _receive: Any, _send: Any) -> None:
        await asked.wait()

    monkeypatch.setattr("tidings.live.endpoint.Endpoint.__call__", slow)
    reader, writer = await wired.dial()
    writer.write(
        b"\r\n".join([b"GET /ws HTTP/1.1", *[b"%b: %b" % header for header in GOOD.items()], b"", b""])
    )
    await asyncio.sleep(0.05)
    writer.write(masked(0x81, b"{}"))
    assert await rest(reader) == b""
    asked.set()
