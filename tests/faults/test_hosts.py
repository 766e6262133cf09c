"""Two hosts with one PostgreSQL and one Redis: what befalls Redis, the database or a host loses nothing.

The same storms and the same judge as for one server (test_storms.py).
"""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults.chaos import ChaosProxy
from tests.faults.conftest import Begin
from tests.faults.storm import NO_LIMITS, Storm, steadily
from tests.proxies import without_tls
from tests.running import PostgresServer, RedisServer, TidingsServer, free_port, wait_until

pytestmark = [pytest.mark.anyio, pytest.mark.faults, pytest.mark.slow]

Hosts = list[TidingsServer]
NGINX_LOOKS_AGAIN_S = 3.0  # at a server that was gone: whole seconds, more than one of them


@pytest.fixture(scope="module")
def hosts(
    redis: RedisServer, database: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    """Two servers that share nothing but the database, Redis and their keys."""
    common = NO_LIMITS | {
        "TIDINGS_DATABASE_URL": database.fresh_url("hosts"),
        "TIDINGS_REDIS_URL": redis.url,
        "TIDINGS_SECRET_KEY": "k" * 32,
    }
    both = [TidingsServer(tmp_path_factory.mktemp(f"host{number}"), **common) for number in (1, 2)]
    for server in both:
        server.environment["TIDINGS_PUBLIC_URL"] = both[0].url  # what a browser would type
        server.start()
    yield both
    for server in both:
        server.stop()


@pytest.fixture
def front(hosts: Hosts) -> ChaosProxy:
    return ChaosProxy(*(server.port for server in hosts))


async def begin_on(begin: Begin, hosts: Hosts, front: object, prefix: str, people: int = 8) -> Storm:
    storm = await begin(hosts[0], prefix, people, front)
    for listener in storm.listeners:
        listener.keep_times = True
    return storm


async def assert_nothing_broken(storm: Storm) -> None:
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert verdict.deliveries > 0


def lags(storm: Storm) -> list[float]:
    """Return the seconds from each answer to each arrival, the longest last."""
    answered = storm.sender.answered_at
    return sorted(at - answered[tag] for each in storm.listeners for tag, at in each.arrived_at.items())


def has_said_twice(server: TidingsServer, words: str) -> bool:
    return server.log.read_text().count(words) == 2


async def test_redis_killed_emptied_and_frozen_amid_publishes(
    begin: Begin, hosts: Hosts, front: ChaosProxy, redis: RedisServer
) -> None:
    storm = await begin_on(begin, hosts, front, "redis")
    publishing = asyncio.create_task(steadily(storm, 16, per_second=20))
    await asyncio.sleep(1.5)
    await asyncio.to_thread(redis.kill)
    await asyncio.sleep(3)
    await asyncio.to_thread(redis.start)  # empty
    await asyncio.sleep(3)
    redis.pause()
    await asyncio.sleep(5)
    redis.resume()
    await publishing
    await assert_nothing_broken(storm)
    assert storm.sender.slowest_answer_s < 2, "nobody who publishes waits for Redis"
    assert lags(storm)[-1] < 10
    assert storm.sender.refused == 0
    for server in hosts:
        twice = partial(has_said_twice, server, "Redis answers again")
        await asyncio.to_thread(wait_until, twice, 10, "the return of Redis, said twice")


async def test_postgresql_restarted_and_a_host_killed_amid_publishes(
    begin: Begin, hosts: Hosts, front: ChaosProxy, database: PostgresServer
) -> None:
    storm = await begin_on(begin, hosts, front, "database")
    publishing = asyncio.create_task(steadily(storm, 14, per_second=20))
    await asyncio.sleep(2)
    await asyncio.to_thread(database.stop)
    await asyncio.sleep(1)
    await asyncio.to_thread(database.start)
    await asyncio.sleep(3)
    await asyncio.to_thread(hosts[1].kill)
    await asyncio.to_thread(hosts[1].start)
    front.cut(0.5)
    await publishing
    await assert_nothing_broken(storm)


class Nginx:
    """A real nginx with deploy/'s configuration in front of two servers (the `Front` of a storm)."""

    def __init__(self, folder: Path, first: int, second: int) -> None:
        self.port, self.cuts = free_port(), 0
        self._folder = folder
        self._command = without_tls(folder, self.port, first, second)
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        await asyncio.to_thread(self._begin)

    def _begin(self) -> None:
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        wait_until((self._folder / "pid").exists, 10, "nginx's start")

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)

    def cut(self, share: float = 1.0) -> None:
        """A proxy that works does not cut."""

    def complaints(self) -> str:
        """Return what it has written into its log of errors."""
        return (self._folder / "error.log").read_text()


@pytest.fixture
def nginx(hosts: Hosts, tmp_path: Path) -> Nginx:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    return Nginx(tmp_path, hosts[0].port, hosts[1].port)


async def restart_in_turn(hosts: Hosts) -> None:
    """Restart one after the other, as an operator does who leaves nginx the time to see it."""
    for server in hosts:
        await asyncio.sleep(NGINX_LOOKS_AGAIN_S)
        began = asyncio.get_running_loop().time()
        assert await asyncio.to_thread(server.stop) in (0, -15)  # by SIGTERM, as asked
        assert asyncio.get_running_loop().time() - began < 10
        await asyncio.to_thread(server.start)


async def test_sockets_come_back_behind_nginx_when_nobody_asks_for_anything_else(
    begin: Begin, hosts: Hosts, nginx: Nginx
) -> None:
    storm = await begin_on(begin, hosts, nginx, "quiet", people=16)
    await restart_in_turn(hosts)
    await asyncio.gather(*(asyncio.wait_for(listener.live.wait(), 5) for listener in storm.listeners))
    assert "no live upstreams" not in nginx.complaints(), "each handshake found the one that was there"


async def test_a_rolling_restart_behind_nginx_loses_nothing_and_refuses_nobody(
    begin: Begin, hosts: Hosts, nginx: Nginx
) -> None:
    storm = await begin_on(begin, hosts, nginx, "rolling", people=16)
    publishing = asyncio.create_task(steadily(storm, 20, per_second=15))
    await restart_in_turn(hosts)
    await publishing
    await assert_nothing_broken(storm)
    told = [code for listener in storm.listeners for code in listener.endings]
    assert set(told) == {1012}, "each was told to come back"
    waits_ms = sorted(ms for listener in storm.listeners for ms in listener.told_to_wait_ms)
    assert len(waits_ms) == len(told)
    assert 0 < waits_ms[0] < 2_000 < waits_ms[-1] <= 6_000, "spread, so that they do not come back as one"
    sender = storm.sender
    assert (sender.lost, sender.refusals, sender.bounced) == ([], [], 0), "no publisher noticed"
