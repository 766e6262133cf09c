"""The hub: who is listening, and what they are told. It never waits for anybody.

No WebSocket and no database may come in here: sockets join, and the composition root gives what is needed
(`Needs`). Called by the endpoint (join, leave), by publishing after the commit (announce, changed), and by
the composition root (end sessions, look, tick, drain).
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from tidings.clock import Clock
from tidings.live.codes import Code
from tidings.live.connection import Connection, Phase
from tidings.live.crier import Crier
from tidings.live.ear import Heard
from tidings.live.frames import Frame
from tidings.live.lobby import Lobby
from tidings.live.moments import Moments
from tidings.live.needs import (
    Announcement,
    Changes,
    Elsewhere,
    Needs,
    Nowhere,
    OwnPlacesOnly,
    SharedPlaces,
)
from tidings.live.pipe import SendRows
from tidings.live.places import Places, Socket
from tidings.live.tally import Tally
from tidings.live.wheel import Wheel

LOOK_EVERY_S = 5.0  # somebody else's commit is noticed within this time even when every doorbell is broken
SLOW_EVERY_S = 1.0
LOOKED_UP_AT_ONCE = 1000  # engines bound the number of parameters


class Hub:
    """All live connections of this process, by person."""

    def __init__(
        self,
        clock: Clock,
        epoch: Callable[[], str],
        most_per_user: int,
        evict_oldest: bool,
        send: SendRows,
        elsewhere: Elsewhere | None = None,
        shared: SharedPlaces | None = None,
    ) -> None:
        self.clock = clock
        self.wheel: Wheel[Socket] = Wheel()
        self.slow: set[Socket] = set()  # those for whom bytes wait
        self.lobby = Lobby()
        self.draining = False
        self.moments = Moments()
        self.more_comes: Callable[[], bool] = lambda: False  # whether there will soon be more to announce
        self.tally = Tally()
        self._elsewhere = elsewhere or Nowhere()
        self._shared = shared or OwnPlacesOnly()
        self._places = Places(most_per_user, evict_oldest)
        self._crier = Crier(self._places, epoch, self.tally, send, lambda: self.more_comes(), clock)

    def listening(self) -> frozenset[str]:
        """Name the people with a live connection. Safe to call from the writer's thread."""
        return self._places.people()

    def reached(self) -> dict[str, int]:
        """Return the number up to which some browser of each listener was sent everything."""
        reached: dict[str, int] = {}
        for user_id, sockets in self._places.listeners.items():
            done = [one.connection for one in sockets.values() if not one.pipe.waiting_bytes()]
            told = [connection.seq for connection in done if connection.phase is Phase.LIVE]
            reached[user_id] = max(told, default=0)
        return reached

    def sockets(self) -> list[Socket]:
        """Return all live sockets."""
        every = self._places.listeners.values()
        return [socket for sockets in every for socket in sockets.values()]

    def of_user(self, user_id: str) -> list[Socket]:
        """Return one person's live sockets, the oldest first."""
        return self._places.of_user(user_id)

    def join(self, socket: Socket, user_id: str, session_id: str, replaces: str | None) -> Code | None:
        """Let a socket in, or return why not. From now on it is told everything."""
        if self.draining:
            return Code.RESTARTING
        return self._places.take(socket, user_id, session_id, replaces)

    async def may_stay(self, connection: Connection, replaces: str | None) -> bool:
        """Ask the other processes whether a connection that joined here may stay."""
        socket = self._places.find(connection)
        return socket is not None and await self._shared.take(socket, replaces)

    def leave(self, socket: Socket) -> None:
        """Forget a socket; its place is free at once."""
        self.wheel.drop(socket)
        self.slow.discard(socket)
        self._places.free(socket)
        if admission := socket.connection.admission:
            self._shared.free(admission.user_id, socket.connection.id)

    def announce(self, announcement: Announcement, committed_at: float | None = None) -> None:
        """Tell what was delivered: what is announced in one turn of the loop, in one frame a person."""
        concerned = _concerned(announcement)
        self.moments.told(concerned)
        asked = announcement.asked
        if asked is not None and asked is not (people := self._places.people()):
            for user_id in people.difference(asked):
                self._each_looks(user_id)
        if announcement.news:
            self._crier.tell(announcement.news, committed_at)
        self._elsewhere.changed(concerned)

    def flush(self) -> None:
        """Tell now what waits to be told, before something else happens."""
        self._crier.flush()

    def changed(self, changes: Changes) -> None:
        """Tell all connections of a person what was marked, by whichever of them."""
        self.moments.told((changes.user_id,))
        self._elsewhere.changed((changes.user_id,))
        self.flush()
        if not changes.changes:  # an operation that was repeated, or items that have expired
            self._laggards_look(changes)
            return
        message = {"type": "updated", "items": changes.changes}
        frame = Frame.of(message | {"unread": changes.unread, "revision": changes.revision})
        for socket in self.of_user(changes.user_id):
            socket.push(frame, changes.revision, socket.connection.seq, changes.revision)

    def custom(self, user_id: str, message: dict[str, Any]) -> None:
        """Tell all connections of a person something that is kept nowhere."""
        self._elsewhere.said(user_id, message)
        self.overhear(user_id, message)

    def overhear(self, user_id: str, message: dict[str, Any]) -> None:
        """Tell the connections here what was said elsewhere."""
        self.moments.told((user_id,))
        self.flush()
        frame = Frame.of(message)
        for socket in self.of_user(user_id):
            socket.tell(frame)

    def end_sessions(self, session_ids: Iterable[str], code: Code = Code.SIGNED_OUT) -> None:
        """Close every socket of these sessions, also one that is just about to join."""
        names = list(session_ids)
        self._elsewhere.ended(names)
        self._end(names, code)

    def end_connection(self, user_id: str, name: str, code: Code) -> bool:
        """Close this connection; False when it is not here."""
        socket = self._places.listeners.get(user_id, {}).get(name)
        if socket is not None:
            socket.end(code)
        return socket is not None

    async def look(self, needs: Needs, heard: Heard) -> None:
        """Ask the database what this process was not told: others' publishes, marks and ended sessions."""
        everything = heard.everything
        self.moments.told(None if everything or heard.session_ids else heard.user_ids)
        for session_ids in _in_steps(self._places.sessions() if everything else heard.session_ids):
            self._end(await needs.ended_sessions(session_ids), Code.SIGNED_OUT)
        listening = self._places.listeners.keys()
        for user_ids in _in_steps(listening if everything else heard.user_ids & listening):
            await self._look_at(needs, user_ids)

    async def _look_at(self, needs: Needs, user_ids: list[str]) -> None:
        positions = await needs.positions(user_ids)
        self.flush()  # what waits to be told is in the database already, and nobody is behind for that
        late = {
            user_id: sockets
            for user_id, position in positions.items()
            if (sockets := self._not_at(user_id, position.revision))
        }
        if late:
            await needs.settle(late.keys())
        for socket in chain.from_iterable(late.values()):
            socket.look()

    def _not_at(self, user_id: str, revision: int) -> list[Socket]:
        return [socket for socket in self.of_user(user_id) if socket.connection.revision != revision]

    def tick(self) -> None:
        """Let time pass for those who wait for it."""
        now = self.clock.monotonic()
        self.lobby.tick(now)
        for socket in self.wheel.turn(now):
            socket.passed(now)

    def check_slow(self) -> None:
        """End the sockets whose reader has taken nothing for too long."""
        now = self.clock.monotonic()
        for socket in list(self.slow):
            if socket.stuck(now):
                socket.end(Code.TOO_SLOW)

    def drain(self, window_ms: int) -> None:
        """Send everybody away, spread over the window, and let nobody in any more."""
        self.draining = True
        self.send_away(window_ms)

    def send_away(self, window_ms: int) -> None:
        """Ask everybody to come back, spread over the window."""
        self.moments.told(None)
        self.flush()
        sockets = self.sockets()
        for place, socket in enumerate(sockets):
            socket.end(Code.RESTARTING, retry_after_ms=500 + window_ms * place // len(sockets))

    def _end(self, session_ids: Iterable[str], code: Code) -> None:
        for socket in self._places.ended(session_ids):
            socket.end(code)

    def _laggards_look(self, changes: Changes) -> None:
        for socket in self.of_user(changes.user_id):
            if socket.connection.revision < changes.revision:
                socket.look()

    def _each_looks(self, user_id: str) -> None:
        for socket in self.of_user(user_id):
            socket.look()


def _concerned(announcement: Announcement) -> list[str] | None:
    """Name everybody whose inbox has changed, or None where only those who listen here were looked up."""
    if announcement.asked is not None:
        return None
    return [position[0] for news in announcement.news for position in news.positions]


def _in_steps(names: Iterable[str]) -> Iterable[list[str]]:
    every = list(names)
    return (every[at : at + LOOKED_UP_AT_ONCE] for at in range(0, len(every), LOOKED_UP_AT_ONCE))
