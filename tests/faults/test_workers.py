"""Several workers on one port: they know of each other, and one that dies is replaced."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from tests.faults.conftest import Begin
from tests.faults.storm import NO_LIMITS, Storm, steadily
from tests.running import PLAIN, RedisServer, TidingsServer, wait_until

pytestmark = [pytest.mark.anyio, pytest.mark.faults]


@pytest.fixture(scope="module")
def workers(redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    """Return a server of two workers on SQLite."""
    folder = tmp_path_factory.mktemp("workers")
    server = TidingsServer(folder, TIDINGS_WORKERS="2", TIDINGS_REDIS_URL=redis.url, **NO_LIMITS)
    server.start()
    yield server
    assert server.stop() == 0


def processes(server: TidingsServer) -> list[int]:
    """Name the worker processes."""
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def on_the_page(server: TidingsServer) -> set[str]:
    """Name the workers that say their numbers: they serve."""
    page = httpx.get(f"{server.url}/metrics", trust_env=False, verify=PLAIN, timeout=20).text
    return set(re.findall(r'tidings_build_info\{.*worker="(\d)"\}', page))


def is_replaced(dead: int, server: TidingsServer) -> bool:
    """Tell whether that worker is gone and another there; for a moment, a killed one is still listed."""
    now = processes(server)
    return dead not in now and len(now) == 2


async def assert_nothing_broken(storm: Storm) -> None:
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert verdict.deliveries > 0
    assert storm.integrity() == "ok"


async def test_what_one_worker_commits_is_live_at_the_others(begin: Begin, workers: TidingsServer) -> None:
    storm = await begin(workers, "spread", 12)
    for listener in storm.listeners:
        listener.keep_times = True
    sent_at: dict[int, float] = {}
    for _ in range(40):
        at = time.monotonic()
        sent_at[await storm.broadcast()] = at
        await asyncio.sleep(0.02)
    await assert_nothing_broken(storm)
    waits = sorted(at - sent_at[tag] for each in storm.listeners for tag, at in each.arrived_at.items())
    assert waits[int(len(waits) * 0.95)] < 1, waits[-20:]


async def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(
    begin: Begin, workers: TidingsServer
) -> None:
    storm = await begin(workers, "died", 8)
    publishing = asyncio.create_task(steadily(storm, 8))
    for _ in range(2):
        await asyncio.sleep(2)
        await asyncio.to_thread(wait_until, lambda: on_the_page(workers) == {"0", "1"}, 30, "both serve")
        dead = processes(workers)[0]
        os.kill(dead, signal.SIGKILL)
        async with httpx.AsyncClient(trust_env=False, verify=PLAIN) as http:
            answer = await http.get(f"{workers.url}/healthz", timeout=15)
        assert answer.status_code == 200, "the others serve"
        await asyncio.to_thread(
            wait_until, lambda dead=dead: is_replaced(dead, workers), 30, "the replacement"
        )
    await publishing
    await assert_nothing_broken(storm)
    assert len(re.findall(r"is replaced", workers.log.read_text())) == 2


async def test_a_supervisor_that_is_killed_takes_its_workers_along(
    redis: RedisServer, tmp_path: Path
) -> None:
    server = TidingsServer(tmp_path / "orphans", TIDINGS_WORKERS="2", TIDINGS_REDIS_URL=redis.url)
    await asyncio.to_thread(server.start)
    pids = processes(server)
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(
        wait_until, lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 10, "the workers' end"
    )


async def test_the_sixth_connection_is_refused_whichever_worker_it_meets(
    begin: Begin, workers: TidingsServer
) -> None:
    storm = await begin(workers, "many", 1)
    [alice] = storm.listeners
    await alice.stop()
    token = await alice.fresh_token()
    async with AsyncExitStack() as stack:
        answers = await asyncio.gather(*(knock(stack, workers, token) for _ in range(30)))
        assert sorted(answers) == ["4429"] * 25 + ["auth_ok"] * 5
        listed = (await alice.http.get("/api/v1/sessions")).json()
        assert (listed["connections"], listed["max_connections"]) == (5, 5)
        assert len(listed["sessions"][0]["connections"]) == 5
    async with asyncio.timeout(3):
        while (await alice.http.get("/api/v1/sessions")).json()["connections"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    async with AsyncExitStack() as stack:
        assert await knock(stack, workers, token) == "auth_ok", "those who left made room"


async def knock(stack: AsyncExitStack, server: TidingsServer, token: str) -> str:
    """Connect and tell how it went."""
    socket = await stack.enter_async_context(connect(server.socket_url, proxy=None, ping_interval=None))
    await socket.send(orjson.dumps({"type": "auth", "token": token}).decode())
    heard = orjson.loads(await socket.recv())
    return heard["type"] if heard["type"] == "auth_ok" else str(heard["code"])


@pytest.mark.parametrize("redis_is_there", [True, False])
async def test_signing_out_closes_the_sockets_at_every_worker(
    begin: Begin, workers: TidingsServer, redis: RedisServer, redis_is_there: bool
) -> None:
    storm = await begin(workers, f"out{redis_is_there}", 1)
    [alice] = storm.listeners
    await alice.stop()
    token = await alice.fresh_token()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connect(workers.socket_url, proxy=None, ping_interval=None))
            for _ in range(5)
        ]
        for socket in sockets:
            await socket.send(orjson.dumps({"type": "auth", "token": token}).decode())
            await socket.recv()
        if not redis_is_there:
            await asyncio.to_thread(redis.kill)
        assert (await alice.http.delete("/api/v1/session")).status_code == 204
        began = time.monotonic()
        await asyncio.gather(*(socket.wait_closed() for socket in sockets))
        assert time.monotonic() - began < (2 if redis_is_there else 10)
        assert {socket.close_code for socket in sockets} == {4410}
        if not redis_is_there:
            await asyncio.to_thread(redis.start)


async def test_whichever_worker_is_scraped_answers_for_all(workers: TidingsServer) -> None:
    await asyncio.to_thread(wait_until, lambda: on_the_page(workers) == {"0", "1"}, 10, "both on the page")
    for _ in range(10):  # of both, sooner or later
        assert await asyncio.to_thread(on_the_page, workers) == {"0", "1"}
