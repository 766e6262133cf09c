"""The lead: of all processes on one database, one does what needs to be done only once.

No chore may come in here. Called by the chores, as `Database.lead`.

It is a lock that ends with its holder, however that ends: an advisory lock of a PostgreSQL connection, or a
lock on a file beside SQLite's. So there is no lease to renew, and a crash hands over at the next look.
"""

import asyncio
import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from tidings.database.engine import ALIVE

LOCK = 7_403_282  # any number, the same for all our processes; the doorbell's turn is another


class Lead:
    """Asked before each chore: `await held()`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._one_at_a_time = asyncio.Lock()
        self._file: IO[str] | None = None
        self._connection: psycopg.AsyncConnection | None = None

    async def held(self) -> bool:
        """Tell whether this process has the lead, taking it when nobody has."""
        if self._url.startswith("sqlite"):
            return self._held_by_file()
        try:
            async with self._one_at_a_time:
                return await self._held_by_connection()
        except (psycopg.Error, OSError):
            await self.let_go()
            return False

    async def let_go(self) -> None:
        """Leave the lead to another process."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()

    def _held_by_file(self) -> bool:
        if self._file is not None:
            return True
        file = Path(f"{make_url(self._url).database}.lead").open("w")  # noqa: SIM115  # closed by `let_go`
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    async def _held_by_connection(self) -> bool:
        if self._connection is None:
            address = make_conninfo(self._url, **ALIVE)
            self._connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
            taken = await self._connection.execute(f"SELECT pg_try_advisory_lock({LOCK})".encode())
            if (row := await taken.fetchone()) is None or not row[0]:
                await self.let_go()
                return False
        await self._connection.execute(b"SELECT 1")  # a lock that was lost with its connection is no lead
        return True
