"""Writing and reading the audit log.

No transaction is opened here: an entry stands or falls with the change it tells of. Called by the doors,
the command line and the composition root, inside `database.read` and `database.write`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from tidings.audit.tables import REFUSALS, Action, AuditEntry

LARGEST_PAGE = 200
REFUSALS_KEPT = timedelta(days=30)  # they are many and soon tell nothing any more
LONGEST_NAME, LONGEST_TARGET = 64, 200
STEP = 1000  # rows removed in one transaction, so that a publisher never waits long behind it

ActorKind = Literal["user", "key", "command", "server", "stranger"]


@dataclass(frozen=True)
class Actor:
    """Who did it, and from where."""

    kind: ActorKind
    name: str = ""
    id: str | None = None
    address: str = ""


SERVER = Actor("server", "Tidings")


@dataclass(frozen=True)
class Entry:
    """What is going to be written. Never put a secret into `details`."""

    action: Action
    actor: Actor
    target: str = ""
    target_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def about(self, target: str, target_id: str | None = None, **details: Any) -> "Entry":
        """Return the same with what is known only inside the transaction."""
        return replace(self, target=target, target_id=target_id, details={**self.details, **details})


def record(session: Session, entry: Entry, now: datetime) -> None:
    """Write an entry in the caller's transaction."""
    row = AuditEntry(
        at=now,
        action=entry.action.value,
        actor_kind=entry.actor.kind,
        actor=entry.actor.name[:LONGEST_NAME],
        actor_id=entry.actor.id,
        address=entry.actor.address[:LONGEST_NAME],
        target=entry.target[:LONGEST_TARGET],
        target_id=entry.target_id,
        details=dict(entry.details) or None,
    )
    session.add(row)


def page(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 50,
    subject: str | None = None,
    search: str | None = None,
) -> Sequence[AuditEntry]:
    """Return entries, the newest first; `before` is the id of the last one seen."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if subject:
        query = query.where(col(AuditEntry.action).startswith(f"{subject}.", autoescape=True))
    if search:
        query = query.where(_mentions(search))
    return session.exec(query).all()


def forget(session: Session, now: datetime, kept: timedelta | None) -> None:
    """Remove one step's worth of what is older than it may be; `None` keeps everything but refusals."""
    refusals = col(AuditEntry.action).in_([action.value for action in REFUSALS])
    old = refusals & (col(AuditEntry.at) < now - REFUSALS_KEPT)
    if kept is not None:
        old = or_(old, col(AuditEntry.at) < now - kept)
    ids = session.exec(select(AuditEntry.id).where(old).limit(STEP)).all()
    if ids:
        session.exec(delete(AuditEntry).where(col(AuditEntry.id).in_(ids)))


def _mentions(text: str) -> ColumnElement[bool]:
    columns = (col(AuditEntry.actor), col(AuditEntry.target), col(AuditEntry.address))
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
