"""What is put on a wire arrives whole, in order and on no other line, whatever the kernel takes at once."""

import asyncio
import os
import random
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
import uvloop

from tidings.live.frames import TEXT, framed
from tidings.live.pipe import BOUND_BYTES, NO_DESCRIPTOR
from tidings.wire.rows import Rows
from tidings.wire.websocket import LiveProtocol

LOOPS = [uvloop.new_event_loop, asyncio.new_event_loop]


class Guest:
    """Somebody who is called, and only notes it."""

    def __init__(self) -> None:
        self.delays = 0
        self.gone: list[int] = []

    def stirred(self) -> None: ...
    def heard(self, message: str | bytes) -> None: ...
    def flooded(self) -> None: ...
    def line_changed(self) -> None: ...
    def shut_down(self) -> None: ...

    def delayed(self) -> None:
        self.delays += 1

    def left(self, code: int) -> None:
        self.gone.append(code)


class Line:
    """A wire, and the socket at its other end, which reads only when it is told to."""

    def __init__(self, wire: LiveProtocol, there: socket.socket) -> None:
        self.wire, self.there, self.guest = wire, there, Guest()
        wire.guest = self.guest

    async def read(self, size: int) -> bytes:
        loop, got = asyncio.get_running_loop(), b""
        while len(got) < size and (more := await asyncio.wait_for(loop.sock_recv(self.there, size), 5)):
            got += more
        return got

    def descriptor(self) -> int:
        return self.wire.transport.get_extra_info("socket").fileno()


@asynccontextmanager
async def line() -> AsyncGenerator[Line]:
    loop, made = asyncio.get_running_loop(), list[LiveProtocol]()

    def make() -> LiveProtocol:
        made.append(LiveProtocol(loop, set()))
        return made[0]

    server = await loop.create_server(make, "127.0.0.1", 0)
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.setblocking(False)
        await loop.sock_connect(there, server.sockets[0].getsockname())
        while not made or not hasattr(made[0], "transport"):  # noqa: ASYNC110
            await asyncio.sleep(0)
        made[0].opened(b"-")
        found = Line(made[0], there)
        assert await found.read(1) == b"-"
        yield found
        made[0].transport.abort()
    server.close()
    await asyncio.sleep(0)


def on(new_loop: Callable[[], asyncio.AbstractEventLoop], story: Callable[[], Awaitable[None]]) -> None:
    async def told() -> None:
        await story()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(told())


