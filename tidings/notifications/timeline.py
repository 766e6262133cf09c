"""What one item said over time: the versions of an incident that this person was sent, newest first.

No writing, and never a version that went only to others. Called by the door of readers, in `read_settled`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from tidings.notifications.items import Item, as_item
from tidings.notifications.tables import contents, deliveries

MOST = 50  # of an alarm that flaps for weeks, the last ones are the news
SAID = ("title", "body", "format", "level", "priority", "category", "url", "published_at")


@dataclass(frozen=True)
class Timeline:
    """The versions that are surely this person's; `is_complete` when there are no others."""

    versions: list[Item]
    is_complete: bool


def timeline(session: Session, user_id: str, notification_id: str, since: datetime | None) -> Timeline | None:
    """Return the versions of somebody's item, or None when it is not in their inbox.

    Contents do not say who got them. But an inbox counts: when as many were published from the person's
    first to their newest one as they were sent, these are theirs. That holds only where nothing was cleaned
    away, so not before `since`. Otherwise only the first and the newest one are shown, which are known by
    themselves.
    """
    mine = (deliveries.c.user_id == user_id) & (deliveries.c.notification_id == notification_id)
    newest = deliveries.join(contents, contents.c.id == deliveries.c.content_id)
    wanted: Any = (deliveries.c.created_at, deliveries.c.count, contents.c.id, contents.c.published_at)
    item = session.execute(select(*wanted).select_from(newest).where(mine)).one_or_none()
    if item is None:
        return None
    among = (contents.c.notification_id == notification_id) & contents.c.published_at.between(
        item.created_at, item.published_at
    )
    published = session.execute(select(func.count()).select_from(contents).where(among)).scalar_one()
    is_exact = published == item.count and (since is None or item.created_at >= since)
    theirs = among if is_exact else among & _known(item)
    versions = [_said(row) for row in session.execute(_newest(theirs))]
    return Timeline(versions, len(versions) == item.count)


def _known(item: Any) -> ColumnElement[bool]:
    """Name the first and the newest version: the delivery itself says which they are."""
    return or_(contents.c.id == item.id, contents.c.published_at == item.created_at)


def _newest(those: ColumnElement[bool]) -> Select[Any]:
    order = (contents.c.published_at.desc(), contents.c.id.desc())
    query: Any = select(contents).where(those).order_by(*order)
    return query.limit(MOST)


def _said(row: Any) -> Item:
    version = as_item(row)
    return {name: version[name] for name in SAID}
