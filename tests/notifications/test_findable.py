"""Words are indexed many contents at a time, whatever came and went meanwhile; none is lost."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.orm import Session

from alembic import command
from tests.notifications.conftest import Town
from tidings.database import Database
from tidings.database.migrate import ROOT, migrate
from tidings.notifications import findable, upkeep

NEVER = timedelta(days=1000)
WORDS = ("disk", "backup", "deploy")


@pytest.fixture(name="alone")
def _alone(sqlite_template: Path, tmp_path: Path) -> Iterator[Town]:
    """Return a town on SQLite: PostgreSQL keeps its index by itself."""
    path = tmp_path / "alone.db"
    path.write_bytes(sqlite_template.read_bytes())
    town = Town(Database(f"sqlite:///{path}"))
    town.settle("alice", "bob")
    yield town
    town.database.close_now()


def found(town: Town, word: str) -> list[str]:
    """Return the titles that the index finds as it is now."""
    match = text("""SELECT title FROM contents JOIN content_numbers ON content_id = id
        JOIN content_words ON content_words.rowid = number WHERE content_words MATCH :word ORDER BY title""")
    return list(town.read(lambda session: session.scalars(match, {"word": word}).all()))


def remove(town: Town, title: str) -> None:
    town.write(lambda session: session.execute(text("DELETE FROM contents WHERE title = :t"), {"t": title}))


def say_once_more(session: Session) -> None:
    """Copy a content, within this transaction."""
    names = [row.name for row in session.execute(text("PRAGMA table_info(contents)")) if row.name != "id"]
    others = ", ".join(names)
    copy = f"INSERT INTO contents (id, {others}) SELECT id || '+', {others} FROM contents LIMIT 1"
    session.execute(text(copy))


def check_whole(town: Town) -> None:
    check = text("INSERT INTO content_words (content_words, rank) VALUES ('integrity-check', 0)")
    town.write(lambda session: session.execute(check))


@pytest.mark.anyio
async def test_whoever_searches_finds_what_was_just_said(town: Town) -> None:
    town.publish(title="Disk full")
    await findable.catch_up(town.database)
    assert not town.is_behind()
    await town.database.close()


@pytest.mark.anyio
async def test_a_backlog_is_taken_in_step_by_step(alone: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findable, "STEP", 3)
    for number in range(8):
        alone.publish(title=f"disk {number}")
    alone.write(findable.take_in)
    assert len(found(alone, "disk")) == 3
    await findable.catch_up(alone.database)
    assert len(found(alone, "disk")) == 8
    await alone.database.close()


@pytest.mark.anyio
async def test_who_searches_waits_for_what_was_said_before_and_not_for_all_that_comes(
    alone: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_in_while_somebody_publishes(session: Session) -> None:
        one_step(session)
        say_once_more(session)

    one_step = findable.take_in
    monkeypatch.setattr(findable, "take_in", take_in_while_somebody_publishes)
    alone.publish(title="disk")
    await findable.catch_up(alone.database)
    assert alone.read(findable.missing) == 2
    await alone.database.close()


def test_large_contents_are_taken_in_fewer_at_a_time(alone: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findable, "CHARACTERS", 20)
    for number in range(5):
        alone.publish(title=f"disk {number}", body="x" * (10 if number else 100))
    taken: list[int] = []
    while alone.is_behind():
        alone.write(findable.take_in)
        taken.append(len(found(alone, "disk")))
    assert taken == [1, 3, 5]


@pytest.mark.anyio
async def test_who_cannot_wait_for_the_database_searches_without_it(
    alone: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findable, "PATIENCE_S", 0.05)
    alone.publish(title="disk")
    other = sqlite3.connect(alone.database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await findable.catch_up(alone.database)
    assert alone.is_behind()
    other.execute("ROLLBACK")
    other.close()
    monkeypatch.undo()
    await findable.catch_up(alone.database)
    assert found(alone, "disk") == ["disk"]
    await alone.database.close()


def test_what_is_removed_before_it_is_indexed_leaves_no_trace(alone: Town) -> None:
    alone.publish(title="disk one")
    alone.publish(title="disk two")
    remove(alone, "disk one")
    alone.index()
    assert found(alone, "disk") == ["disk two"]
    check_whole(alone)


def test_a_number_that_is_given_again_is_indexed_again(alone: Town) -> None:
    for title in ("disk one", "disk two"):
        alone.publish(title=title)
    alone.index()
    remove(alone, "disk two")
    alone.publish(title="backup three")
    alone.index()
    assert found(alone, "two") == []
    assert found(alone, "backup") == ["backup three"]
    check_whole(alone)


def test_the_cleaner_takes_words_with_it(alone: Town) -> None:
    alone.publish(title="disk")
    alone.index()
    alone.clock.advance(NEVER.total_seconds())
    alone.expire(timedelta(days=90))
    alone.write(lambda session: upkeep.forget(session, alone.clock.now(), timedelta(days=90)))
    assert found(alone, "disk") == []
    alone.publish(title="disk again")
    alone.index()
    assert found(alone, "disk") == ["disk again"]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_and_goes_the_index_says_what_there_is(alone: Town, seed: int) -> None:
    dice, there = random.Random(seed), list[str]()
    for number in range(60):
        match dice.choice(("say", "say", "newest", "oldest", "index", "step")):
            case "say":
                there.append(f"{dice.choice(WORDS)} {number}")
                alone.publish(title=there[-1])
            case "newest" if there:
                remove(alone, there.pop())
            case "oldest" if there:
                remove(alone, there.pop(0))
            case "index":
                alone.index()
            case _:
                alone.write(findable.take_in)
    alone.index()
    for word in WORDS:
        assert found(alone, word) == sorted(title for title in there if title.startswith(word))
    check_whole(alone)


def test_an_upgrade_and_the_way_back_lose_no_word(alone: Town) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = alone.database.url
    alone.publish(title="disk one")
    command.downgrade(config, "0006")
    alone.publish(title="disk two")
    assert found(alone, "disk") == ["disk one", "disk two"]
    migrate(alone.database.url)
    alone.publish(title="disk three")
    remove(alone, "disk two")
    alone.index()
    assert found(alone, "disk") == ["disk one", "disk three"]
    check_whole(alone)
