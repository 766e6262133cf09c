"""Column types that mean the same on SQLite and PostgreSQL.

No table may come in here. Called by the rooms' table modules.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Text, TypeDecorator

WITHOUT_ZONE = len("2026-11-23 12:00:00.123456")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, without a zone in the file of SQLite, which knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write moments for SQLite in one go: the way around costs as much as the statement they are for."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text, so that both engines give back exactly what was put in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def _written(moment: datetime | None) -> str | None:
    """Write a moment as SQLAlchemy writes one without a zone."""
    return None if moment is None else moment.astimezone(UTC).isoformat(" ", "microseconds")[:WITHOUT_ZONE]
