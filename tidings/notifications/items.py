"""How a delivery looks on the wire: the item.

No writing may come in here. Called by deliver.py, upkeep.py and inbox.py.
"""

from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, select

from tidings.notifications.tables import contents, deliveries

Item = dict[str, Any]

SHAPE = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC

COLUMNS = (
    deliveries.c.seq,
    deliveries.c.notification_id.label("id"),
    contents.c.title,
    contents.c.body,
    contents.c.format,
    contents.c.level,
    contents.c.priority,
    contents.c.category,
    contents.c.url,
    contents.c.source,
    contents.c.data,
    deliveries.c.created_at,
    deliveries.c.updated_at,
    deliveries.c.read_at,
    deliveries.c.archived_at,
    deliveries.c.pinned_at,
    deliveries.c.snoozed_until,
    deliveries.c.count,
)
MARKS = (deliveries.c.read_at, deliveries.c.archived_at, deliveries.c.pinned_at, deliveries.c.snoozed_until)


def select_items(which: ColumnElement[bool]) -> Select[Any]:
    """Select deliveries as items, with their newest content."""
    joined = deliveries.join(contents, contents.c.id == deliveries.c.content_id)
    query: Any = select(*COLUMNS).select_from(joined)
    return query.where(which)


def as_item(row: Any) -> Item:
    """Turn a row into the item of the contract, or a part of one; the column names are its fields."""
    # orjson takes plain strings as keys only; some column names are SQLAlchemy's own kind.
    return {str(name): value for name, value in row._asdict().items()}


def dump(value: Any) -> bytes:
    """Write JSON as the wire wants it: UTF-8, moments with Z."""
    return orjson.dumps(value, option=SHAPE)
