"""The neighbourhood: which bells this process hears, and what it does when one rings.

No rule of any room may come in here. Called by the house, which runs its tasks.

Two bells, one clear order. Redis says who should look, within milliseconds, so it is the one that counts
while it is there. The database's own bell (LISTEN/NOTIFY, or SQLite's data_version) hears also those who
know no Redis, the command line above all; it is heard at once while Redis is away, and otherwise only for
what Redis did not name.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from tidings.live.ear import Ear
from tidings.live.hub import Hub
from tidings.neighbours import Line, Ring, Street

UNNAMED_S = 0.8  # a commit that Redis has not spoken of by then was made by somebody who does not know it


class Neighbourhood:
    """The other processes of the same installation, or nobody."""

    def __init__(self, redis_url: str) -> None:
        self.ear = Ear()
        self.street = Street(Line(redis_url)) if redis_url else None

    @property
    def silent(self) -> bool:
        """Whether there is a Redis that should answer and does not."""
        return self.street is not None and not self.street.line.up

    def database_rang(self) -> None:
        """Another process has committed something."""
        if self.street is None or not self.street.line.up:
            self.ear.ring()
        else:
            self.ear.whisper(UNNAMED_S)

    def tasks(self, hub: Hub, epoch: Callable[[], str]) -> list[Coroutine[Any, Any, None]]:
        """Return what is to run meanwhile. Each life of the database has a channel of its own."""
        if self.street is None:
            return []

        def channel() -> str:
            return f"tidings:{epoch()}"

        return [
            self.street.speak(channel),
            self.street.listen(channel, lambda ring: self._told(hub, ring), self._back),
        ]

    async def close(self) -> None:
        """Let go of Redis."""
        if self.street is not None:
            await self.street.line.close()

    def _told(self, hub: Hub, ring: Ring) -> None:
        if ring.everybody:
            self.ear.ring()
        if ring.people or ring.ended:
            self.ear.name(ring.people, ring.ended)
        for user_id, message in ring.said:
            hub.overhear(user_id, message)

    async def _back(self) -> None:
        self.ear.ring()  # whatever was said meanwhile was said to nobody
