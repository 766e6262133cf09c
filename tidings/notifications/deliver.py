"""Deliver: number one content in every inbox of an audience, by set-based SQL.

No rule about who may send or receive comes in here. Called by publish.py and upkeep.py.

Numbers come from the inbox row, updated in the same transaction as the insert, and writers take turns: so
they have no gaps and are in commit order on both engines. A serial column would be neither.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, case, exists, literal, select, update
from sqlalchemy.orm import Session

from tidings.database import Statement, UtcDateTime
from tidings.notifications.broadcast import broadcast, open_missing, places_of_listeners
from tidings.notifications.dialect import among, engine_of, upsert
from tidings.notifications.items import Item, as_item, dump, select_items
from tidings.notifications.numbers import (
    BEHIND,
    WRITTEN,
    Position,
    catch_up,
    open_inboxes,
    settle,
    take_in,
)
from tidings.notifications.tables import deliveries, inboxes

Listening = Callable[[], Collection[str]]

FEW = 100  # up to so many people's own items are read; of more, only those of the people who listen
UNMARKED: Item = dict.fromkeys(("read_at", "archived_at", "pinned_at", "snoozed_until"))
UNREAD = (
    deliveries.c.read_at.is_(None) & deliveries.c.archived_at.is_(None) & deliveries.c.snoozed_until.is_(None)
)


@dataclass(frozen=True)
class Group:
    """People who are not named one by one: a statement that selects their ids, and the values it wants."""

    members: Select[Any]
    values: dict[str, Any]


class Everyone(Group):
    """All there are: what they are told is written once (broadcast.py)."""


Audience = Group | list[str]


@dataclass(frozen=True)
class News:
    """One item as all in `positions` get it: JSON without its `seq`, which each inbox has of its own."""

    tail: bytes
    positions: tuple[Position, ...]


@dataclass(frozen=True)
class Announcement:
    """What the hub is told after the commit.

    `asked` are the users who were looked up. Somebody who began to listen after that is not among them and
    must look for themselves; None means that everybody concerned is in `news`.
    """

    accepted: int
    news: tuple[News, ...]
    asked: frozenset[str] | None = None


def deliver(
    session: Session, audience: Audience, content: Item, listening: Listening, now: datetime
) -> Announcement:
    """Put a row of `contents` on top of all these inboxes, in place where its notification already is."""
    updating = content["id"] != content["notification_id"]
    row = {"notification_id": content["notification_id"], "content_id": content["id"], "moment": now}
    asked = None
    if isinstance(audience, list):
        accepted, positions = len(audience), _deliver_to_named(session, audience, row, updating)
        if updating and accepted > FEW:
            asked = frozenset(listening())
            positions = tuple(position for position in positions if position.user_id in asked)
    elif isinstance(audience, Everyone) and not updating:
        accepted = broadcast(session, audience.members, row)
        asked = frozenset(listening())
        positions = places_of_listeners(session, asked, accepted)
    else:
        accepted = _deliver_to_group(session, audience, row, updating)
        asked = frozenset(listening())
        places = _for_group(audience.members).places.run(session, **audience.values, people=list(asked))
        positions = tuple(map(Position._make, places.rows))
    news = (
        _each(session, content["notification_id"], positions) if updating else _same(content, positions, now)
    )
    return Announcement(accepted, news, asked)


def _deliver_to_named(
    session: Session, user_ids: list[str], row: Item, updating: bool
) -> tuple[Position, ...]:
    number, insert = (NUMBER_UPDATE, UPDATE) if updating else (NUMBER, INSERT)
    given = {"notification_id": row["notification_id"]} if updating else {}
    rows = number.run(session, people=user_ids, **given).rows
    if len(rows) < len(user_ids):
        missing = list(set(user_ids) - {found[0] for found in rows})
        open_inboxes(session, missing)
        settle(session, missing)
        rows = [*rows, *number.run(session, people=missing, **given).rows]
    insert.run(session, people=user_ids, **row)
    return tuple(map(Position._make, rows))


def _deliver_to_group(session: Session, group: Group, row: Item, updating: bool) -> int:
    statements = _for_group(group.members)
    statements.open.run(session, **group.values)
    if statements.take_in.run(session, **group.values).count:
        statements.catch_up.run(session, **group.values)
    given = {"notification_id": row["notification_id"]} if updating else {}
    number, insert = (
        (statements.number_update, statements.update) if updating else (statements.number, statements.insert)
    )
    accepted = number.run(session, **group.values, **given).count
    insert.run(session, **group.values, **row)
    return accepted


class _GroupStatements(NamedTuple):
    open: Statement
    take_in: Statement
    catch_up: Statement
    number: Statement
    number_update: Statement
    insert: Statement
    update: Statement
    places: Statement


@lru_cache(maxsize=32)
def _for_group(members: Select[Any]) -> _GroupStatements:
    """Make the statements for a group once; a directory gives the same object for the same group."""
    concerned = inboxes.c.user_id.in_(members)
    here = select(*WRITTEN).where(concerned)
    return _GroupStatements(
        open=Statement(lambda engine: open_missing(engine, members)),
        take_in=Statement(lambda engine: take_in(engine, concerned)),
        catch_up=Statement(lambda _: catch_up(concerned)),
        number=Statement(lambda _: _number(concerned, False)),
        number_update=Statement(lambda _: _number(concerned, True)),
        insert=Statement(lambda engine: _insert(engine, concerned, False)),
        update=Statement(lambda engine: _insert(engine, concerned, True)),
        places=Statement(lambda engine: here.where(among(engine, inboxes.c.user_id, "people"))),
    )


def _number(concerned: ColumnElement[bool], updating: bool) -> Any:
    more = case((_counted(), 0), else_=1) if updating else 1
    step = {"seq": inboxes.c.seq + 1, "revision": inboxes.c.revision + 1, "unread": inboxes.c.unread + more}
    return update(inboxes).where(concerned).values(step)


def _counted() -> ColumnElement[bool]:
    """Tell whether this inbox already counts the notification as unread."""
    this = deliveries.c.notification_id == bindparam("notification_id", type_=String)
    return exists().where(deliveries.c.user_id == inboxes.c.user_id, this, UNREAD)


def _insert(engine: str, concerned: ColumnElement[bool], updating: bool) -> Any:
    fields = [
        "user_id",
        "notification_id",
        "content_id",
        "seq",
        "revision",
        "count",
        "created_at",
        "updated_at",
    ]
    ids = (bindparam("notification_id", type_=String), bindparam("content_id", type_=String))
    moment = bindparam("moment", type_=UtcDateTime)
    row = (inboxes.c.user_id, *ids, inboxes.c.seq, inboxes.c.revision, literal(1), moment, moment)
    statement = upsert(engine, deliveries).from_select(fields, select(*row).where(concerned))
    return _in_place(statement) if updating else statement


def _in_place(statement: Any) -> Any:
    """Turn the insert into an update where the notification already is: on top again, and unread again."""
    moved = {name: statement.excluded[name] for name in ("content_id", "seq", "revision", "updated_at")}
    reset = {"count": deliveries.c.count + 1, "read_at": None, "archived_at": None, "snoozed_until": None}
    return statement.on_conflict_do_update(index_elements=["user_id", "notification_id"], set_=moved | reset)


def _named(engine: str) -> ColumnElement[bool]:
    return among(engine, inboxes.c.user_id, "people")


# Whoever has broadcasts to take in is not numbered, and so found missing.
NUMBER = Statement(lambda engine: _number(_named(engine) & ~BEHIND, False).returning(*WRITTEN))
NUMBER_UPDATE = Statement(lambda engine: _number(_named(engine) & ~BEHIND, True).returning(*WRITTEN))
INSERT = Statement(lambda engine: _insert(engine, _named(engine), False))
UPDATE = Statement(lambda engine: _insert(engine, _named(engine), True))


def _same(content: Item, positions: tuple[Position, ...], now: datetime) -> tuple[News, ...]:
    """Make the one item that all get; nothing is read again."""
    said = ("title", "body", "format", "level", "priority", "category", "url", "source", "data")
    item: Item = {"id": content["notification_id"]} | {name: content[name] for name in said}
    return (News(dump(item | {"created_at": now, "updated_at": now} | UNMARKED | {"count": 1}), positions),)


def _each(session: Session, notification_id: str, positions: tuple[Position, ...]) -> tuple[News, ...]:
    """Read each person's own item: counts and first times differ after an update in place."""
    wanted = {"people": [position.user_id for position in positions], "notification_id": notification_id}
    items = {row.whose: as_item(row) for row in session.execute(_own_items(engine_of(session)), wanted)}
    return tuple(News(tail(items[position.user_id]), (position,)) for position in positions)


@cache
def _own_items(engine: str) -> Select[Any]:
    this = deliveries.c.notification_id == bindparam("notification_id")
    query = select_items(among(engine, deliveries.c.user_id, "people") & this)
    return query.add_columns(deliveries.c.user_id.label("whose"))


def tail(item: Item) -> bytes:
    """Write an item that was read for one person, without its number."""
    return dump({name: value for name, value in item.items() if name not in ("seq", "whose")})
