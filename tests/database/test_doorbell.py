"""The doorbell: what another process commits is noticed within moments, our own commits are no news."""

import asyncio
import time

import pytest

from tests.database.conftest import ask, do, note
from tests.running import PostgresServer
from tidings.database import Database, DatabaseUnavailable

pytestmark = pytest.mark.anyio


async def rung(bell: asyncio.Event, within_s: float) -> float:
    began = time.monotonic()
    await asyncio.wait_for(bell.wait(), within_s)
    return time.monotonic() - began


async def quiet(bell: asyncio.Event) -> None:
    """Wait until the bell has been silent for a while: opening a connection rings once, to be safe."""
    while True:
        bell.clear()
        await asyncio.sleep(0.45)
        if not bell.is_set():
            return


async def test_a_foreign_commit_rings_within_a_second(database: Database, database_url: str) -> None:
    bell = asyncio.Event()
    database.on_foreign_change = bell.set
    await database.write(note("ours"))
    await quiet(bell)
    stranger = Database(database_url)
    await asyncio.to_thread(stranger.write_now, note("foreign"))
    stranger.close_now()
    assert await rung(bell, 2) < 1


async def test_our_own_commits_do_not_ring(database: Database) -> None:
    bell = asyncio.Event()
    database.on_foreign_change = bell.set
    await database.write(note("first"))
    await quiet(bell)
    for number in range(5):
        await database.write(note(str(number)))
    await asyncio.sleep(0.3)
    assert not bell.is_set()


@pytest.mark.slow
@pytest.mark.faults
async def test_after_a_restart_of_postgresql_writing_and_the_doorbell_heal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    if PostgresServer.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    server = PostgresServer()
    await asyncio.to_thread(server.start)
    url = server.fresh_url("healing")
    ours, stranger = Database(url), Database(url)
    bell = asyncio.Event()
    try:
        await ours.write(do("CREATE TABLE notes (said TEXT)"))
        ours.on_foreign_change = bell.set
        await asyncio.to_thread(server.stop)
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            await ours.write(note("while it is away"))
        assert time.monotonic() - began < 5.2
        with pytest.raises(DatabaseUnavailable):
            await ours.read(ask("SELECT 1"))
        await asyncio.to_thread(server.start)
        began = time.monotonic()
        await ours.write(note("back"))
        assert await ours.read(ask("SELECT count(*) FROM notes")) == 1
        assert time.monotonic() - began < 3
        await quiet(bell)
        await asyncio.to_thread(stranger.write_now, note("foreign"))
        assert await rung(bell, 2) < 1
        assert sum("doorbell" in record.getMessage() for record in caplog.records) == 1
    finally:
        await ours.close()
        stranger.close_now()
        await asyncio.to_thread(server.close)
