"""What a failure means is told by its number, in whatever language the server speaks."""

import sqlite3

import psycopg
import pytest

from tidings.database.failures import DatabaseUnavailable, Locked, Passing, WorkTooLong, meaning


def sqlite_failure(code: int) -> sqlite3.Error:
    failure = sqlite3.OperationalError("words")
    failure.sqlite_errorcode = code
    return failure


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, Locked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Locked),
        (sqlite3.SQLITE_LOCKED, Locked),
        (sqlite3.SQLITE_FULL, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, DatabaseUnavailable),
        (sqlite3.SQLITE_CORRUPT, DatabaseUnavailable),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseUnavailable),
    ],
)
def test_trouble_of_sqlite_is_waited_for_or_told(code: int, expected: type[Exception]) -> None:
    assert type(meaning(sqlite_failure(code))) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("40P01", Locked),
        ("40001", Locked),
        ("55P03", Locked),
        ("57P01", Passing),
        ("57P03", Passing),
        ("08006", Passing),
        ("25006", Passing),
        ("53300", Passing),
        ("53100", DatabaseUnavailable),
        ("58030", DatabaseUnavailable),
        ("28P01", DatabaseUnavailable),
        ("57014", WorkTooLong),
    ],
)
def test_trouble_of_postgresql_is_waited_for_or_told(state: str, expected: type[Exception]) -> None:
    assert type(meaning(psycopg.errors.lookup(state)("Wörter"))) is expected


def test_a_server_that_does_not_answer_is_waited_for() -> None:
    assert type(meaning(psycopg.OperationalError("connection refused"))) is Passing


@pytest.mark.parametrize(
    "own",
    [
        sqlite_failure(sqlite3.SQLITE_CONSTRAINT),
        sqlite_failure(sqlite3.SQLITE_ERROR),
        psycopg.errors.lookup("23505")("twice"),
        psycopg.errors.lookup("42P01")("no such table"),
        ValueError("ours"),
    ],
)
def test_a_mistake_of_the_work_stays_what_it_is(own: Exception) -> None:
    assert meaning(own) is own
