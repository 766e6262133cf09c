"""A statement is compiled once and means on both engines what SQLAlchemy would have done."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from tidings.database import Database, Json, Statement, UtcDateTime

pytestmark = pytest.mark.anyio

things = Table(
    "things",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("facts", Json),
    Column("at", UtcDateTime),
    Column("note", String),
)
PUT = Statement(lambda _: insert(things))
TOUCH = Statement(
    lambda _: (
        update(things)
        .where(things.c.name == bindparam("whose"))
        .values(note=None, at=bindparam("moment", type_=UtcDateTime))
    )
)
NAMES = Statement(lambda _: select(things.c.name).where(things.c.at <= bindparam("until", type_=UtcDateTime)))
WHOLE = Statement(
    lambda _: select(things.c.name, things.c.facts, things.c.at.label("when"), things.c.note).where(
        things.c.name == bindparam("whose")
    )
)
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=2)))


def one_thing(session: Session) -> Any:
    return session.execute(select(things)).one()


@pytest.fixture
async def database(database: Database) -> Database:
    database.write_now(lambda session: things.create(session.connection()))
    return database


async def test_values_arrive_as_the_types_of_the_columns_say(database: Database) -> None:
    row = {"name": "a", "facts": {"deep": [1, None]}, "at": MOMENT, "note": "x"}
    assert await database.write(lambda session: PUT.run(session, **row).count) == 1
    found = await database.read(one_thing)
    assert found.facts == {"deep": [1, None]}
    assert found.at == MOMENT
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    "moment", [MOMENT, MOMENT.replace(microsecond=0), datetime(33, 1, 1, tzinfo=UTC), None]
)
def test_moments_are_written_for_sqlite_as_sqlalchemy_writes_them(moment: datetime | None) -> None:
    engine, kind = sqlite.dialect(), UtcDateTime()
    slowly = kind.impl_instance.dialect_impl(engine).bind_processor(engine)
    written = kind.bind_processor(engine)
    assert slowly is not None
    assert written(moment) == slowly(kind.process_bind_param(moment, engine))


async def test_fixed_values_and_missing_ones(database: Database) -> None:
    await database.write(lambda session: PUT.run(session, name="a", facts=None, at=None, note="x"))
    assert await database.write(lambda session: TOUCH.run(session, whose="a", moment=MOMENT).count) == 1
    assert await database.write(lambda session: TOUCH.run(session, whose="b", moment=MOMENT).count) == 0
    found = await database.read(one_thing)
    assert (found.facts, found.note, found.at) == (None, None, MOMENT)


async def test_rows_come_back_plain(database: Database) -> None:
    for name in ("a", "b"):
        await database.write(
            lambda session, name=name: PUT.run(session, name=name, facts=None, at=MOMENT, note=None)
        )
    rows = await database.read(lambda session: NAMES.run(session, until=MOMENT).rows)
    assert sorted(row[0] for row in rows) == ["a", "b"]
    earlier = MOMENT - timedelta(milliseconds=1)
    assert not await database.read(lambda session: NAMES.run(session, until=earlier).rows)


async def test_rows_can_be_read_by_name_and_as_the_types_of_the_columns_say(database: Database) -> None:
    row = {"name": "a", "facts": {"deep": [1, None]}, "at": MOMENT, "note": None}
    await database.write(lambda session: PUT.run(session, **row))
    found = await database.read(lambda session: WHOLE.read(session, whose="a"))
    assert found == [{"name": "a", "facts": {"deep": [1, None]}, "when": MOMENT, "note": None}]
    assert found[0]["when"].tzinfo is UTC


async def test_a_forgotten_value_is_our_mistake(database: Database) -> None:
    with pytest.raises(KeyError):
        await database.write(lambda session: PUT.run(session, name="a"))
