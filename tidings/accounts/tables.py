"""The tables of accounts: people and their groups, their sessions, the keys of programs.

No rule may come in here, only columns. Called by the modules beside it and by the migrations.
"""

from datetime import datetime
from typing import Any

import uuid_utils
from sqlalchemy import ForeignKey, Index, text
from sqlmodel import Column, Field, SQLModel

from tidings.database import Json, UtcDateTime

MOMENT: Any = UtcDateTime  # SQLModel types `sa_type` as the class, SQLAlchemy takes either


def new_id() -> str:
    """Return a fresh UUIDv7: ascending with time, so indexes stay compact."""
    return str(uuid_utils.uuid7())


class User(SQLModel, table=True):
    """A person. `name` is as typed; `name_key` is what must be unique."""

    __tablename__ = "users"  # pyright: ignore[reportAssignmentType]

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    name: str = Field(max_length=64)
    name_key: str = Field(unique=True)
    password_hash: str
    is_admin: bool = False
    created_at: datetime = Field(sa_type=MOMENT)
    disabled_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Group(SQLModel, table=True):
    """Some people under one name, so that a sender need not know who they are."""

    __tablename__ = "groups"  # pyright: ignore[reportAssignmentType]

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    name: str = Field(max_length=64)
    name_key: str = Field(unique=True)
    created_at: datetime = Field(sa_type=MOMENT)


class Member(SQLModel, table=True):
    """A person in a group. It goes with either of them."""

    __tablename__ = "group_members"  # pyright: ignore[reportAssignmentType]

    group_id: str = Field(
        sa_column=Column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    user_id: str = Field(
        sa_column=Column(
            ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, nullable=False, index=True
        )
    )


class UserSession(SQLModel, table=True):
    """One sign-in of one browser. This row alone decides whether the session lives."""

    __tablename__ = "sessions"  # pyright: ignore[reportAssignmentType]

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    user_id: str = Field(foreign_key="users.id", index=True, max_length=36)
    secret_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=MOMENT)
    last_seen_at: datetime = Field(sa_type=MOMENT)
    idle_expires_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    address: str = Field(default="", max_length=64)
    device: str = Field(default="", max_length=200)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    end_reason: str | None = Field(default=None, max_length=32)


class ApiKey(SQLModel, table=True):
    """What a program shows to be let in. The name is free again once the key is revoked."""

    __tablename__ = "api_keys"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "ix_api_keys_working_name",
            "name_key",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)
    name: str = Field(max_length=64)
    name_key: str
    secret_hash: str = Field(unique=True, max_length=64)
    prefix: str = Field(max_length=16)
    scopes: str = Field(default="", description="words separated by spaces")
    recipients: Any = Field(
        default=None, sa_column=Column(Json), description="names; none and no topics: all"
    )
    topics: Any = Field(default=None, sa_column=Column(Json))
    created_at: datetime = Field(sa_type=MOMENT)
    last_used_at: datetime | None = Field(default=None, sa_type=MOMENT)
    revoked_at: datetime | None = Field(default=None, sa_type=MOMENT)

    def allows(self, scope: str) -> bool:
        """Tell whether the key may be used for this."""
        return scope in self.scopes.split()
