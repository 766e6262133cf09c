"""The footing of a session: its engine's dialect and the driver's own connection, looked up once.

No statement may come in here. Called by statement.py and standstill.py. SQLAlchemy asks four objects for it
each time, which takes as long as SQLite needs for a small statement.
"""

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

KEPT = "tidings.footing"
Footing = tuple[Dialect, Any]


def footing_of(session: Session) -> Footing:
    """Return what a session stands on, beginning its transaction if there is none yet."""
    return session.info.get(KEPT) or _found(session)


def lost(session: Session) -> None:
    """Forget it: the session gave its connection back, and the next transaction may have another."""
    session.info.pop(KEPT, None)


def _found(session: Session) -> Footing:
    connection = session.connection()
    footing = session.info[KEPT] = (connection.dialect, connection.connection.driver_connection)
    return footing
