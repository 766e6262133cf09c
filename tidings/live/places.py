"""The places of a process: who has a live connection, how many, and under which session.

No message may come in here. Called by the hub alone. Nothing waits, so no limit can be slipped through.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from tidings.live.codes import Code
from tidings.live.connection import Connection
from tidings.live.frames import Frame
from tidings.live.pipe import Pipe
from tidings.live.seats import Seats

if TYPE_CHECKING:
    from tidings.live.ranks import Ranks

REMEMBERED_ENDS = 10_000  # far more sessions than end while one token is being looked at


class Socket(Protocol):
    """What the hub asks of one live connection. None of it waits."""

    connection: Connection
    pipe: Pipe
    address: str
    device: str
    since: datetime

    def push(self, frame: Frame, first_revision: int, seq: int, revision: int) -> bool: ...
    def put(self, framed: bytes, first_revision: int, seq: int, revision: int) -> bool: ...
    def offered(self, framed: bytes, taken: int) -> None: ...
    def tell(self, frame: Frame) -> None: ...
    def look(self) -> None: ...
    def end(self, code: Code, retry_after_ms: int | None = None) -> None: ...
    def passed(self, now: float) -> None: ...
    def stuck(self, now: float) -> bool: ...


class Places:
    """Sockets by person, the oldest first, and by session."""

    def __init__(self, most_per_user: int, evict_oldest: bool) -> None:
        self.listeners: dict[str, dict[str, Socket]] = {}  # user, connection; nobody without one
        self.seats = Seats()
        self.ranks: Ranks | None = None  # drawn up from them at the last broadcast
        self._changes = 0  # how often somebody came or went; counted after it happened
        self._named = (0, frozenset[str]())  # who was there after so many
        self._most_per_user = most_per_user
        self._evict_oldest = evict_oldest
        self._sessions: dict[str, set[Socket]] = {}
        self._ended: dict[str, None] = {}

    def sessions(self) -> list[str]:
        """Name the sessions with a live connection."""
        return list(self._sessions)

    def people(self) -> frozenset[str]:
        """Name the people with a live connection: the same object for as long as nobody comes or goes.

        Safe to call from other threads: whoever comes meanwhile is counted later than what is kept here.
        """
        changes, people = self._named
        if changes != self._changes:
            changes = self._changes
            people = frozenset(self.listeners.copy())
            self._named = changes, people
        return people

    def of_user(self, user_id: str) -> list[Socket]:
        """Return one person's sockets."""
        return list(self.listeners.get(user_id, {}).values())

    def find(self, connection: Connection) -> Socket | None:
        """Return the socket of a connection that has a place."""
        admission = connection.admission
        return self.listeners.get(admission.user_id, {}).get(connection.id) if admission else None

    def take(self, socket: Socket, user_id: str, session_id: str, replaces: str | None) -> Code | None:
        """Give a socket a place, or return why there is none."""
        if session_id in self._ended:  # it ended while its token was being looked at
            return Code.SIGNED_OUT
        if not self._make_room(user_id, session_id, replaces):
            return Code.TOO_MANY
        self.listeners.setdefault(user_id, {})[socket.connection.id] = socket
        socket.connection.sit(self.seats, socket.pipe.line)
        self._changed()
        self._sessions.setdefault(session_id, set()).add(socket)
        return None

    def free(self, socket: Socket) -> None:
        """Forget a socket; its place is free at once."""
        admission = socket.connection.admission
        if admission is None:
            return
        sockets = self.listeners.get(admission.user_id, {})
        if sockets.get(socket.connection.id) is socket:
            del sockets[socket.connection.id]
            if not sockets:
                del self.listeners[admission.user_id]
            socket.connection.rise()
            self._changed()
        members = self._sessions.get(admission.session_id, set())
        members.discard(socket)
        if not members:
            self._sessions.pop(admission.session_id, None)

    def ended(self, session_ids: Iterable[str]) -> list[Socket]:
        """Note that these sessions are over, and return their sockets."""
        names = list(session_ids)
        self._ended.update(dict.fromkeys(names))
        for forgotten in list(islice(self._ended, max(0, len(self._ended) - REMEMBERED_ENDS))):
            del self._ended[forgotten]
        return [socket for name in names for socket in self._sessions.get(name, ())]

    def _changed(self) -> None:
        self.ranks = None
        self._changes += 1

    def _make_room(self, user_id: str, session_id: str, replaces: str | None) -> bool:
        """Free the place of the session's own ghost, or of the oldest; False when that is not to be."""
        places = self.listeners.get(user_id, {})
        ghost = places.get(replaces or "")
        if ghost is not None and _session_of(ghost) == session_id:
            self._send_away(ghost, Code.GOING_AWAY)
        elif len(places) >= self._most_per_user:
            if not self._evict_oldest:
                return False
            self._send_away(next(iter(places.values())), Code.TOO_MANY)
        return True

    def _send_away(self, socket: Socket, code: Code) -> None:
        self.free(socket)
        socket.end(code)


def _session_of(socket: Socket) -> str | None:
    admission = socket.connection.admission
    return admission.session_id if admission else None
