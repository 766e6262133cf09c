"""Idempotency: the same `Idempotency-Key` gives the same answer for 24 hours.

No delivering may come in here. Called by publish.py, and by the cleaner.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from tidings.database import Json, Statement, UtcDateTime
from tidings.database.dialect import upsert
from tidings.notifications.tables import acceptances

KEPT = timedelta(hours=24)


class KeyReused(Exception):
    """The idempotency key was used before, with another body."""


class Keyed(Protocol):
    """What an order must tell: its key, its body's fingerprint, and whose key it is."""

    @property
    def idempotency_key(self) -> str | None: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def publisher(self) -> Any: ...


def claim(session: Session, order: Keyed, now: datetime) -> dict[str, Any] | None:
    """Take the key for this transaction, or return the answer it already has.

    Writers take turns, so of fifty at once the second finds the first one's answer. Raises `KeyReused`.
    """
    if order.idempotency_key is None:
        return None
    mine = {"scope": order.publisher.scope, "key": order.idempotency_key}
    row = mine | {"fingerprint": order.fingerprint, "answer": None, "accepted_at": now}
    if CLAIM.run(session, too_old=now - KEPT, **row).count:
        return None
    columns = (acceptances.c.fingerprint, acceptances.c.answer)
    earlier = session.execute(select(*columns).filter_by(**mine)).one()
    if earlier.fingerprint != order.fingerprint:
        raise KeyReused("This Idempotency-Key was used before with another body.")
    return earlier.answer


def answer(session: Session, order: Keyed, notification_id: str, accepted: int) -> None:
    """Keep what the publisher is about to be told."""
    if order.idempotency_key is not None:
        said = {"id": notification_id, "accepted": accepted}
        ANSWER.run(session, whose=order.publisher.scope, which=order.idempotency_key, said=said)


def _claim(engine: str) -> Any:
    """Insert the key, or take over the row of one that has run out; otherwise do nothing."""
    statement = upsert(engine, acceptances)
    fresh = {name: statement.excluded[name] for name in ("fingerprint", "answer", "accepted_at")}
    over = acceptances.c.accepted_at < bindparam("too_old", type_=UtcDateTime)
    return statement.on_conflict_do_update(index_elements=["scope", "key"], set_=fresh, where=over)


def _answer(_engine: str) -> Any:
    mine = (acceptances.c.scope == bindparam("whose")) & (acceptances.c.key == bindparam("which"))
    return update(acceptances).where(mine).values(answer=bindparam("said", type_=Json))


CLAIM = Statement(_claim)
ANSWER = Statement(_answer)
