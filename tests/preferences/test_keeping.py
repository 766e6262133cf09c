"""What is chosen is kept, on both engines, and only for whoever chose it."""

from collections.abc import Iterator

import pytest

from tidings.accounts import users
from tidings.clock import ManualClock
from tidings.database import Database
from tidings.notifications import marks
from tidings.notifications.numbers import position_of
from tidings.preferences import keeping


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close_now()


def add(database: Database, name: str) -> str:
    now = ManualClock().now()
    return database.write_now(lambda session: users.add(session, name, "x", now).id)


def test_the_last_choice_holds(database: Database) -> None:
    alice, bob = add(database, "alice"), add(database, "bob")
    for revision, theme in enumerate(("dark", "light"), start=1):
        database.write_now(
            lambda session, theme=theme, revision=revision: keeping.keep(
                session, alice, {"theme": theme}, revision
            )
        )
    kept = database.read_now(lambda session: keeping.kept(session, alice))
    assert kept == keeping.Kept({"theme": "light"}, 2)
    assert database.read_now(lambda session: keeping.kept(session, bob)) is None


def test_choosing_stirs_the_inbox_without_changing_it(database: Database) -> None:
    alice = add(database, "alice")
    for revision in (1, 2):
        stirred = database.write_now(lambda session: marks.stir(session, alice))
        assert (stirred.revision, stirred.unread, stirred.changes) == (revision, 0, [])
    place = database.read_now(lambda session: position_of(session, alice))
    assert (place.seq, place.revision) == (0, 2)
