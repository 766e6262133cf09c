"""What a failure of the database means: wait for it, say so, or it is the work's own.

No connection may come in here. Called by transaction.py and store.py.

Numbers decide, not words: PostgreSQL speaks the language of its server, and SQLite's texts change.
"""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

FAILURES = (DBAPIError, sqlite3.Error, psycopg.Error)

LOCKED_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
BROKEN_CODES = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
TOO_LONG_STATE = "57014"  # the statement limit
LOCKED_STATES = ("40", "55P03")  # serialisation, deadlock; the lock limit
LOST_STATES = (
    "08",
    "57P",
    "25006",
    "25P03",
    "53300",
)  # connection, restart, fail-over, frozen, too many clients
BROKEN_STATES = ("28", "3D", "53", "58", "XX001", "XX002")  # not let in, gone, no room, no disk, damaged


class DatabaseUnavailable(Exception):
    """The database did not answer in time; nothing is promised about the job, and trying again is right."""

    retry_after_s = 2


class Late(DatabaseUnavailable):
    """Nobody can wait longer for this answer."""

    def __init__(self) -> None:
        super().__init__("The database did not answer in time.")


class Passing(DatabaseUnavailable):
    """It failed before the commit, and may well succeed in a moment."""


class Locked(Passing):
    """Somebody else is writing; the connection is good."""


class WorkTooLong(DatabaseUnavailable):
    """One work ran into the statement limit; others are not concerned."""


def meaning(failure: Exception) -> Exception:
    """Translate a failure before the commit: `Passing`, `DatabaseUnavailable`, or the work's own."""
    cause = failure.orig if isinstance(failure, DBAPIError) else failure
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, failure)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause, failure)
    return failure


def _of_sqlite(cause: sqlite3.Error, failure: Exception) -> Exception:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # without the extension: BUSY_SNAPSHOT is BUSY
    if code in LOCKED_CODES:
        return Locked("The database is locked.")
    if code in BROKEN_CODES:
        return DatabaseUnavailable(f"The database cannot write or read: {cause}.")
    return failure


def _of_postgresql(cause: psycopg.Error, failure: Exception) -> Exception:
    state = cause.sqlstate
    if state is None:  # no answer of the server at all
        away = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        return Passing("The database is away.") if away else failure
    if state == TOO_LONG_STATE:
        return WorkTooLong("The database needs too long for this.")
    if state.startswith(LOCKED_STATES):
        return Locked("The database is busy.")
    if state.startswith(LOST_STATES):
        return Passing("The database is away.")
    if state.startswith(BROKEN_STATES):
        return DatabaseUnavailable(f"The database cannot write or read (SQLSTATE {state}).")
    return failure
