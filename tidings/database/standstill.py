"""Standstill: whether anything at all was written since a moment, told without reading a single table.

No table may come in here. Called by the rooms inside `Database.write`, where nobody else can write meanwhile.

SQLite counts what its connections write: other connections' commits in `data_version`, its own rows in
`total_changes`. PostgreSQL tells nobody, so there it is never known that nothing was written.
"""

from typing import Any

from sqlalchemy.orm import Session

from tidings.database.footing import footing_of

Moment = tuple[int, int]


def moment_of(session: Session) -> Moment | None:
    """Return the moment this is: equal to an earlier one of this connection if nothing was written since.

    Taking back a transaction is not counted: whoever compares moments must know by something else that what
    they remember was kept.
    """
    dialect, driver = footing_of(session)
    if dialect.name != "sqlite":
        return None
    return driver.execute("PRAGMA data_version").fetchone()[0], driver.total_changes


def notes_of(session: Session) -> dict[Any, Any]:
    """Return what is remembered for as long as this very connection lasts."""
    return session.connection().info
