"""The street: where a process rings at its neighbours' and hears who rings here.

No decision about who must look comes in here: the hub knows that. Called by the hub (as its `Elsewhere`),
after the commit; nothing here ever waits for Redis.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from tidings.neighbours.line import Channel, Line, RedisAway
from tidings.neighbours.ring import MOST_SEARCHES, Draft, Ring, RingRefused, heard

log = logging.getLogger("tidings.neighbours")


class Street:
    """Says with one ring what came together since the last one."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.origin = secrets.token_hex(8)
        self._draft = Draft()
        self._filled = asyncio.Event()
        self._warned = False
        self.refused = 0

    def changed(self, user_ids: Collection[str] | None) -> None:
        """These people's inboxes have changed; None: anybody's."""
        self._draft.name(user_ids)
        self._filled.set()

    def ended(self, session_ids: Iterable[str]) -> None:
        """These sessions are over."""
        self._draft.ended.update(session_ids)
        self._filled.set()

    def said(self, user_id: str, message: dict[str, Any]) -> None:
        """One browser told all of that person's something that is kept nowhere."""
        self._draft.said.append((user_id, message))
        self._filled.set()

    def spent(self, amounts: Mapping[str, float]) -> None:
        """So much was taken here from allowances that are common."""
        for name, amount in amounts.items():
            self._draft.spent[name] += amount  # pyright: ignore[reportArgumentType]  # counts, mostly
        self._filled.set()

    def leaving(self, user_id: str, connection: str, may_return: bool) -> None:
        """This connection, which is not ours, has to leave."""
        self._draft.leaving.append((user_id, connection, may_return))
        self._filled.set()

    def looking(self, searches: Iterable[str]) -> None:
        """An operator looks here, at these connections."""
        self._draft.looking.update(islice(searches, MOST_SEARCHES))
        self._filled.set()

    async def speak(self, channel: Channel) -> None:
        """Ring for ever. What cannot be said is not kept: the others find it in the database."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            draft, self._draft = self._draft, Draft()
            with suppress(RedisAway):
                await self._say(channel(), draft.write(self.origin))

    async def listen(
        self, channel: Channel, told: Callable[[Ring], None], back: Callable[[], Awaitable[None]]
    ) -> None:
        """Hear the others for ever."""
        await self.line.listen(channel, lambda payload: self._hear(payload, told), back)

    async def _say(self, channel: str, ring: bytes) -> None:
        await self.line.call(lambda redis: redis.publish(channel, ring))

    def _hear(self, payload: bytes, told: Callable[[Ring], None]) -> None:
        try:
            ring = heard(payload)
        except RingRefused as refused:
            self._overhear(refused)
            return
        if ring.origin != self.origin:
            told(ring)

    def _overhear(self, refused: RingRefused) -> None:
        """Garbage is counted and mentioned once: whoever writes it could fill the log as well."""
        self.refused += 1
        if not self._warned:
            log.warning("Somebody else writes on our channel in Redis; it is overlooked. %s", refused)
        self._warned = True
