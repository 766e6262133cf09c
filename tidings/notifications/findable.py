"""Findable: SQLite's index of words takes in contents many at a time, before a search and at leisure.

No search may come in here. Called by the doors before they search, and by the house's chores. PostgreSQL
keeps its index by itself. One content alone costs fifty microseconds, among many five (decision 43).
"""

import asyncio
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.orm import Session

from tidings.database import Database, DatabaseUnavailable
from tidings.database.dialect import engine_of

STEP = 500  # a publisher never waits long behind them
PATIENCE_S = 1.0  # rather answer without what was said just now than not at all

NEWEST = text("SELECT max(number) FROM content_numbers")
THROUGH = text("SELECT through FROM content_index")
TAKE_IN = text("""
    INSERT INTO content_words (rowid, words)
    SELECT number, title || char(10) || body FROM content_numbers JOIN contents ON id = content_id
    WHERE number > :through AND number <= :until ORDER BY number
""")
NOTE = text("UPDATE content_index SET through = :until")


async def catch_up(database: Database) -> None:
    """Make findable what was said before the call, unless the database has no time for it just now."""
    with suppress(DatabaseUnavailable, TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while await database.read(is_behind):
                await database.write(take_in)


def is_behind(session: Session) -> bool:
    """Tell whether there is something that no search would find yet."""
    if engine_of(session) != "sqlite":
        return False
    return (session.scalar(NEWEST) or 0) > session.scalar(THROUGH)


def take_in(session: Session) -> None:
    """Make the next few contents findable; once more does no harm."""
    through = session.scalar(THROUGH)
    until = min(through + STEP, session.scalar(NEWEST) or 0)
    session.execute(TAKE_IN, {"through": through, "until": until})
    session.execute(NOTE, {"until": until})
