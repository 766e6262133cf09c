"""What happens by itself as time passes: snoozed items come due, old ones are removed.

No socket may come in here. Called by the composition root's timer, inside `Database.write`; small steps, so
that a publisher never waits long behind them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, tuple_, update
from sqlalchemy.orm import Session

from tidings.notifications.acceptance import KEPT
from tidings.notifications.items import Item, as_item, select_items
from tidings.notifications.marks import Marked, recount
from tidings.notifications.news import Announcement, News, tail
from tidings.notifications.numbers import position_of, settle
from tidings.notifications.tables import (
    acceptances,
    broadcasts,
    contents,
    deliveries,
    inboxes,
    incidents,
    operations,
)

STEP = 500
OPERATIONS_KEPT = timedelta(days=30)  # a laptop may sleep through a holiday with unsent marks in its outbox


def anything_due(session: Session, now: datetime) -> bool:
    """Tell whether a snoozed item's time has come; a look is cheaper than an empty write."""
    due = select(deliveries.c.seq).where(deliveries.c.snoozed_until <= now).limit(1)
    return session.execute(due).first() is not None


def wake_due(session: Session, now: datetime) -> list[Announcement]:
    """Deliver again, with the next number, each snoozed item whose time has come."""
    due = select(deliveries.c.user_id, deliveries.c.notification_id).where(deliveries.c.snoozed_until <= now)
    rows = session.execute(due.order_by(deliveries.c.snoozed_until).limit(STEP)).all()
    return [_wake(session, row.user_id, row.notification_id, now) for row in rows]


def _wake(session: Session, user_id: str, notification_id: str, now: datetime) -> Announcement:
    settle(session, [user_id])
    step = {"seq": inboxes.c.seq + 1, "revision": inboxes.c.revision + 1}
    session.execute(update(inboxes).where(inboxes.c.user_id == user_id).values(step))
    position = position_of(session, user_id)
    row = (deliveries.c.user_id == user_id) & (deliveries.c.notification_id == notification_id)
    fresh = {"seq": position.seq, "revision": position.revision, "updated_at": now}
    awake = {"snoozed_until": None, "archived_at": None, "read_at": None}
    session.execute(update(deliveries).where(row).values(fresh | awake))
    recount(session, user_id, position.revision)
    item = as_item(session.execute(select_items(row)).one())
    return Announcement(1, (News(tail(item), (position_of(session, user_id),)),))


def expire(session: Session, now: datetime, kept: timedelta) -> list[Marked]:
    """Remove one step's worth of deliveries older than `kept`; say whose inboxes changed, and how.

    What somebody pinned or snoozed stays: they asked for it. A cursor stays good: it is behind only when it
    is older than the newest removed number (`floor_seq`). Whoever has such an item before their eyes is told
    that it was archived: to them that is what happens.
    """
    _settle_old(session, now - kept)
    loose = deliveries.c.pinned_at.is_(None) & deliveries.c.snoozed_until.is_(None)
    old = select(deliveries.c.user_id, deliveries.c.notification_id, deliveries.c.seq)
    old = old.where(deliveries.c.updated_at < now - kept, loose).order_by(deliveries.c.updated_at).limit(STEP)
    removed: dict[str, list[Any]] = {}
    for row in session.execute(old):
        removed.setdefault(row.user_id, []).append(row)
    return [_remove(session, user_id, rows, now) for user_id, rows in sorted(removed.items())]


def _settle_old(session: Session, before: datetime) -> None:
    """Let inboxes take in the broadcasts that are old enough to be removed; nothing is removed unnumbered."""
    old = select(func.max(broadcasts.c.number)).where(broadcasts.c.published_at < before).scalar_subquery()
    late = select(inboxes.c.user_id).where(inboxes.c.settled < old).limit(STEP)
    settle(session, session.execute(late).scalars().all())


def _remove(session: Session, user_id: str, rows: Sequence[Any], now: datetime) -> Marked:
    own = inboxes.c.user_id == user_id
    ids = [row.notification_id for row in rows]
    session.execute(
        delete(deliveries).where(deliveries.c.user_id == user_id, deliveries.c.notification_id.in_(ids))
    )
    settle(session, [user_id])
    inbox = session.execute(select(inboxes.c.revision, inboxes.c.floor_seq).where(own)).one()
    floor = max(inbox.floor_seq, *(row.seq for row in rows))
    session.execute(update(inboxes).where(own).values(floor_seq=floor))
    unread = recount(session, user_id, inbox.revision + 1)
    gone: list[Item] = [{"id": notification_id, "archived_at": now} for notification_id in ids]
    return Marked(user_id, unread, inbox.revision + 1, gone)


def forget(session: Session, now: datetime, kept: timedelta | None) -> bool:
    """Drop one step's worth of what nothing points to any more, and of promises that have run out.

    Returns whether there may be more.
    """
    full = [
        _drop(session, acceptances, acceptances.c.accepted_at < now - KEPT),
        _drop(session, operations, operations.c.done_at < now - OPERATIONS_KEPT),
    ]
    if kept is not None:
        full.append(_drop(session, incidents, incidents.c.updated_at < now - kept))
        full.append(_drop(session, broadcasts, (broadcasts.c.published_at < now - kept) & _taken_in()))
        full.append(_drop(session, contents, (contents.c.published_at < now - kept) & ~_used()))
    return any(full)


def _taken_in() -> ColumnElement[bool]:
    """Tell whether every inbox has this broadcast among its deliveries."""
    return broadcasts.c.number <= select(func.min(inboxes.c.settled)).scalar_subquery()


def _used() -> ColumnElement[bool]:
    delivered = exists().where(
        deliveries.c.notification_id == contents.c.notification_id,
        deliveries.c.content_id == contents.c.id,
    )
    return delivered | exists().where(broadcasts.c.content_id == contents.c.id)


def _drop(session: Session, table: Table, over: ColumnElement[bool]) -> bool:
    key = tuple_(*table.primary_key.columns)
    some = select(*table.primary_key.columns).where(over).limit(STEP)
    dropped: Any = session.execute(delete(table).where(key.in_(some)))
    return dropped.rowcount == STEP
