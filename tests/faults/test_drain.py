"""SIGTERM with people connected: each is told when to come back, what was asked is answered, we are gone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.conftest import Begin
from tests.faults.storm import NO_LIMITS
from tests.running import TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

SOCKETS = 200


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[TidingsServer]:
    server = TidingsServer(tmp_path / "drained", TIDINGS_MAX_CONNECTIONS_PER_USER=str(SOCKETS), **NO_LIMITS)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def test_two_hundred_are_told_when_to_come_back_and_publishes_in_flight_are_answered(
    begin: Begin, server: TidingsServer
) -> None:
    storm = await begin(server, "drained", 1)
    [alice] = storm.listeners
    await alice.stop()
    token = await alice.fresh_token()
    async with AsyncExitStack() as stack:
        sockets = await asyncio.gather(*(enter(stack, server, token) for _ in range(SOCKETS)))
        publishing = [asyncio.create_task(storm.sender.publish([alice.name], storm.names)) for _ in range(20)]
        await asyncio.wait(publishing, return_when=asyncio.FIRST_COMPLETED)
        began = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(server.stop))
        told = await asyncio.gather(*(goodbye(socket) for socket in sockets))
        await stopping
        assert time.monotonic() - began < 10
    assert {code for code, _, _ in told} == {1012}
    assert {closing["code"] for _, closing, _ in told} == {1012}
    waits = sorted(closing["retry_after_ms"] for _, closing, _ in told)
    assert waits[0] < 1_000 < 4_000 < waits[-1] <= 6_000, "spread over the window"
    assert waits[SOCKETS // 2] - waits[SOCKETS // 4] > 500
    with pytest.raises(OSError, match=r"refused|failed"):
        await connect(server.socket_url, proxy=None)
    await asyncio.to_thread(server.start)
    await asyncio.gather(*publishing)
    alice.start()
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert len(alice.view.seqs) == 20, "each publication is there once, answered before or after"


async def enter(stack: AsyncExitStack, server: TidingsServer, token: str) -> ClientConnection:
    options = {"proxy": None, "ping_interval": None, "open_timeout": 30}
    socket = await stack.enter_async_context(connect(server.socket_url, **options))  # pyright: ignore[reportArgumentType]
    await socket.send(orjson.dumps({"type": "auth", "token": token}).decode())
    assert orjson.loads(await socket.recv())["type"] == "auth_ok"
    return socket


async def goodbye(socket: ClientConnection) -> tuple[int, dict[str, int], float]:
    """Return the close code, the message before it, and when it came."""
    last: dict[str, int] = {}
    try:
        while True:
            last = orjson.loads(await socket.recv())
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006, last, time.monotonic()
