"""The places where SQLite and PostgreSQL are asked in different words.

No rule and no table may come in here. Called by the rooms that keep something.
"""

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tidings.database.types import Json


def upsert(engine: str, table: Table) -> Any:
    """Begin an insert that can say what happens on a conflict."""
    return (sqlite if engine == "sqlite" else postgresql).insert(table)


def among(engine: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Compare with a list of any length that is one parameter: engines bound the number of parameters."""
    if engine == "sqlite":
        return column.in_(select(listed(engine, name)))
    return column == any_(bindparam(name, type_=ARRAY(String)))


def listed(engine: str, name: str) -> ColumnElement[Any]:
    """Return the column of a table that has one row for each value of such a list."""
    if engine == "sqlite":
        return func.json_each(bindparam(name, type_=Json)).table_valued("value").c.value
    return func.unnest(bindparam(name, type_=ARRAY(String))).column_valued()


def engine_of(session: Session) -> str:
    """Name the engine."""
    return session.get_bind().dialect.name