@pytest.mark.parametrize("new_loop", LOOPS)
@pytest.mark.parametrize("seed", range(5))
def test_frames_arrive_whole_and_in_order_however_slowly_they_are_read(
    new_loop: Callable[[], asyncio.AbstractEventLoop], seed: int
) -> None:
    async def story() -> None:
        dice, said, heard = random.Random(seed), b"", b""
        async with line() as here:
            for _ in range(400):
                frame = framed(TEXT, dice.randbytes(dice.choice((20, 700, 9_000, 60_000))))
                if here.wire.put(frame):
                    said += frame
                if dice.random() < 0.5:
                    heard += await here.read(min(dice.randrange(1, 50_000), len(said) - len(heard)))
            heard += await here.read(len(said) - len(heard))
            assert heard == said
            assert here.guest.delays
            await here.wire.drained()
            assert here.wire.waiting_bytes() == 0
            assert here.wire.roomy

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_written_past_the_wire_stays_in_order_with_what_is_put(
    new_loop: Callable[[], asyncio.AbstractEventLoop], seed: int
) -> None:
    async def story() -> None:
        dice, said, heard, rows = random.Random(seed), b"", b"", Rows()
        async with line() as here:
            for _ in range(400):
                frame = framed(TEXT, dice.randbytes(dice.choice((20, 700, 9_000, 60_000))))
                if dice.random() < 0.5:
                    number = here.wire.descriptor if here.wire.roomy else NO_DESCRIPTOR
                    row = np.frombuffer(frame, np.uint8).reshape(1, -1)
                    (taken,) = rows.send(np.array([number], np.int32), row).tolist()
                    is_said = taken == len(frame) or here.wire.put_rest(frame, taken)
                else:
                    is_said = here.wire.put(frame)
                said += frame if is_said else b""
                if dice.random() < 0.5:
                    heard += await here.read(min(dice.randrange(1, 50_000), len(said) - len(heard)))
            heard += await here.read(len(said) - len(heard))
            assert heard == said
            assert here.guest.delays
        rows.close()

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_what_waits_for_a_reader_is_bounded_and_what_is_refused_is_refused_whole(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def story() -> None:
        frame, taken = framed(TEXT, b"x" * 10_000), 0
        async with line() as here:
            while here.wire.put(frame):
                taken += 1
            assert BOUND_BYTES - len(frame) < here.wire.waiting_bytes() <= BOUND_BYTES
            assert await here.read(taken * len(frame)) == frame * taken

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_what_is_read_shows_as_progress_and_what_is_said_does_not(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def story() -> None:
        frame = framed(TEXT, b"x" * 10_000)
        async with line() as here:
            for _ in range(40):
                here.wire.put(frame)
            await asyncio.sleep(0.1)
            before = here.wire.sent_bytes()
            here.wire.put(frame)
            assert here.wire.sent_bytes() == before
            await here.read(300_000)
            await asyncio.sleep(0.1)
            assert here.wire.waiting_bytes()
            assert here.wire.sent_bytes() > before

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_nothing_is_written_to_a_descriptor_that_is_somebody_elses_by_now(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def story() -> None:
        async with line() as here:
            number = here.descriptor()
            here.wire.transport.abort()
            while not here.guest.gone:
                assert here.wire.put(b"lost")  # the line is broken, and nobody need be told twice
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            mine, theirs = socket.socketpair()
            theirs.setblocking(False)
            if mine.fileno() != number:
                os.dup2(mine.fileno(), number)
            assert here.wire.put(b"lost")
            with pytest.raises(BlockingIOError):
                theirs.recv(100)
            if mine.fileno() != number:
                os.close(number)
            mine.close()
            theirs.close()

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_nothing_follows_our_close(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def story() -> None:
        async with line() as here:
            here.wire.put(b"last words")
            here.wire.close(4410, "signed out")
            assert here.wire.put(b"too late")
            assert await here.read(1000) == b"last words\x88\x0c\x11\x3asigned out"

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_nothing_is_said_to_somebody_who_has_hung_up(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def story() -> None:
        async with line() as here:
            here.there.shutdown(socket.SHUT_WR)
            while here.wire.roomy:  # noqa: ASYNC110
                await asyncio.sleep(0)
            assert here.wire.put(b"too late")
            assert await here.read(1000) == b""

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_a_broken_line_is_found_by_writing(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def story() -> None:
        async with line() as here:
            here.wire.listen(on=False)  # so that nothing but a write can find out
            here.there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            here.there.close()
            for _ in range(50):
                assert here.wire.put(b"anybody there?")
                await asyncio.sleep(0.01)
            assert here.guest.gone == [1006]

    on(new_loop, story)


@pytest.mark.parametrize("new_loop", LOOPS)
def test_under_tls_frames_go_through_the_transport(
    new_loop: Callable[[], asyncio.AbstractEventLoop], tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("Install openssl to try TLS.")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    asked = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    subprocess.run([*asked, *named], check=True, capture_output=True)
    ours, theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    ours.load_cert_chain(certificate, key)
    theirs.load_verify_locations(certificate)

    async def story() -> None:
        loop, made = asyncio.get_running_loop(), list[LiveProtocol]()

        def make() -> LiveProtocol:
            made.append(LiveProtocol(loop, set()))
            return made[0]

        server = await loop.create_server(make, "127.0.0.1", 0, ssl=ours)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=theirs, server_hostname="localhost"
        )
        while not hasattr(made[0], "transport"):  # noqa: ASYNC110
            await asyncio.sleep(0)
        frames = [framed(TEXT, bytes([number]) * 9_000) for number in range(60)]
        assert all(made[0].put(frame) for frame in frames)
        assert await reader.readexactly(sum(map(len, frames))) == b"".join(frames)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        server.close()
        await server.wait_closed()

    on(new_loop, story)
