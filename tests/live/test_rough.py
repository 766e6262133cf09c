"""Rough visitors of our own server, on bare TCP: slow, silent, stuck, flooding, malformed."""

# pyright: reportPrivateUsage=false

import asyncio
import gc
import os
import socket
import struct
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.live.site import Site
from tests.live.test_welcome import handshake
from tidings.accounts.tables import User
from tidings.live import pipe
from tidings.wire import http, websocket

pytestmark = pytest.mark.anyio

PING, TEXT, CONTINUATION, CLOSE = 0x89, 0x81, 0x80, 0x88
Tcp = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def masked(first_byte: int, payload: bytes = b"") -> bytes:
    """Frame something as a client must; the mask is nought."""
    size = len(payload)
    head = (
        bytes((first_byte, 0x80 | size)) if size < 126 else struct.pack("!BBH", first_byte, 0x80 | 126, size)
    )
    return head + bytes(4) + payload


async def upgraded(site: Site, first: bytes = b"") -> Tcp:
    reader, writer = await site.dial()
    writer.write(handshake())
    assert b" 101 " in await reader.readline()
    while await reader.readline() != b"\r\n":
        pass
    writer.write(first)
    return reader, writer


async def rest(reader: asyncio.StreamReader, within_s: float = 10) -> bytes:
    """Read until the other end closes."""
    try:
        return await asyncio.wait_for(reader.read(), within_s)
    except OSError:  # it may well be a reset
        return b""


def close_code(heard: bytes) -> int:
    """Return the code of the close frame that the server said last."""
    at = heard.rfind(b"\x88", 0)
    return int.from_bytes(heard[at + 2 : at + 4], "big")


@asynccontextmanager
async def never_late(site: Site, alice: User) -> AsyncGenerator[None]:
    """Deliver to somebody decent meanwhile; the loop is never held for long.

    Measured in time that this thread worked: what else the machine did meanwhile is nobody's fault here.
    """
    browser = await site.arrive(alice)
    late: list[float] = []

    async def deliver() -> None:
        while True:
            began = time.thread_time()
            await (await browser.socket.ping())
            late.append(time.thread_time() - began)
            await asyncio.sleep(0.02)

    delivering = asyncio.create_task(deliver())
    yield
    delivering.cancel()
    await asyncio.wait({delivering})
    assert delivering.cancelled()
    assert max(late) < 0.25


