"""Arrivals: whether those who come in may, and what they have missed, looked up together.

No socket and no token may come in here. Called by the answers. After a restart thousands come at once: what
is asked about each is three statements, and so it is about a group of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from tidings.accounts import sessions
from tidings.accounts.refusals import AccountRefused
from tidings.clock import Clock
from tidings.database import Alike, Database
from tidings.live.protocol import Cursor
from tidings.notifications import inbox
from tidings.notifications.inbox import Backlog
from tidings.notifications.numbers import Position, position_of, settled_positions_of
from tidings.notifications.settled import read_settled, settle_and_read
from tidings.preferences import keeping
from tidings.preferences.keeping import Kept


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who says that this session is theirs, and how much of their inbox they have seen."""

    session_id: str
    user_id: str
    cursor: Cursor | None


class Arrivals:
    """Asks the database. `epoch` names its life."""

    def __init__(
        self, database: Database, clock: Clock, epoch: Callable[[], str], most_replayed: int
    ) -> None:
        self._database, self._clock, self._epoch = database, clock, epoch
        self._most_replayed = most_replayed

    async def admit(self, arrival: Arrival) -> tuple[str, Backlog]:
        """Return the name of whose session it is, and what they have missed.

        Raises `AccountRefused`, `DatabaseUnavailable`.
        """
        name, missed = await self._database.read(Alike(self._look, arrival))
        if missed is None:  # there are broadcasts to take in first
            look_back = self._looking_back(arrival.user_id, arrival.cursor)
            missed = await settle_and_read(self._database, arrival.user_id, look_back)
        return name, missed

    async def missed(self, user_id: str, cursor: Cursor | None) -> Backlog:
        """Return what a browser with this cursor has missed. Raises `DatabaseUnavailable`."""
        return await read_settled(self._database, user_id, self._looking_back(user_id, cursor))

    def _look(
        self, session: Session, arrivals: Sequence[Arrival]
    ) -> list[tuple[str, Backlog | None] | Exception]:
        theirs = [(arrival.session_id, arrival.user_id) for arrival in arrivals]
        names = sessions.admit_all(session, theirs, self._clock.now())
        people = [arrival.user_id for arrival in arrivals]
        places, kept = settled_positions_of(session, people), keeping.kept_of(session, people)
        found: list[tuple[str, Backlog | None] | Exception] = []
        for arrival, name in zip(arrivals, names, strict=True):
            place, chosen = places[arrival.user_id], kept.get(arrival.user_id)
            if isinstance(name, AccountRefused):
                found.append(name)
            else:
                found.append((name, place and self._missed(session, arrival.cursor, place, chosen)))
        return found

    def _looking_back(self, user_id: str, cursor: Cursor | None) -> Callable[[Session], Backlog]:
        return lambda session: self._missed(
            session, cursor, position_of(session, user_id), keeping.kept(session, user_id)
        )

    def _missed(self, session: Session, cursor: Cursor | None, place: Position, kept: Kept | None) -> Backlog:
        at = cursor and inbox.Cursor(cursor.epoch, cursor.seq, cursor.revision)
        missed = inbox.backlog(session, place, at, self._epoch(), self._most_replayed)
        if kept is None:
            return missed
        return replace(missed, preferences=kept.chosen, chose=at is not None and kept.revision > at.revision)
