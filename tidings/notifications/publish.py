"""Publish: number, insert and remember a notification for all it is meant for, in the caller's transaction.

No commit, no socket and no account may come in here: who is meant is asked of the given `Directory`.
Called by the doors inside `Database.write`; what it returns is announced after the commit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uuid_utils
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tidings.database import Statement, moment_of
from tidings.database.dialect import upsert
from tidings.notifications import acceptance, topics
from tidings.notifications.audience import Directory, find_audience
from tidings.notifications.broadcast import end_of_broadcast
from tidings.notifications.deliver import Group, Listening, deliver
from tidings.notifications.drafts import Draft
from tidings.notifications.news import Announcement
from tidings.notifications.tables import contents, incidents


@dataclass(frozen=True)
class Publisher:
    """Who publishes. `scope` separates the name spaces of dedupe and idempotency keys."""

    scope: str
    source: str


@dataclass(frozen=True)
class Order:
    """One request to publish: what, by whom, and under which idempotency key."""

    draft: Draft
    publisher: Publisher
    idempotency_key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class Published:
    """What the sender is told, and what the listeners are."""

    id: str
    accepted: int
    announcement: Announcement | None
    replayed: bool = False


def publish(
    session: Session, directory: Directory, order: Order, listening: Listening, now: datetime
) -> Published:
    """Publish one order. `listening` names the users with a live connection at the moment it is called.

    Raises `UnknownRecipients`, or `KeyReused` when the idempotency key came with another body.
    """
    began = moment_of(session) if order.draft.to == "everyone" else None
    if earlier := acceptance.claim(session, order, now):
        return Published(earlier["id"], earlier["accepted"], None, replayed=True)
    audience = find_audience(session, directory, order.draft.to)
    if isinstance(audience, Group):
        topics.remember(session, audience.values.get("topics", ()))
    notification_id = _identify(session, order, now)
    content = _content(order, notification_id, now)
    INSERT_CONTENT.run(session, **content)
    announcement = deliver(session, audience, content, listening, now, began)
    acceptance.answer(session, order, notification_id, announcement.accepted)
    if began is not None:
        end_of_broadcast(session)
    return Published(notification_id, announcement.accepted, announcement)


def _identify(session: Session, order: Order, now: datetime) -> str:
    """Return the notification's id: that of the incident when the `dedupe_key` names one."""
    fresh = str(uuid_utils.uuid7())
    key = order.draft.dedupe_key
    if key is None:
        return fresh
    row = {"scope": order.publisher.scope, "dedupe_key": key, "notification_id": fresh, "updated_at": now}
    return IDENTIFY.run(session, **row).rows[0][0]


def _remember_incident(engine: str) -> Any:
    claim = upsert(engine, incidents)
    known = {"updated_at": claim.excluded.updated_at}
    claim = claim.on_conflict_do_update(index_elements=["scope", "dedupe_key"], set_=known)
    return claim.returning(incidents.c.notification_id)


INSERT_CONTENT = Statement(lambda _engine: insert(contents))
IDENTIFY = Statement(_remember_incident)


def _content(order: Order, notification_id: str, now: datetime) -> dict[str, Any]:
    draft = order.draft
    version = notification_id if draft.dedupe_key is None else str(uuid_utils.uuid7())
    return {
        "id": version,
        "notification_id": notification_id,
        "scope": order.publisher.scope,
        "source": order.publisher.source,
        "title": draft.title,
        "body": draft.body,
        "format": draft.format,
        "level": draft.level,
        "priority": draft.priority,
        "category": draft.category,
        "url": draft.url,
        "data": draft.data,
        "dedupe_key": draft.dedupe_key,
        "published_at": now,
    }
