"""The tables of notifications: content stored once, delivery once per person, numbers per inbox.

No query may come in here. Called by the other modules of this room and by the migrations.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Table, text
from sqlmodel import Column, Field, SQLModel

from tidings.database import Json, UtcDateTime

USER = "users.id"  # a name only: this room never imports the accounts
UNREAD = "read_at IS NULL AND archived_at IS NULL AND snoozed_until IS NULL"


def _owner(**more: Any) -> Any:
    return Field(sa_column=Column(ForeignKey(USER, ondelete="CASCADE"), nullable=False, **more))


def _moment(nullable: bool = True, **more: Any) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable, **more))


class Life(SQLModel, table=True):
    """One life of this database: its epoch. Cursors of another life (a restored backup) mean nothing here."""

    __tablename__ = "lives"  # pyright: ignore[reportAssignmentType]

    epoch: str = Field(primary_key=True)
    told: int = Field(default=0, sa_type=BigInteger, description="number of the newest broadcast")


class Inbox(SQLModel, table=True):
    """One person's numbers. Its row is the lock under which that person's deliveries are numbered."""

    __tablename__ = "inboxes"  # pyright: ignore[reportAssignmentType]

    user_id: str = _owner(primary_key=True)
    seq: int = Field(default=0, sa_type=BigInteger, description="number of the newest delivery")
    revision: int = Field(default=0, sa_type=BigInteger, description="counts every change")
    unread: int = Field(default=0, description="deliveries neither read, archived nor snoozed")
    floor_seq: int = Field(default=0, sa_type=BigInteger, description="newest delivery the cleaner removed")
    received_seq: int = Field(
        default=0, sa_type=BigInteger, description="newest delivery some browser confirmed"
    )
    settled: int = Field(
        default=0, sa_type=BigInteger, description="newest broadcast that is among the deliveries, or missed"
    )


class Incident(SQLModel, table=True):
    """Which notification a publisher's `dedupe_key` stands for, so that later ones update it in place."""

    __tablename__ = "incidents"  # pyright: ignore[reportAssignmentType]

    scope: str = Field(primary_key=True)
    dedupe_key: str = Field(primary_key=True)
    notification_id: str
    updated_at: datetime = _moment(nullable=False)


class Content(SQLModel, table=True):
    """One version of what was said. A notification has several when it was updated in place."""

    __tablename__ = "contents"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("contents_by_scope", "scope", "id"),)  # what somebody sent, the newest first

    id: str = Field(primary_key=True)
    notification_id: str = Field(index=True)
    scope: str
    source: str
    title: str
    body: str
    format: str
    level: str
    priority: int
    category: str | None
    url: str | None
    extra: Any = Field(default=None, sa_column=Column("data", Json))
    dedupe_key: str | None = None
    published_at: datetime = _moment(nullable=False, index=True)


class Delivery(SQLModel, table=True):
    """One notification in one person's inbox."""

    __tablename__ = "deliveries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("deliveries_by_seq", "user_id", "seq", unique=True),
        Index("deliveries_by_revision", "user_id", "revision"),
        Index(
            "deliveries_unread", "user_id", "seq", sqlite_where=text(UNREAD), postgresql_where=text(UNREAD)
        ),
        Index(
            "deliveries_snoozed",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
        *(
            Index(name, "user_id", "seq", sqlite_where=text(which), postgresql_where=text(which))
            for name, which in (
                ("deliveries_archived", "archived_at IS NOT NULL"),
                ("deliveries_put_off", "snoozed_until IS NOT NULL"),
            )
        ),
    )

    user_id: str = _owner(primary_key=True)
    notification_id: str = Field(primary_key=True, index=True)
    content_id: str
    seq: int = Field(sa_type=BigInteger)
    revision: int = Field(
        sa_type=BigInteger, description="the inbox's revision at the last change of this row"
    )
    count: int = 1
    created_at: datetime = _moment(nullable=False)
    updated_at: datetime = _moment(nullable=False, index=True)
    read_at: datetime | None = _moment()
    archived_at: datetime | None = _moment()
    pinned_at: datetime | None = _moment()
    snoozed_until: datetime | None = _moment()


class Broadcast(SQLModel, table=True):
    """One notification for everybody there was, said once; an inbox takes it in when it is next touched."""

    __tablename__ = "broadcasts"  # pyright: ignore[reportAssignmentType]

    number: int = Field(
        sa_column=Column(
            BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
        )
    )
    notification_id: str = Field(index=True)
    content_id: str = Field(index=True)
    published_at: datetime = _moment(nullable=False)


class Operation(SQLModel, table=True):
    """An operation a person's browser has done, kept so that a resend changes nothing."""

    __tablename__ = "operations"  # pyright: ignore[reportAssignmentType]

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    unread: int
    revision: int = Field(sa_type=BigInteger)
    done_at: datetime = _moment(nullable=False, index=True)


class Acceptance(SQLModel, table=True):
    """The answer a publisher got for an `Idempotency-Key`, kept 24 hours."""

    __tablename__ = "acceptances"  # pyright: ignore[reportAssignmentType]

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    answer: Any = Field(default=None, sa_column=Column(Json))
    accepted_at: datetime = _moment(nullable=False, index=True)


class Topic(SQLModel, table=True):
    """Something people can follow. It is there once somebody published to it or followed it."""

    __tablename__ = "topics"  # pyright: ignore[reportAssignmentType]

    topic: str = Field(primary_key=True)


class Follower(SQLModel, table=True):
    """A person who follows a topic."""

    __tablename__ = "followers"  # pyright: ignore[reportAssignmentType]

    topic: str = Field(primary_key=True)
    user_id: str = _owner(primary_key=True, index=True)


def _table(model: type[SQLModel]) -> Table:
    return cast(Table, getattr(model, "__table__"))  # noqa: B009  # pyright does not know SQLModel's attribute


# The same tables for set-based statements, which need no objects and none of the ORM's bookkeeping.
lives = _table(Life)
inboxes = _table(Inbox)
incidents = _table(Incident)
contents = _table(Content)
deliveries = _table(Delivery)
operations = _table(Operation)
acceptances = _table(Acceptance)
topics = _table(Topic)
followers = _table(Follower)
broadcasts = _table(Broadcast)
