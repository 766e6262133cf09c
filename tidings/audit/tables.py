"""The table of the audit log, and what an entry can be about.

No rule may come in here, only columns and words. Called by the modules beside it and by the migrations.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import BigInteger, Column, Field, Integer, SQLModel

from tidings.database import Json, UtcDateTime

MOMENT: Any = UtcDateTime
ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself only in an INTEGER


class Action(StrEnum):
    """What happened. The word before the dot is the subject, by which the log can be narrowed."""

    SESSION_BEGAN = "session.began"
    SESSION_REFUSED = "session.refused"
    SESSION_THROTTLED = "session.throttled"
    SESSION_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"
    PASSWORD_REFUSED = "password.refused"
    PASSWORD_SET = "password.set"
    USER_ADDED = "user.added"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    GROUP_ADDED = "group.added"
    GROUP_RENAMED = "group.renamed"
    GROUP_REMOVED = "group.removed"
    GROUP_JOINED = "group.joined"
    GROUP_LEFT = "group.left"
    TOPIC_JOINED = "topic.joined"
    TOPIC_LEFT = "topic.left"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    KEY_REFUSED = "key.refused"
    PUBLISH_THROTTLED = "limit.publish"
    UPGRADE_THROTTLED = "limit.upgrade"
    CONNECTION_ENDED = "limit.connection"
    CONNECTION_CUT = "connection.ended"
    DATABASE_RESTORED = "database.restored"


SUBJECTS = ("session", "password", "user", "group", "topic", "key", "limit", "connection", "database")

# What strangers can cause without being let in: bounded by the floodgate, and kept for a shorter time.
REFUSALS = frozenset(
    {
        Action.SESSION_REFUSED,
        Action.SESSION_THROTTLED,
        Action.PASSWORD_REFUSED,
        Action.KEY_REFUSED,
        Action.PUBLISH_THROTTLED,
        Action.UPGRADE_THROTTLED,
        Action.CONNECTION_ENDED,
    }
)


class AuditEntry(SQLModel, table=True):
    """One thing that happened. Names are those of that day: a log must not change when somebody leaves."""

    __tablename__ = "audit_entries"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, sa_column=Column(ROW_NUMBER, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_type=MOMENT, index=True)
    action: str = Field(max_length=40)
    actor_kind: str = Field(max_length=16)
    actor: str = Field(default="", max_length=64)
    actor_id: str | None = Field(default=None, max_length=36)
    address: str = Field(default="", max_length=64)
    target: str = Field(default="", max_length=200)
    target_id: str | None = Field(default=None, max_length=36)
    details: Any = Field(default=None, sa_column=Column(Json))
