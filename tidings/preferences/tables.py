"""The table of preferences: one row for whoever has ever chosen something.

No query may come in here. Called by keeping.py and by the migrations.
"""

from typing import Any, cast

from sqlalchemy import BigInteger, ForeignKey, Table
from sqlmodel import Column, Field, SQLModel

from tidings.database import Json


class Preferences(SQLModel, table=True):
    """What one person has chosen, as one document: nothing is ever searched in it."""

    __tablename__ = "preferences"  # pyright: ignore[reportAssignmentType]

    user_id: str = Field(
        sa_column=Column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    revision: int = Field(sa_type=BigInteger, description="the inbox's revision at the last change")
    chosen: Any = Field(default=None, sa_column=Column(Json, nullable=False))


preferences = cast(Table, getattr(Preferences, "__table__"))  # noqa: B009  # pyright does not know SQLModel's attribute