async def test_a_connection_that_never_asks_is_closed(wired: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_S", 0.2)
    reader, _ = await wired.dial()
    assert await rest(reader) == b""


@pytest.mark.parametrize("drip", [b"GET /ws HTTP/1.1\r\nHost: x\r\n", b"\r\n\r\n\r\n"])
async def test_a_head_that_drips_is_given_up(
    wired: Site, monkeypatch: pytest.MonkeyPatch, drip: bytes
) -> None:
    monkeypatch.setattr(http, "HEAD_S", 0.3)
    reader, writer = await wired.dial()
    began = time.monotonic()
    heard = asyncio.create_task(rest(reader))
    for byte in drip * 10:
        writer.write(bytes((byte,)))
        await asyncio.sleep(0.02)
        if heard.done():
            break
    assert (await heard)[:12] in (b"HTTP/1.1 408", b"")
    assert time.monotonic() - began < 3, "it would drip for longer than that"


async def test_a_second_request_may_not_drip_either(wired: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_S", 0.3)
    reader, writer = await wired.dial()
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in await reader.readline()
    writer.write(b"G")
    assert b"408" in await rest(reader)


async def test_a_body_that_never_comes_is_given_up(wired: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_S", 0.2)
    reader, writer = await wired.dial()
    writer.write(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n")
    writer.write(b"Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n\r\n{")
    await rest(reader)


async def test_a_stop_does_not_wait_for_half_a_request(wired: Site) -> None:
    reader, writer = await wired.dial()
    writer.write(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    await asyncio.sleep(0.05)
    began = time.monotonic()
    wired.stop()
    await rest(reader)
    assert time.monotonic() - began < 3, "who waits for it, waits six seconds"


async def test_a_stop_says_1012_on_every_live_socket(wired: Site, alice: User) -> None:
    browsers = [await wired.arrive(alice) for _ in range(3)]
    wired.stop()
    for browser in browsers:
        code, said = await browser.ending()
        assert (code, 500 <= said[-1]["retry_after_ms"] <= 5000) == (1012, True)


async def test_an_endless_head_is_refused_before_it_fills_the_memory(wired: Site) -> None:
    reader, writer = await wired.dial()
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    for _ in range(8):
        writer.write(b"x" * 8192)
    assert b"431" in await rest(reader)


async def test_a_head_that_only_http_understands_is_answered(wired: Site) -> None:
    reader, writer = await wired.dial()
    writer.write(handshake().replace(b"Host: x", b"Host: x\r\nX: " + b"x" * 9000))
    assert b" 400 " in await rest(reader)
    assert not wired.hub.wheel._place


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"GET", b"POST"),
        (b"Version: 13", b"Version: 8"),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"short"),
        (b"Key: ", b"Kex: "),
    ],
)
async def test_a_wrong_handshake_is_refused(wired: Site, before: bytes, after: bytes) -> None:
    reader, writer = await wired.dial()
    writer.write(handshake().replace(before, after))
    assert (await rest(reader)).split()[1][:1] == b"4"


async def test_auth_dripped_byte_by_byte_is_too_late(wired: Site) -> None:
    reader, writer = await upgraded(wired)
    for byte in masked(TEXT, b'{"type":"auth","token":"x"}')[:20]:
        writer.write(bytes((byte,)))
        await wired.seconds_pass(0.25)
    writer.write(masked(PING))
    await wired.seconds_pass(0.75)
    assert close_code(await rest(reader)) == 4408


async def test_a_frame_that_promises_more_than_it_may_is_refused_at_its_head(wired: Site) -> None:
    reader, _ = await upgraded(wired, struct.pack("!BBQ", TEXT, 0x80 | 127, 2**40) + bytes(4))
    assert close_code(await rest(reader)) == 1009


async def test_nobody_anonymous_may_send_64_kib(wired: Site) -> None:
    reader, _ = await upgraded(wired, struct.pack("!BBH", TEXT, 0x80 | 126, 8193) + bytes(4))
    assert close_code(await rest(reader)) == 1009


async def test_oversize_is_said_before_it_is_closed(wired: Site) -> None:
    reader, writer = await upgraded(wired, struct.pack("!BBQ", TEXT, 0x80 | 127, 2**22) + bytes(4))
    for _ in range(64):  # in the middle of sending it all
        writer.write(b"x" * 65_536)
    heard = await rest(reader)
    assert b'"type":"closing","code":1009,"reason":"too big"' in heard
    assert close_code(heard) == 1009


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (masked(TEXT, b"\xff\xfe"), 1007),
        (masked(TEXT & 0x7F, b'{"a') + masked(TEXT, b"x"), 1002),
        (masked(CONTINUATION, b"x"), 1002),
        (masked(TEXT | 0x40, b"x"), 1002),
        (b"\x81\x01x", 1002),
        (masked(PING & 0x7F, b"x"), 1002),
        (masked(0x83, b"x"), 1002),
    ],
)
async def test_frames_against_the_protocol_are_ended_by_its_codes(
    wired: Site, frames: bytes, code: int
) -> None:
    reader, _ = await upgraded(wired, frames)
    assert close_code(await rest(reader)) == code


async def test_a_close_is_answered_at_once(wired: Site) -> None:
    began = time.monotonic()
    reader, _ = await upgraded(wired, masked(CLOSE, struct.pack("!H", 1000)))
    assert close_code(await rest(reader)) == 1000
    assert time.monotonic() - began < 1


async def test_a_flood_of_pings_is_ended_and_its_pongs_fill_no_memory(wired: Site, alice: User) -> None:
    async with never_late(wired, alice):
        reader, writer = await upgraded(wired)
        writer.write(masked(PING, b"x" * 100) * 50_000)
        heard = await rest(reader)
    assert heard.count(b"x" * 100) < websocket.FRAME_BURST * 1.5
    await wired.until(lambda: len(wired.hub.wheel._place) == 1)


@pytest.mark.parametrize("opcode", [TEXT, CONTINUATION & 0x7F, PING])
async def test_a_flood_of_tiny_frames_delays_nobody(wired: Site, alice: User, opcode: int) -> None:
    async with never_late(wired, alice):
        for _ in range(2):
            reader, writer = await upgraded(wired, masked(TEXT & 0x7F, b"{") if opcode == 0 else b"")
            writer.write(masked(opcode) * 100_000)
            await rest(reader)
    assert len(wired.hub.sockets()) == 1


async def stuck(site: Site, alice: User) -> socket.socket:
    """Get in, and never read again."""
    raw = socket.create_connection(("127.0.0.1", site.port))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(raw, handshake())
    await loop.sock_recv(raw, 1000)
    auth = b'{"type":"auth","token":"%b","protocol":1}' % (await site.token(alice)).encode()
    await loop.sock_sendall(raw, masked(TEXT, auth))
    await site.until(site.hub.sockets)
    return raw


