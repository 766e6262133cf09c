"""Amid a deploy: today's version and the next one side by side, on one database that is a step ahead."""

import asyncio
from collections.abc import Iterator

import orjson
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from websockets.asyncio.client import connect

from tests.faults.chaos import ChaosProxy
from tests.faults.conftest import Begin
from tests.faults.storm import NO_LIMITS, steadily
from tests.newer import newer_tree
from tests.running import ROOT, PostgresServer, RedisServer, TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults, pytest.mark.slow]

Hosts = list[TidingsServer]


@pytest.fixture(scope="module")
def hosts(
    redis: RedisServer, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosts]:
    """Today's server, and beside it the next version's, which has migrated the database under it."""
    common = NO_LIMITS | {
        "TIDINGS_DATABASE_URL": postgres.fresh_url("old_and_new"),
        "TIDINGS_REDIS_URL": redis.url,
        "TIDINGS_SECRET_KEY": "k" * 32,
    }
    old, new = (TidingsServer(tmp_path_factory.mktemp(name), **common) for name in ("old", "new"))
    old.environment["TIDINGS_PUBLIC_URL"] = new.url  # what a browser would type
    old.start()
    newest = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()
    new.root = newer_tree(tmp_path_factory.mktemp("tree"), str(newest))
    new.start()
    yield [old, new]
    for server in (old, new):
        server.stop()
    postgres.drop("old_and_new")


async def test_both_write_and_read_one_database_and_nobody_misses_anything(
    begin: Begin, hosts: Hosts
) -> None:
    front = ChaosProxy(*(server.port for server in hosts))
    storm = await begin(hosts[1], "both", 10, front)
    publishing = asyncio.create_task(steadily(storm, 6, per_second=20))
    for _ in range(3):
        await asyncio.sleep(1.5)
        front.cut(0.5)  # who was at the old one may come to the new one, and back
    await publishing
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert verdict.deliveries > 0
    sender = storm.sender
    assert (sender.refused, sender.bounced) == (0, 0)
    assert [row[0] for row in storm.ask("SELECT version_num FROM alembic_version")] == ["9999"]


async def test_the_old_server_takes_a_page_that_speaks_a_newer_protocol(begin: Begin, hosts: Hosts) -> None:
    storm = await begin(hosts[1], "ahead", 1)
    [alice] = storm.listeners
    token = await alice.fresh_token()
    async with connect(hosts[0].socket_url, proxy=None) as socket:
        hello = {"type": "auth", "token": token, "protocol": 7, "mood": "curious", "accept": ["zstd"]}
        await socket.send(orjson.dumps(hello).decode())
        answer = orjson.loads(await socket.recv())
        assert (answer["type"], answer["protocol"]) == ("auth_ok", 1)
        await socket.send('{"type": "wish", "ref": "1", "for": "rain"}')
        heard = [orjson.loads(await socket.recv()) for _ in range(2)]
        assert [message["type"] for message in heard] == ["snapshot", "error"]
        assert heard[1]["code"] == "unknown_type"
        await socket.send('{"type": "ping", "t": 1}')
        assert orjson.loads(await socket.recv())["type"] == "pong"


def test_a_restart_of_the_old_version_says_why_it_cannot(hosts: Hosts) -> None:
    old = hosts[0]
    assert old.stop() in (0, -15)
    with pytest.raises(RuntimeError, match="belongs to a newer version of Tidings; run that version"):
        old.start()
    old.process = None
