"""Read an inbox with everything in it: first it takes in the broadcasts it lacks.

No query may come in here. Called by the house and the doors in place of `Database.read`, for whatever reads
the deliveries of one person.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from tidings.database import Database
from tidings.notifications.numbers import is_behind, settle

T = TypeVar("T")


async def settle_and_read(database: Database, user_id: str, work: Callable[[Session], T]) -> T:
    """Take in what the inbox lacks, then run `work`. Raises `DatabaseUnavailable`."""
    await database.write(lambda session: settle(session, [user_id]))
    return await database.read(work)


async def read_settled(database: Database, user_id: str, work: Callable[[Session], T]) -> T:
    """Run `work` on a view in which this inbox lacks nothing that was said before the call.

    What is said meanwhile may be missing, from the deliveries and from `position_of` alike: it is announced.
    Raises `DatabaseUnavailable`.
    """

    def look(session: Session) -> tuple[T] | None:
        return None if is_behind(session, user_id) else (work(session),)

    found = await database.read(look)
    return found[0] if found else await settle_and_read(database, user_id, work)
