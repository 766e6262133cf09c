"""Change the state of items: read, archived, pinned, snoozed; each operation exactly once.

No delivering and no socket may come in here. Called by the house's `apply`, inside `Database.write`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session

from tidings.notifications.items import Item
from tidings.notifications.numbers import UNREAD, open_inboxes, settle
from tidings.notifications.tables import deliveries, inboxes, operations

Mark = Literal["read", "unread", "archived", "unarchived", "pinned", "unpinned", "snoozed", "unsnoozed"]
MarkAll = Literal["read", "archived"]
UndoAll = Literal["unread", "unarchived"]


class UnknownItems(Exception):
    """Some of the ids are not in this person's inbox; nothing was changed."""


class UnknownOperation(Exception):
    """The operation to take back is not remembered; nothing was changed."""


class SnoozeRefused(Exception):
    """A snooze needs a moment in the future to wake up at."""


@dataclass(frozen=True)
class Marked:
    """The committed outcome of an operation. `changes` is empty when it was a resend."""

    user_id: str
    unread: int
    revision: int
    changes: list[Item]


@dataclass(frozen=True)
class _Change:
    """Which column gets which value, and which rows that makes a difference to."""

    column: str
    value: datetime | None
    differs: ColumnElement[bool]


def mark(
    session: Session,
    user_id: str,
    operation_id: str,
    mark_as: Mark,
    item_ids: list[str],
    until: datetime | None,
    now: datetime,
) -> Marked:
    """Mark the named items. Raises `UnknownItems` or `SnoozeRefused`, and then changes nothing."""
    if mark_as == "snoozed" and (until is None or until <= now):
        raise SnoozeRefused("To snooze, say until when: a moment in the future.")
    until = until and until.astimezone(UTC)
    wanted = deliveries.c.notification_id.in_(item_ids)

    def check() -> None:
        mine = select(func.count()).select_from(deliveries).where(deliveries.c.user_id == user_id, wanted)
        if session.execute(mine).scalar_one() != len(set(item_ids)):
            raise UnknownItems("Some of these notifications are not in your inbox.")

    return _once(session, user_id, operation_id, _change(mark_as, until, now), wanted, now, check)


def mark_all(
    session: Session, user_id: str, operation_id: str, mark_as: MarkAll, through: int, now: datetime
) -> Marked:
    """Mark everything in the inbox up to the number `through`, which the person has seen."""
    seen = (
        (deliveries.c.seq <= through)
        & deliveries.c.archived_at.is_(None)
        & deliveries.c.snoozed_until.is_(None)
    )
    return _once(session, user_id, operation_id, _change(mark_as, None, now), seen, now, lambda: None)


def undo_all(
    session: Session, user_id: str, operation_id: str, mark_as: UndoAll, of: str, now: datetime
) -> Marked:
    """Take back the `mark_all` with the id `of`: only what it changed itself and nothing has changed since.

    An operation writes one moment into all it marks and into its own row; that moment finds them again.
    """
    change = _change(mark_as, None, now)
    known = (operations.c.user_id == user_id) & (operations.c.id == of)
    moment = select(operations.c.done_at).where(known).scalar_subquery()

    def check() -> None:
        if session.execute(select(operations.c.id).where(known)).first() is None:
            raise UnknownOperation("This cannot be undone any more.")

    return _once(session, user_id, operation_id, change, deliveries.c[change.column] == moment, now, check)


def stir(session: Session, user_id: str) -> Marked:
    """Count a change that is none of an item, so that whoever follows this inbox looks for what is new."""
    open_inboxes(session, [user_id])
    settle(session, [user_id])
    counted = update(inboxes).where(inboxes.c.user_id == user_id).values(revision=inboxes.c.revision + 1)
    row = session.execute(counted.returning(inboxes.c.unread, inboxes.c.revision)).one()
    return Marked(user_id, row.unread, row.revision, [])


def _change(mark_as: Mark, until: datetime | None, now: datetime) -> _Change:
    column, on = {
        "read": ("read_at", True),
        "unread": ("read_at", False),
        "archived": ("archived_at", True),
        "unarchived": ("archived_at", False),
        "pinned": ("pinned_at", True),
        "unpinned": ("pinned_at", False),
        "snoozed": ("snoozed_until", True),
        "unsnoozed": ("snoozed_until", False),
    }[mark_as]
    if mark_as == "snoozed":
        return _Change(column, until, deliveries.c.snoozed_until.is_distinct_from(until))
    state = deliveries.c[column]
    return _Change(column, now if on else None, state.is_(None) if on else state.is_not(None))


def _once(
    session: Session,
    user_id: str,
    operation_id: str,
    change: _Change,
    wanted: ColumnElement[bool],
    now: datetime,
    check: Callable[[], None],
) -> Marked:
    """Do the operation unless it was done before; answer the same either way. Writers take turns."""
    open_inboxes(session, [user_id])
    settle(session, [user_id])
    this = (operations.c.user_id == user_id) & (operations.c.id == operation_id)
    done = session.execute(select(operations.c.unread, operations.c.revision).where(this)).one_or_none()
    if done is not None:
        return Marked(user_id, done.unread, done.revision, [])
    check()
    marked = _apply(session, user_id, change, wanted)
    numbers = {"unread": marked.unread, "revision": marked.revision}
    session.execute(insert(operations), {"user_id": user_id, "id": operation_id, "done_at": now} | numbers)
    return marked


def _apply(session: Session, user_id: str, change: _Change, wanted: ColumnElement[bool]) -> Marked:
    own = inboxes.c.user_id == user_id
    revision = session.execute(select(inboxes.c.revision).where(own)).scalar_one() + 1
    rows = (deliveries.c.user_id == user_id) & wanted & change.differs
    values = {change.column: change.value, "revision": revision}
    changing = update(deliveries).where(rows).values(values).returning(deliveries.c.notification_id)
    changes: list[Item] = [{"id": row[0], change.column: change.value} for row in session.execute(changing)]
    if not changes:
        revision -= 1
    unread = recount(session, user_id, revision)
    return Marked(user_id, unread, revision, changes)


def recount(session: Session, user_id: str, revision: int) -> int:
    """Count the unread anew and write it down at this revision, so that no error could ever stay."""
    query: Any = select(func.count()).select_from(deliveries).where(deliveries.c.user_id == user_id, UNREAD)
    unread = session.execute(query).scalar_one()
    values = {"unread": unread, "revision": revision}
    session.execute(update(inboxes).where(inboxes.c.user_id == user_id).values(values))
    return unread
