"""The statements that put one delivery on top of inboxes: count up their numbers, insert, update in place.

No session and no audience may come in here: which inboxes are concerned is a condition. Called by deliver.py.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, case, exists, literal, select, update

from tidings.database import UtcDateTime
from tidings.database.dialect import upsert
from tidings.notifications.numbers import FRESH, UNREAD
from tidings.notifications.tables import deliveries, inboxes


def number(concerned: ColumnElement[bool], updating: bool) -> Any:
    """Make the update that numbers the delivery in these inboxes; each counts it as unread once."""
    more = case((_counted(), 0), else_=1) if updating else 1
    step = {"seq": inboxes.c.seq + 1, "revision": inboxes.c.revision + 1, "unread": inboxes.c.unread + more}
    return update(inboxes).where(concerned).values(step)


def _counted() -> ColumnElement[bool]:
    """Tell whether this inbox already counts the notification as unread."""
    this = deliveries.c.notification_id == bindparam("notification_id", type_=String)
    return exists().where(deliveries.c.user_id == inboxes.c.user_id, this, UNREAD)


def insert(engine: str, concerned: ColumnElement[bool], updating: bool) -> Any:
    """Make the insert of the delivery under the number that its inbox has just got."""
    ids = (bindparam("notification_id", type_=String), bindparam("content_id", type_=String))
    moment = bindparam("moment", type_=UtcDateTime)
    row = (inboxes.c.user_id, *ids, inboxes.c.seq, inboxes.c.revision, literal(1), moment, moment)
    statement = upsert(engine, deliveries).from_select(FRESH, select(*row).where(concerned))
    return _in_place(statement) if updating else statement


def _in_place(statement: Any) -> Any:
    """Turn the insert into an update where the notification already is: on top again, and unread again."""
    moved = {name: statement.excluded[name] for name in ("content_id", "seq", "revision", "updated_at")}
    reset = {"count": deliveries.c.count + 1, "read_at": None, "archived_at": None, "snoozed_until": None}
    return statement.on_conflict_do_update(index_elements=["user_id", "notification_id"], set_=moved | reset)
