"""Onlookers: the connections of admins that want to be told the overview, each for a while.

No counting may come in here. A browser asks again before its time is over; one that is gone, or whose tabs
are all hidden, does not, so nobody has to say goodbye. Called by the desk (ask) and by broadcast.py.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import orjson
from pydantic import BaseModel, Field

from tidings.clock import Clock
from tidings.live.desk import Sender
from tidings.live.frames import Frame
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.live.services import OperationRefused

LEASE_S = 20.0
MOST = 50

Section = bytes


class Ask(BaseModel):
    """Let me see the overview for a while; `search` narrows who is shown as connected.

    `anew`: a tab that has just come wants everything, not only what changed.
    """

    search: str = Field("", max_length=64)
    anew: bool = False


@dataclass
class Onlooker:
    """One connection that is told, what it was told last, and until when."""

    user_id: str
    search: str
    until: float
    told: dict[str, Section] = field(default_factory=dict[str, Section])
    knows: set[str] = field(default_factory=set[str])  # the processes whose past it was told


class Onlookers:
    """Everybody who looks at this moment."""

    def __init__(self, hub: Hub, clock: Clock, is_admin: Callable[[str], Awaitable[bool]]) -> None:
        self._hub, self._clock, self._is_admin = hub, clock, is_admin
        self._by_connection: dict[str, Onlooker] = {}

    async def ask(self, asked: Ask, sender: Sender) -> None:
        """Tell this connection from now on. Raises `OperationRefused` for whoever is no admin."""
        if not await self._is_admin(sender.user_id):
            raise OperationRefused("forbidden", "Only an admin may see who is connected.")
        if len(self._by_connection) >= MOST and sender.connection not in self._by_connection:
            raise OperationRefused("unavailable", "Too many people look at this page.", LEASE_S)
        until = self._clock.monotonic() + LEASE_S
        known = self._by_connection.get(sender.connection)
        if known is None or asked.anew or asked.search != known.search:
            self._by_connection[sender.connection] = Onlooker(sender.user_id, asked.search, until)
        else:
            known.until = until

    def __bool__(self) -> bool:
        return bool(self._by_connection)

    def searches(self) -> set[str]:
        """Return whom they look for; nothing when there is nobody who looks."""
        return {onlooker.search for onlooker, _ in self.present()}

    def present(self) -> Iterator[tuple[Onlooker, Socket]]:
        """Give those who still look and are still connected; forget the others."""
        now = self._clock.monotonic()
        for name, onlooker in list(self._by_connection.items()):
            socket = self._socket(onlooker.user_id, name)
            if socket is None or onlooker.until < now:
                del self._by_connection[name]
            else:
                yield onlooker, socket

    def _socket(self, user_id: str, connection: str) -> Socket | None:
        return next((one for one in self._hub.of_user(user_id) if one.connection.id == connection), None)


def tell(onlooker: Onlooker, socket: Socket, sections: dict[str, Section]) -> None:
    """Tell what changed since the last time."""
    fresh = {name: text for name, text in sections.items() if onlooker.told.get(name) != text}
    onlooker.told |= {
        name: text for name, text in fresh.items() if name != "histories"
    }  # long, and told once
    parts = [b'"type":"overview"', *(orjson.dumps(name) + b":" + text for name, text in fresh.items())]
    socket.tell(Frame(b"{" + b",".join(parts) + b"}"))
