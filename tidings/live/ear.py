"""The ear: collects who rang, until the hub has time to look.

No database and no Redis may come in here. Rung by the composition root's doorbells; asked by the chores.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Heard:
    """What somebody should look at: some people and sessions, or all."""

    everything: bool = False
    user_ids: set[str] = field(default_factory=set[str])
    session_ids: set[str] = field(default_factory=set[str])


class Ear:
    """However often it rings while somebody is looking, it is one look more."""

    def __init__(self) -> None:
        self._heard = Heard()
        self._rung = asyncio.Event()
        self._rumour: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Something has changed, nobody says what."""
        if self._rumour is not None:
            self._rumour.cancel()
            self._rumour = None
        self._heard.everything = True
        self._rung.set()

    def whisper(self, within_s: float) -> None:
        """Something has changed; whose it is may still be told. If not, everything is looked at then."""
        if self._rumour is None:
            self._rumour = asyncio.get_running_loop().call_later(within_s, self.ring)

    def name(self, user_ids: Iterable[str], session_ids: Iterable[str]) -> None:
        """Something has changed for these."""
        self._heard.user_ids.update(user_ids)
        self._heard.session_ids.update(session_ids)
        self._rung.set()

    async def hear(self) -> Heard:
        """Wait for a ring; return what came together, and begin anew."""
        await self._rung.wait()
        self._rung.clear()
        heard, self._heard = self._heard, Heard()
        return heard
