"""Networks cut without a word: nothing is closed, bytes just stop arriving, both ways or one way only.

The same storms and the same judge as in test_hosts.py. One host's line to Redis, then all to the database.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from tests.faults.chaos import ChaosProxy
from tests.faults.conftest import Begin
from tests.faults.partition import CutLine, cut_line
from tests.faults.storm import NO_LIMITS, Storm, steadily
from tests.faults.test_hosts import Hosts, assert_nothing_broken, begin_on, lags
from tests.running import PostgresServer, RedisServer, TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults, pytest.mark.slow]

PATIENCE_MS = 6_000  # five and a half seconds, and what the machine adds
LIMITED = NO_LIMITS | {
    "TIDINGS_MAX_PENDING_PER_IP": "30",
    "TIDINGS_LOG_LEVEL": "debug",
}  # more than a storm ever holds open


@pytest.fixture
def to_redis(redis: RedisServer) -> Iterator[CutLine]:
    """Return the first host's line to Redis."""
    with cut_line(redis.port) as line:
        yield line


@pytest.fixture
def to_database(database: PostgresServer) -> Iterator[CutLine]:
    """Return both hosts' line to the database."""
    with cut_line(database.port) as line:
        yield line


@pytest.fixture
async def hosts(
    request: pytest.FixtureRequest,
    redis: RedisServer,
    database: PostgresServer,
    to_redis: CutLine,
    to_database: CutLine,
    tmp_path: Path,
) -> AsyncIterator[Hosts]:
    """Two servers that share the database and Redis; the first reaches Redis over a line that can be cut."""
    name = request.node.name.partition("[")[0][:40]
    database.fresh_url(name)
    common = LIMITED | {
        "TIDINGS_DATABASE_URL": f"postgresql://tidings@127.0.0.1:{to_database.port}/{name}",
        "TIDINGS_SECRET_KEY": "k" * 32,
    }
    urls = (f"redis://127.0.0.1:{to_redis.port}/0", redis.url)
    both = [
        TidingsServer(tmp_path / f"host{number}", TIDINGS_REDIS_URL=url, **common)
        for number, url in enumerate(urls)
    ]
    for server in both:
        server.environment["TIDINGS_PUBLIC_URL"] = both[0].url
        await asyncio.to_thread(server.start)
    yield both
    for server in both:
        await asyncio.to_thread(server.stop)


@pytest.fixture
def front(hosts: Hosts) -> ChaosProxy:
    return ChaosProxy(*(server.port for server in hosts))


async def test_redis_out_of_reach_for_one_host_both_ways_and_each_way(
    begin: Begin, hosts: Hosts, front: ChaosProxy, to_redis: CutLine
) -> None:
    storm = await begin_on(begin, hosts, front, "cut")
    publishing = asyncio.create_task(steadily(storm, 28, per_second=15))
    for ways in ({}, {"back": False}, {"there": False}):
        await asyncio.sleep(2)
        to_redis.cut(**ways)
        await asyncio.sleep(6)
        to_redis.heal()
    await publishing
    await assert_nothing_broken(storm)
    assert storm.sender.slowest_answer_s < 2, "nobody who publishes waits for Redis"
    assert storm.sender.refused == 0
    waits = lags(storm)
    assert waits[-1] < 10
    assert waits[len(waits) // 2] < 1, "those at the publisher's host, and all of them before and after"
    log = hosts[0].log.read_text()
    assert log.count("Redis answers again") == log.count("Redis does not answer") == 3
    await five_in_all_and_out_together(storm, hosts)


async def five_in_all_and_out_together(storm: Storm, hosts: Hosts) -> None:
    """See the limit and the revocation hold over both hosts again."""
    alice = storm.listeners[0]
    await alice.stop()
    token = await alice.fresh_token()
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connect(host.socket_url, proxy=None, ping_interval=None))
            for host in hosts
            for _ in range(4)
        ]
        for socket in sockets:
            await socket.send(orjson.dumps({"type": "auth", "token": token}).decode())
        first = [orjson.loads(await socket.recv()) for socket in sockets]
        welcome = [said["type"] == "auth_ok" for said in first]
        assert sum(welcome) == 5, first
        assert (await alice.http.delete("/api/v1/session")).status_code == 204
        began = time.monotonic()
        await asyncio.gather(*(socket.wait_closed() for socket in sockets))
        assert time.monotonic() - began < 2
        assert {socket.close_code for socket, at in zip(sockets, welcome, strict=True) if at} == {4410}


async def test_the_database_out_of_reach_both_ways_and_each_way(
    begin: Begin, hosts: Hosts, front: ChaosProxy, to_database: CutLine
) -> None:
    storm = await begin_on(begin, hosts, front, "dry", 4)
    publishing = asyncio.create_task(steadily(storm, 30, per_second=4))
    anew = httpx.Limits(max_keepalive_connections=0)  # as a watchman asks
    async with httpx.AsyncClient(trust_env=False, timeout=10, limits=anew) as http:
        for ways in ({}, {"back": False}, {"there": False}):
            await asyncio.sleep(1)
            to_database.cut(**ways)
            await asyncio.sleep(2)
            for host in hosts:
                assert (await http.get(f"{host.url}/healthz")).status_code == 200, "alive, and not restarted"
                ready = await http.get(f"{host.url}/readyz")
                assert (ready.status_code, ready.json()["reason"]) == (503, "The database does not answer.")
            await asyncio.sleep(4)
            to_database.heal()
            await until_ready(http, hosts, within_s=10)
    await publishing
    await assert_nothing_broken(storm)
    assert storm.sender.refused > 0, "503 with Retry-After meanwhile"
    refusals = [each["took_ms"] for host in hosts for each in answered(host, 503)]
    assert max(refusals) < PATIENCE_MS, "a look for the key and the commit share one patience"


def answered(host: TidingsServer, status: int) -> list[dict[str, Any]]:
    """Return what the host's log says of publishes that were answered so."""
    lines = [json.loads(line) for line in host.log.read_text().splitlines() if line.startswith("{")]
    publishes = [line for line in lines if line.get("path") == "/api/v1/notifications"]
    return [line for line in publishes if line.get("status") == status]


async def until_ready(http: httpx.AsyncClient, hosts: Hosts, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    for host in hosts:
        while (await http.get(f"{host.url}/readyz")).status_code != 200:
            assert time.monotonic() < deadline, f"{host.url} does not come back"
            await asyncio.sleep(0.1)
