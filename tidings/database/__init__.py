"""The database: one writer that groups commits, readers that see one moment, and a doorbell.

No room's tables and no business rule may come in here. Called by the rooms' doors and the composition root.
"""

from tidings.database.alike import Alike
from tidings.database.engine import DatabaseRefused
from tidings.database.failures import DatabaseUnavailable
from tidings.database.standstill import Moment, moment_of, notes_of
from tidings.database.statement import Statement
from tidings.database.store import Database
from tidings.database.types import Json, UtcDateTime

__all__ = [
    "Alike",
    "Database",
    "DatabaseRefused",
    "DatabaseUnavailable",
    "Json",
    "Moment",
    "Statement",
    "UtcDateTime",
    "moment_of",
    "notes_of",
]
