"""Read a person's inbox: what is there, what came and what changed since a cursor.

No writing may come in here. Called by the hub's `backlog` callable and the doors, inside `Database.read`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.notifications.items import MARKS, Item, as_item, select_items
from tidings.notifications.numbers import UNREAD, Position, positions_of
from tidings.notifications.search import matching
from tidings.notifications.tables import contents, deliveries, inboxes, lives

View = Literal["inbox", "unread", "archived", "snoozed", "all"]

SNAPSHOT_ITEMS = 30
LARGEST_PAGE = 100
LARGEST_REPLAY = 16 * 1024 * 1024  # characters of text
SURELY_FIT = 500  # of the largest notifications there can be


@dataclass(frozen=True)
class Cursor:
    """How far a client has followed an inbox: it has all up to `seq`, and all changes up to `revision`."""

    epoch: str
    seq: int
    revision: int


@dataclass(frozen=True)
class Question:
    """Which of a person's items are asked for: those of a view, narrowed by all that is given.

    `ids` asks which of these belong, so that a page that shows a search learns what a new item is to it.
    """

    view: View = "inbox"
    level: str | None = None
    category: str | None = None
    source: str | None = None
    search: str | None = None
    ids: Collection[str] | None = None
    before: int | None = None
    limit: int = 30

    @property
    def searches(self) -> bool:
        """Whether words are looked for."""
        return bool(self.search and self.search.strip())


@dataclass(frozen=True)
class Backlog:
    """What a client missed: everything after its cursor (`recovered`), or the newest page instead.

    `items` ascend by `seq`. `changes` are the marks made to items the client already had. The preferences are
    another room's; they are put in by the house.
    """

    position: Position
    recovered: bool
    items: list[Item]
    changes: list[Item]
    preferences: dict[str, Any] | None = None
    chose: bool = False


def read_epoch(session: Session) -> str:
    """Return the name of this life of the database."""
    return session.execute(select(lives.c.epoch)).scalar_one()


def backlog(session: Session, position: Position, cursor: Cursor | None, epoch: str, limit: int) -> Backlog:
    """Return everything from the cursor to where the inbox stands, or say that it starts anew; never a part.

    Anew means: no cursor, another life of the database, a cursor from the future, more than `limit` items or
    `LARGEST_REPLAY` behind, or behind what the cleaner has removed.
    """
    user_id = position.user_id
    if cursor is None or cursor.epoch != epoch or not _reachable(session, cursor, position, limit):
        return Backlog(position, False, NEWEST.read(session, whose=user_id)[::-1], [])
    newer: list[Item] = []
    changed: list[Item] = []
    if position.seq > cursor.seq:
        newer = SINCE.read(session, whose=user_id, after=cursor.seq)
    if position.revision > cursor.revision:  # most who come back were away for a moment and missed nothing
        changed = CHANGED.read(session, whose=user_id, after=cursor.seq, since=cursor.revision)
    return Backlog(position, True, newer, changed)


def _reachable(session: Session, cursor: Cursor, position: Position, limit: int) -> bool:
    if not (0 <= position.seq - cursor.seq <= limit and 0 <= cursor.revision <= position.revision):
        return False
    if cursor.seq == position.seq:  # whatever was removed, they had it
        return True
    found = FLOOR.run(session, whose=position.user_id).rows
    return cursor.seq >= (found[0][0] if found else 0) and not _too_large(session, cursor, position)


def _too_large(session: Session, cursor: Cursor, position: Position) -> bool:
    """Tell whether the gap would be more than one connection may cost in memory, however few items it is."""
    if position.seq - cursor.seq <= SURELY_FIT:
        return False
    joined = deliveries.join(contents, contents.c.id == deliveries.c.content_id)
    size = func.sum(func.length(contents.c.body) + func.coalesce(func.length(contents.c.data), 0))
    gap = select(size).select_from(joined).where(_mine(position.user_id), deliveries.c.seq > cursor.seq)
    return (session.execute(gap).scalar() or 0) > LARGEST_REPLAY


def _mine(user_id: str) -> ColumnElement[bool]:
    return deliveries.c.user_id == user_id


def page(session: Session, user_id: str, asked: Question) -> list[Item]:
    """Return up to `asked.limit` items of a view, newest first, older than `asked.before` (keyset paging)."""
    query = select_items(_mine(user_id)).where(*in_view(asked.view), *_narrowed(asked))
    if asked.before is not None:
        query = query.where(deliveries.c.seq < asked.before)
    if asked.searches:
        query = query.where(*matching(session, asked.search or ""))
    return [
        as_item(row) for row in session.execute(query.order_by(deliveries.c.seq.desc()).limit(asked.limit))
    ]


def _narrowed(asked: Question) -> list[ColumnElement[bool]]:
    fields = {"level": asked.level, "category": asked.category, "source": asked.source}
    conditions = [contents.c[name] == value for name, value in fields.items() if value is not None]
    if asked.ids is not None:
        conditions.append(deliveries.c.notification_id.in_(asked.ids))
    return conditions


def in_view(view: View) -> list[ColumnElement[bool]]:
    """Return the conditions under which a delivery belongs to a view."""
    here, awake = deliveries.c.archived_at.is_(None), deliveries.c.snoozed_until.is_(None)
    views: dict[View, list[ColumnElement[bool]]] = {
        "inbox": [here, awake],
        "unread": [UNREAD],
        "archived": [deliveries.c.archived_at.is_not(None)],
        "snoozed": [deliveries.c.snoozed_until.is_not(None), here],
        "all": [],
    }
    return views[view]


def _whose() -> ColumnElement[bool]:
    return deliveries.c.user_id == bindparam("whose")


def _newest(_engine: str) -> Select[Any]:
    here = select_items(_whose()).where(*in_view("inbox"))
    return here.order_by(deliveries.c.seq.desc()).limit(SNAPSHOT_ITEMS)


def _since(_engine: str) -> Select[Any]:
    newer = deliveries.c.seq > bindparam("after")
    return select_items(_whose()).where(newer).order_by(deliveries.c.seq)


def _changed(_engine: str) -> Any:
    """Select the marks of items that are not newer than the cursor."""
    known = (deliveries.c.seq <= bindparam("after")) & (deliveries.c.revision > bindparam("since"))
    marks = select(deliveries.c.notification_id.label("id"), *MARKS).where(_whose(), known)
    return marks.order_by(deliveries.c.revision)


def _floor(_engine: str) -> Any:
    return select(inboxes.c.floor_seq).where(inboxes.c.user_id == bindparam("whose"))


# After a restart everybody asks for these.
NEWEST, SINCE, CHANGED, FLOOR = (Statement(each) for each in (_newest, _since, _changed, _floor))


def find_item(session: Session, user_id: str, notification_id: str) -> Item | None:
    """Return one person's item, or None when it is not in that inbox."""
    found = select_items(_mine(user_id)).where(deliveries.c.notification_id == notification_id)
    row = session.execute(found).one_or_none()
    return None if row is None else as_item(row)


def positions(session: Session, user_ids: Collection[str]) -> dict[str, Position]:
    """Return where these people's inboxes stand, by user."""
    return {position.user_id: position for position in positions_of(session, user_ids)}
