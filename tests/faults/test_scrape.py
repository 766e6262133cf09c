"""What Prometheus reads from two workers of a real server is what happened at both together."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from tests.faults.conftest import Begin
from tests.faults.storm import NO_LIMITS
from tests.metrics.scraping import Numbers
from tests.running import RedisServer, TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

PEOPLE, TOLD = 6, 20
ENGINES = (
    "database_up",
    "database_write_seconds_count",
    "database_read_seconds_count",
    "redis_up",
    "redis_seconds_count",
)


@pytest.fixture
async def workers(redis: RedisServer, tmp_path: Path) -> AsyncIterator[TidingsServer]:
    server = TidingsServer(
        tmp_path / "scraped",
        TIDINGS_WORKERS="2",
        TIDINGS_REDIS_URL=redis.url,
        TIDINGS_LOG="json",
        TIDINGS_LOG_LEVEL="debug",
        **NO_LIMITS,
    )
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def test_every_number_is_that_of_both_workers(begin: Begin, workers: TidingsServer) -> None:
    storm = await begin(workers, "scraped", PEOPLE)
    for _ in range(TOLD):
        await storm.broadcast()
    assert (await storm.settle()).clean
    async with httpx.AsyncClient(trust_env=False, base_url=workers.url) as http, AsyncExitStack() as stack:
        wrong = {"username": "admin", "password": "wrong"}
        assert (await http.post("/api/v1/session", json=wrong)).status_code == 401
        token = await storm.listeners[0].fresh_token()
        first = [await _first(stack, workers, each) for each in ["nonsense", *[token] * 5]]
        kinds = sorted(str(said["type"]) for said in first)
        assert kinds == ["auth_ok"] * 4 + ["closing"] * 2
        numbers = await _scraped(
            http, lambda seen: seen.of("tidings_connections", state="live") == PEOPLE + 4
        )
    assert {each.labels["worker"] for each in numbers.samples} == {"0", "1"}
    assert numbers.of("tidings_connections", state="opening") == 0
    assert numbers.of("tidings_notifications_total", door="http") == TOLD
    assert numbers.of("tidings_inbox_items_total") == TOLD * PEOPLE
    assert numbers.of("tidings_publish_seconds_count", door="http") == TOLD
    assert 0 < numbers.of("tidings_publish_seconds_sum") / TOLD < 5
    assert numbers.of("tidings_deliveries_total") == TOLD * PEOPLE
    assert 0 < numbers.of("tidings_delivery_lag_seconds_count") <= TOLD * PEOPLE
    assert numbers.of("tidings_closes_total", code="4401") == 1
    assert numbers.of("tidings_closes_total", code="4429") == 1
    assert numbers.of("tidings_limit_hits_total", limit="connections_per_user") == 1
    assert numbers.of("tidings_auth_failures_total", door="sign_in", reason="wrong_password") == 1
    assert numbers.of("tidings_auth_failures_total", door="socket", reason="not_ours") == 1
    assert numbers.of("tidings_resumes_total", outcome="snapshot") >= PEOPLE + 4
    assert numbers.of("tidings_queue_bytes") == 0
    for engine in ENGINES:
        assert numbers.of(f"tidings_{engine}", worker="0") > 0, engine
        assert numbers.of(f"tidings_{engine}", worker="1") > 0, engine
    _lines_name_their_request_and_connection(workers.log)


async def _first(stack: AsyncExitStack, server: TidingsServer, token: str) -> dict[str, object]:
    """Connect with a token and return what is said first."""
    socket = await stack.enter_async_context(connect(server.socket_url, proxy=None, ping_interval=None))
    await socket.send(orjson.dumps({"type": "auth", "token": token}).decode())
    return orjson.loads(await socket.recv())


async def _scraped(http: httpx.AsyncClient, true: Callable[[Numbers], bool]) -> Numbers:
    """Scrape until it is so: a worker knows what its sibling counted a few seconds later."""
    async with asyncio.timeout(20):
        while True:
            numbers = Numbers((await http.get("/metrics")).text)
            if true(numbers):
                return numbers
            await asyncio.sleep(0.2)


def _lines_name_their_request_and_connection(log: Path) -> None:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [line for line in lines if line.get("request")], "each request has a line with its id"
    ended = [line for line in lines if line.get("connection") and "code" in line]
    assert any({"user", "code", "by", "lasted_s"} <= line.keys() for line in ended), ended
