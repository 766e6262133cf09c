"""What the doors need of the house, as one value; the composition root fills it.

No question is asked and nothing is decided here. Used by doors.py and the modules of the single doors.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from tidings.accounts.passwords import Hasher
from tidings.accounts.throttle import Throttle
from tidings.accounts.tokens import Tokens
from tidings.api.tally import DoorTally
from tidings.audit.floodgate import Floodgate
from tidings.clock import Clock
from tidings.database import Database
from tidings.notifications.marks import Marked
from tidings.settings import Settings


@dataclass(frozen=True)
class LiveConnection:
    """One live socket, as the page of sessions shows it."""

    id: str
    session_id: str
    since: datetime
    address: str
    device: str = ""
    user_id: str = ""
    user: str = ""


class Live(Protocol):
    """What the operator's page may know and do; of all processes, as far as they can be reached."""

    async def snapshot(self, search: str) -> dict[str, Any]:
        """Return everything at once."""
        ...

    async def find(self, connection: str, name: str) -> LiveConnection | None:
        """Return the connection, if it is here or if a person of that name has it anywhere."""
        ...

    def cut(self, connection: LiveConnection) -> None:
        """End it; the browser may come back."""
        ...


class NoLive:
    """Nothing is live here."""

    async def snapshot(self, search: str) -> dict[str, Any]:
        return {}

    async def find(self, connection: str, name: str) -> LiveConnection | None:
        return None

    def cut(self, connection: LiveConnection) -> None: ...


Following = Callable[[str, Mapping[str, str], int], AbstractContextManager[None]]  # door, headers, how many


def _not_followed(_door: str, _headers: Mapping[str, str], _count: int) -> AbstractContextManager[None]:
    return NOT_FOLLOWED


NOT_FOLLOWED: AbstractContextManager[None] = nullcontext()


async def _no_connections(_user_id: str) -> Sequence[LiveConnection]:
    return ()


@dataclass(frozen=True)
class Rooms:
    """What the doors need. `ended`, `stirred` and `connections` are wired to the live room."""

    database: Database
    clock: Clock
    settings: Settings
    hasher: Hasher
    tokens: Tokens
    throttle: Throttle
    ended: Callable[[list[str]], None] = lambda session_ids: None
    stirred: Callable[[Marked], None] = lambda marked: None
    connections: Callable[[str], Awaitable[Sequence[LiveConnection]]] = _no_connections
    floodgate: Floodgate = field(default_factory=Floodgate)
    tally: DoorTally = field(default_factory=DoorTally)
    live: Live = field(default_factory=NoLive)
    following: Following = _not_followed
    redis_is_away: Callable[[], bool] = lambda: False
