"""The audit log: an entry stands or falls with its change, is found again, and goes when its time is over."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from tidings.audit.log import SERVER, Actor, Entry, forget, page, record
from tidings.audit.tables import Action, AuditEntry
from tidings.clock import ManualClock
from tidings.database import Database

ALICE = Actor("user", "alice", "id-of-alice", "192.0.2.1")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close_now()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def write(database: Database, clock: ManualClock, *entries: Entry) -> None:
    def work(session: Session) -> None:
        for entry in entries:
            record(session, entry, clock.now())

    database.write_now(work)


def actions(database: Database) -> list[str]:
    return [entry.action for entry in database.read_now(lambda session: page(session, limit=200))]


def test_an_entry_says_who_did_what_to_whom_from_where_and_when(
    database: Database, clock: ManualClock
) -> None:
    write(database, clock, Entry(Action.KEY_REVOKED, ALICE).about("backup", "id-of-key", why="lost"))
    entry = database.read_now(page)[0]
    assert entry.model_dump() == {
        "id": 1,
        "at": clock.now(),
        "action": "key.revoked",
        "actor_kind": "user",
        "actor": "alice",
        "actor_id": "id-of-alice",
        "address": "192.0.2.1",
        "target": "backup",
        "target_id": "id-of-key",
        "details": {"why": "lost"},
    }


def test_an_entry_of_a_change_that_fails_is_not_there(database: Database, clock: ManualClock) -> None:
    def work(session: Session) -> None:
        record(session, Entry(Action.USER_ADDED, ALICE), clock.now())
        raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        database.write_now(work)
    assert actions(database) == []


def test_pages_continue_where_the_last_one_ended(database: Database, clock: ManualClock) -> None:
    write(database, clock, *[Entry(Action.USER_ADDED, ALICE, f"user{n}") for n in range(5)])
    seen, before = list[str](), None
    while rows := database.read_now(lambda session, b=before: page(session, before=b, limit=2)):
        seen += [row.target for row in rows]
        before = rows[-1].id
    assert seen == ["user4", "user3", "user2", "user1", "user0"]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"subject": "key"}, ["key.revoked"]),
        ({"subject": "ke"}, []),
        ({"search": "BOB"}, ["user.added"]),
        ({"search": "192.0.2"}, ["key.revoked", "user.added"]),
        ({"search": "%"}, []),
    ],
)
def test_the_log_is_narrowed_by_subject_and_by_words(
    database: Database, clock: ManualClock, narrowed: dict[str, str], found: list[str]
) -> None:
    write(database, clock, Entry(Action.USER_ADDED, ALICE, "bob"), Entry(Action.KEY_REVOKED, ALICE, "shop"))
    rows = database.read_now(lambda session: page(session, **narrowed))  # pyright: ignore[reportArgumentType]
    assert [row.action for row in rows] == found


def test_refusals_go_after_a_month_and_the_rest_after_its_time(
    database: Database, clock: ManualClock
) -> None:
    write(database, clock, Entry(Action.SESSION_REFUSED, SERVER), Entry(Action.USER_ADDED, ALICE))
    for days, kept in ((29, ["user.added", "session.refused"]), (2, ["user.added"]), (335, [])):
        clock.advance(timedelta(days=days).total_seconds())
        database.write_now(lambda session: forget(session, clock.now(), timedelta(days=365)))
        assert actions(database) == kept


def test_with_no_limit_everything_but_refusals_is_kept_for_ever(
    database: Database, clock: ManualClock
) -> None:
    write(database, clock, Entry(Action.SESSION_REFUSED, SERVER), Entry(Action.USER_ADDED, ALICE))
    clock.advance(timedelta(days=5000).total_seconds())
    database.write_now(lambda session: forget(session, clock.now(), None))
    assert actions(database) == ["user.added"]


def test_what_is_too_long_for_its_column_is_cut(database: Database, clock: ManualClock) -> None:
    write(database, clock, Entry(Action.USER_ADDED, Actor("user", "x" * 500, address="y" * 500), "z" * 500))
    entry: AuditEntry = database.read_now(page)[0]
    assert (len(entry.actor), len(entry.address), len(entry.target)) == (64, 64, 200)
