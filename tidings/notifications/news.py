"""News: one item as people are told it, and the announcement that carries it to the hub.

No numbering may come in here. Made by deliver.py and upkeep.py after the rows are written; told after the
commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from tidings.database.dialect import among, engine_of
from tidings.notifications.items import Item, as_item, dump, select_items
from tidings.notifications.numbers import Position
from tidings.notifications.tables import deliveries

UNMARKED: Item = dict.fromkeys(("read_at", "archived_at", "pinned_at", "snoozed_until"))


@dataclass(frozen=True)
class News:
    """One item as all in `positions` get it: JSON without its `seq`, which each inbox has of its own.

    Everybody stands `further` than that in all three numbers: broadcasts in a row share their positions.
    """

    tail: bytes
    positions: Sequence[Position]
    further: int = 0


@dataclass(frozen=True)
class Announcement:
    """What the hub is told after the commit.

    `asked` are the users who were looked up. Somebody who began to listen after that is not among them and
    must look for themselves; None means that everybody concerned is in `news`.
    """

    accepted: int
    news: tuple[News, ...]
    asked: frozenset[str] | None = None


def same_for_all(
    content: Item, positions: Sequence[Position], now: datetime, further: int = 0
) -> tuple[News, ...]:
    """Make the one item that all get; nothing is read again."""
    said = ("title", "body", "format", "level", "priority", "category", "url", "source", "data")
    item: Item = {"id": content["notification_id"]} | {name: content[name] for name in said}
    said_to_all = dump(item | {"created_at": now, "updated_at": now} | UNMARKED | {"count": 1})
    return (News(said_to_all, positions, further),)


def each_their_own(
    session: Session, notification_id: str, positions: tuple[Position, ...]
) -> tuple[News, ...]:
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
