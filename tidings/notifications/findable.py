"""Findable: SQLite's index of words takes in contents many at a time, before a search and at leisure.

No search may come in here. Called by the doors before they search, and by the house's chores. PostgreSQL
keeps its index by itself. One content alone costs fifty microseconds, among many five (decision 43).
"""

import asyncio
from contextlib import suppress
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from tidings.database import Database, DatabaseUnavailable

STEP = 500  # contents of one commit
CHARACTERS = 500_000  # at most so many in it: publishers wait behind them, twenty milliseconds or thirty
PATIENCE_S = 1.0  # rather answer without what was said just now than not at all

NEWEST = text("SELECT max(number) FROM content_numbers")
THROUGH = text("SELECT through FROM content_index")
UNTIL = text("""
    SELECT max(number) FROM (
        SELECT number, sum(characters) OVER (ORDER BY number) - characters AS before FROM (
            SELECT number, coalesce(length(title) + length(body), 0) AS characters
            FROM content_numbers LEFT JOIN contents ON id = content_id
            WHERE number > :through ORDER BY number LIMIT :step
        )
    ) WHERE before < :characters
""")
TAKE_IN = text("""
    INSERT INTO content_words (rowid, words)
    SELECT number, title || char(10) || body FROM content_numbers JOIN contents ON id = content_id
    WHERE number > :through AND number <= :until ORDER BY number
""")
NOTE = text("UPDATE content_index SET through = :until")


async def catch_up(database: Database) -> None:
    """Make findable what was said before the call, unless the database has no time for it just now."""
    if database.dialect != "sqlite":
        return
    with suppress(DatabaseUnavailable, TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            until = await database.read(missing)
            while until > 0:
                await database.write(take_in)
                until = await database.read(partial(missing, until=until))  # to take in more may never end


def missing(session: Session, until: int | None = None) -> int:
    """Return the number up to which something is there that no search would find yet; 0 when nothing is.

    With `until`, what came after that number is left out.
    """
    newest: int = session.scalar(NEWEST) or 0
    wanted = newest if until is None else min(until, newest)  # the newest may have been removed
    return wanted if session.scalar(THROUGH) < wanted else 0


def take_in(session: Session) -> None:
    """Make the next few contents findable; once more does no harm."""
    through = session.scalar(THROUGH)
    until = session.scalar(UNTIL, {"through": through, "step": STEP, "characters": CHARACTERS})
    if until is None:
        return
    session.execute(TAKE_IN, {"through": through, "until": until})
    session.execute(NOTE, {"until": until})