async def test_a_reader_who_stopped_is_ended_by_the_bound_and_can_read_why(wired: Site, alice: User) -> None:
    raw = await stuck(wired, alice)
    [held] = wired.hub.sockets()
    most = 0
    while wired.hub.sockets():
        await asyncio.gather(*(wired.publish(["alice"], body="x" * 16_000) for _ in range(8)))
        most = max(most, held.pipe.waiting_bytes())
    assert pipe.BOUND_BYTES - 8 * 17_000 < most <= pipe.BOUND_BYTES
    assert wired.hub.tally.closes == {4428: 1}
    await wired.until(lambda: descriptors_to(wired.port) == 1)  # ours
    heard = b""
    loop = asyncio.get_running_loop()
    while more := await asyncio.wait_for(loop.sock_recv(raw, 1 << 20), 2):
        heard += more
    assert b'"code":4428' in heard
    assert close_code(heard) == 4428
    raw.close()


async def test_a_reader_who_stopped_is_ended_after_ten_seconds_of_no_progress(
    wired: Site, alice: User
) -> None:
    raw = await stuck(wired, alice)
    for _ in range(30):
        await wired.publish(["alice"], body="x" * 16_000)
    for _ in range(9):  # the server may have looked by itself already, before the first of them
        await wired.seconds_pass(1)
        assert wired.hub.sockets()
    await wired.seconds_pass(3)
    await wired.settled()
    assert wired.hub.tally.closes == {4428: 1}
    raw.close()


async def test_slow_but_moving_is_not_stuck_and_not_silent(wired: Site, alice: User) -> None:
    raw = await stuck(wired, alice)
    for _ in range(50):
        await wired.publish(["alice"], body="x" * 16_000)
    loop = asyncio.get_running_loop()
    for _ in range(12):
        await asyncio.sleep(0.02)
        await asyncio.wait_for(loop.sock_recv(raw, 30_000), 2)
        await wired.seconds_pass(5)
    assert wired.hub.sockets()
    raw.close()


def descriptors_to(port: int) -> int:
    """Count the connected sockets of this process with that port at our end or theirs."""
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if not descriptor.is_socket():
                continue  # a copy of what is none would be left behind
            with socket.socket(fileno=os.dup(int(descriptor.name))) as each:
                if each.family != socket.AF_INET:
                    continue
                count += port in (each.getpeername()[1], each.getsockname()[1])
    return count  # the listener has no peer


async def test_a_half_open_peer_does_not_hold_the_descriptor(wired: Site, alice: User) -> None:
    raw = await stuck(wired, alice)
    wired.hub.drain(100)
    await wired.settled()
    await wired.until(lambda: descriptors_to(wired.port) == 1)
    raw.close()


async def test_a_disconnect_in_every_moment_of_coming_in_leaves_nothing(wired: Site, alice: User) -> None:
    token = (await wired.token(alice)).encode()
    auth = masked(TEXT, b'{"type":"auth","token":"%b","protocol":1}' % token)
    tasks = len(asyncio.all_tasks())
    for number in range(60):
        _, writer = await wired.dial()
        writer.write((handshake() + auth)[: number * 20] if number < 20 else handshake())
        await asyncio.sleep(0.0002 * (number % 7))
        if number >= 20:
            writer.write(auth)
            await asyncio.sleep(0.0005 * (number % 9))
        writer.transport.abort()
    await wired.settled()
    await wired.until(lambda: not wired.hub.wheel._place and len(asyncio.all_tasks()) <= tasks)


async def test_two_thousand_visitors_half_of_them_rude_leave_nothing_behind(wired: Site, alice: User) -> None:
    token = (await wired.token(alice)).encode()
    auth = masked(TEXT, b'{"type":"auth","token":"%b","protocol":1}' % token)
    farewell = masked(CLOSE, struct.pack("!H", 1000))

    async def visit(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", wired.port)
        writer.write(handshake())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(auth if number % 4 else b"")
        if number % 2:
            writer.write(farewell)
            await rest(reader)
        writer.transport.abort()

    async def visits(count: int) -> None:
        for start in range(0, count, 20):
            await asyncio.gather(*(visit(number) for number in range(start, start + 20)))
        await wired.settled()
        await wired.until(lambda: not wired.hub.wheel._place)

    await visits(200)  # what is made once, is made now
    await wired.until(lambda: descriptors_to(wired.port) == 0)
    tasks, memory_kib = len(asyncio.all_tasks()), resident_kib()
    await visits(2000)
    await wired.until(lambda: descriptors_to(wired.port) == 0)
    assert len(asyncio.all_tasks()) <= tasks
    assert resident_kib() - memory_kib < 20 * 1024


def resident_kib() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4
