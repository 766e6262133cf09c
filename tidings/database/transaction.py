"""One write transaction: patience with a locked or restarting database, and honesty about the commit.

No threads and no event loop may come in here. Called by writer.py (batches) and store.py (the command line).

Several works share a transaction. They run straight through first; only if one of them fails, all run again,
each behind a savepoint, so that a mistake of one sender costs its neighbours no commit of their own.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from tidings.database.doorbell import ENTER_AND_RING
from tidings.database.failures import FAILURES, DatabaseUnavailable, Locked, Passing, WorkTooLong, meaning

Work = Callable[[Session], Any]
Outcome = tuple[Any, Exception | None]

PATIENCE_S = 4.4  # a publisher waits at most five seconds for a locked or broken database, then hears 503
PAUSE_S = 0.05
SHARED_S = 1.0  # works that took so long are committed before others begin, whose senders wait as well


class WaitedOut(DatabaseUnavailable):
    """It was locked, away or slow until the deadline; nothing was kept."""


class CommitUnsure(DatabaseUnavailable):
    """It failed at the commit and may have been kept: running it again could do it twice."""


class Transactor:
    """The only writing connection of a process. Not for two threads at once. `origin` names the process."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._origin = origin
        self._connection: Connection | None = None
        self._seen_version: int | None = None
        self.busy = 0  # how often a lock, or a lost server, was waited out

    def run(self, works: list[Work], deadline: float, wanted_until: float = float("inf")) -> list[Outcome]:
        """Run the works in one transaction and commit; wait out a lock or a lost server till the deadline.

        What a work raises is its own outcome; nothing of it is kept. When they are slow, only the first of
        them are done. After `wanted_until` nobody hears of a commit any more, and there is none: who was told
        503 tries again, and would do it twice. Raises `DatabaseUnavailable` for all.
        """
        while True:
            try:
                return self._attempt(works, wanted_until)
            except Passing as cause:
                if time.monotonic() > deadline:
                    raise WaitedOut(str(cause)) from cause
                self.busy += 1
                time.sleep(PAUSE_S)

    def changed_elsewhere(self) -> bool:
        """Tell whether another connection has committed since the last look (SQLite: PRAGMA data_version)."""
        if self._engine.dialect.name != "sqlite":
            return False
        driver: Any = self._connected().connection.driver_connection
        seen, self._seen_version = self._seen_version, driver.execute("PRAGMA data_version").fetchone()[0]
        return seen != self._seen_version  # a new connection cannot know what it missed

    def close(self, *, broken: bool = False) -> None:
        """Let go of the connection; the next run takes another, a new one if this is broken."""
        if self._connection is None:
            return
        connection, self._connection, self._seen_version = self._connection, None, None
        with suppress(*FAILURES):  # a server that is gone closes its end by itself
            if broken:
                connection.invalidate()
            connection.close()

    def _attempt(self, works: list[Work], wanted_until: float) -> list[Outcome]:
        try:
            return self._transact(lambda connection: _straight(connection, works), wanted_until)
        except DatabaseUnavailable as away:
            if not _is_own(away):
                raise
            failed: Exception = away
        except Exception as own:  # noqa: BLE001  # whatever a work raises is its sender's answer
            failed = own
        if len(works) == 1:
            return [(None, failed)]
        return self._transact(lambda connection: [_apart(connection, work) for work in works], wanted_until)

    def _transact(self, run: Callable[[Connection], list[Outcome]], wanted_until: float) -> list[Outcome]:
        try:
            connection = self._connected()
            with connection.begin() as transaction:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(ENTER_AND_RING, (self._origin,))
                outcomes = run(connection)
                if time.monotonic() > wanted_until:
                    raise WaitedOut("The database was too slow.")
                _commit(transaction)
        except FAILURES as failure:
            told = meaning(failure)
            self._let_go_after(told)
            if told is failure:
                raise
            raise told from failure
        except CommitUnsure:
            self.close(broken=True)
            raise
        return outcomes

    def _let_go_after(self, told: Exception) -> None:
        if isinstance(told, DatabaseUnavailable) and not isinstance(told, Locked) and not _is_own(told):
            self.close(broken=True)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection


def _straight(connection: Connection, works: list[Work]) -> list[Outcome]:
    # "rollback_only": closing the session must leave the commit to us.
    with Session(bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        outcomes: list[Outcome] = []
        until = time.monotonic() + SHARED_S
        for work in works:
            outcomes.append((_finished(session, work), None))
            if time.monotonic() > until:
                break
        return outcomes


def _apart(connection: Connection, work: Work) -> Outcome:
    try:
        with Session(
            bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            value = _finished(session, work)
            session.commit()  # of the savepoint only
            return value, None
    except FAILURES as failure:
        told = meaning(failure)
        if isinstance(told, DatabaseUnavailable) and not _is_own(told):
            raise
        return None, told
    except Exception as own:  # noqa: BLE001  # as in _attempt
        return None, own


def _finished(session: Session, work: Work) -> Any:
    value = work(session)
    session.flush()
    if session.identity_map:  # a work of plain statements leaves nothing behind
        session.expunge_all()  # the next work must see the rows, not what this one remembers of them
    return value


def _commit(transaction: Any) -> None:
    try:
        transaction.commit()
    except FAILURES as failure:
        raise CommitUnsure("The database failed at the commit.") from failure


def _is_own(failure: Exception) -> bool:
    return isinstance(failure, WorkTooLong)
