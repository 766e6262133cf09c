"""The doorbell of PostgreSQL: whoever commits rings it, and every other process looks.

No table may come in here. Called by transaction.py (ring) and store.py (listen). SQLite needs no bell: its
writer sees the file change (`Transactor.changed_elsewhere`).
"""

import asyncio
import logging
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo

from tidings.database.engine import ALIVE

CHANNEL = "tidings"
TURN = 7_403_281  # any number, the same for all our processes
RESTED_S = 0.1  # several commits in a row are one ring
AGAIN_S = 0.5

# Writers of several processes take turns, as they do on SQLite. They group their commits, so a turn is short;
# without turns two groups that number the same inboxes in another order would deadlock, a second each.
ENTER_AND_RING = f"SELECT pg_advisory_xact_lock({TURN}), pg_notify('{CHANNEL}', %s)"

log = logging.getLogger("tidings.database")


async def listen(url: str, origin: str, ring: Callable[[], None]) -> None:
    """Call `ring` whenever another process has committed, for ever; a server that is away is asked again."""
    lost = False
    while True:
        try:
            await _listen_once(url, origin, ring)
        except (psycopg.Error, OSError) as failure:
            if not lost:
                log.warning(
                    "The doorbell of the database is silent until it answers: %s", type(failure).__name__
                )
            lost = True
            await asyncio.sleep(AGAIN_S)


async def _listen_once(url: str, origin: str, ring: Callable[[], None]) -> None:
    address = make_conninfo(url, **ALIVE)
    connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
    try:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        ring()  # something may have been missed before
        async for heard in connection.notifies():
            if heard.payload != origin:
                ring()
                await asyncio.sleep(RESTED_S)
    finally:
        await connection.close()
