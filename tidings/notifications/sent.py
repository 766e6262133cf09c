"""What somebody sent, and what became of it.

No inbox of anybody is shown here. Called by the doors of senders, inside `Database.read`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from tidings.notifications.items import Item, as_item
from tidings.notifications.tables import broadcasts, contents, deliveries, inboxes

HIDDEN = ("id", "notification_id", "scope")


@dataclass(frozen=True)
class Receipts:
    """What became of a notification: how many have it, how many browsers confirmed it, how many read it."""

    accepted: int
    delivered: int
    read: int

    def __add__(self, other: "Receipts") -> "Receipts":
        return Receipts(
            self.accepted + other.accepted, self.delivered + other.delivered, self.read + other.read
        )


NONE_YET = Receipts(0, 0, 0)  # followers there may be none of


def receipts(session: Session, notification_ids: Sequence[str]) -> dict[str, Receipts]:
    """Count the deliveries of these notifications for their sender."""
    taken_in, lacking = _taken_in(session, notification_ids), _lacking(session, notification_ids)
    return {one: taken_in.get(one, NONE_YET) + lacking.get(one, NONE_YET) for one in taken_in | lacking}


def _taken_in(session: Session, notification_ids: Sequence[str]) -> dict[str, Receipts]:
    which = deliveries.c.notification_id
    confirmed = or_(deliveries.c.seq <= inboxes.c.received_seq, deliveries.c.read_at.is_not(None))
    counts: Any = (func.count(), func.count().filter(confirmed), func.count(deliveries.c.read_at))
    joined = deliveries.join(inboxes, inboxes.c.user_id == deliveries.c.user_id)
    query = select(which, *counts).select_from(joined).where(which.in_(notification_ids)).group_by(which)
    return {one: Receipts(*counted) for one, *counted in session.execute(query).all()}


def _lacking(session: Session, notification_ids: Sequence[str]) -> dict[str, Receipts]:
    """Count the inboxes that have not taken in these broadcasts yet: nobody can have read them there."""
    which = broadcasts.c.notification_id
    number = inboxes.c.seq + broadcasts.c.number - inboxes.c.settled
    counts: Any = (func.count(), func.count().filter(number <= inboxes.c.received_seq))
    joined = broadcasts.join(inboxes, inboxes.c.settled < broadcasts.c.number)
    query = select(which, *counts).select_from(joined).where(which.in_(notification_ids)).group_by(which)
    return {one: Receipts(*counted, read=0) for one, *counted in session.execute(query).all()}


def page(session: Session, scope: str, *, before: str | None = None, limit: int = 20) -> list[Item]:
    """Return what this publisher sent, the newest first, with receipts; each as it reads now.

    `before` is the `version` of the last one seen.
    """
    query = select(contents).where(contents.c.scope == scope, _newest())
    if before is not None:
        query = query.where(contents.c.id < before)
    rows = [as_item(row) for row in session.execute(query.order_by(contents.c.id.desc()).limit(limit))]
    became = receipts(session, [row["notification_id"] for row in rows])
    return [_as_sent(row, became.get(row["notification_id"], NONE_YET)) for row in rows]


def find(session: Session, notification_id: str, scope: str) -> Item | None:
    """Return one notification to the publisher whose it is, with receipts."""
    this = (contents.c.notification_id == notification_id) & (contents.c.scope == scope)
    row = session.execute(select(contents).where(this, _newest())).first()
    if row is None:
        return None
    return _as_sent(as_item(row), receipts(session, [notification_id]).get(notification_id, NONE_YET))


def _newest() -> ColumnElement[bool]:
    """Leave out what was said before an update in place."""
    later = contents.alias("later")
    same = (later.c.notification_id == contents.c.notification_id) & (later.c.scope == contents.c.scope)
    return ~select(later.c.id).where(same, later.c.id > contents.c.id).exists()


def _as_sent(content: Item, became: Receipts) -> Item:
    said = {name: value for name, value in content.items() if name not in HIDDEN}
    ids = {"id": content["notification_id"], "version": content["id"]}
    return ids | said | {"receipts": vars(became)}
