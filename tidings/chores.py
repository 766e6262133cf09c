"""What the house does by itself while it is open: heartbeats, upkeep, and an ear at the door.

No rule about what is due or old may come in here: the rooms know. Called by the house, which runs each chore
as a task.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tidings.accounts import sessions
from tidings.audit import log as audit
from tidings.clock import Clock
from tidings.database import Database, DatabaseUnavailable
from tidings.live.ear import Ear
from tidings.live.hub import LOOK_EVERY_S, SLOW_EVERY_S, Hub
from tidings.live.needs import Needs
from tidings.live.wheel import SPOKE_S
from tidings.notifications import findable, receipt, upkeep
from tidings.notifications.marks import Marked
from tidings.settings import Settings
from tidings.watchman import Watchman

UPKEEP_EVERY_S = 2.0
CLEAN_EVERY_S = 60.0
NOTE_LIMITS_EVERY_S = 10.0
FIND_EVERY_S = 10.0  # whoever searches sooner sees to it first
CONFIRM_EVERY_S = 5.0  # a receipt may be a little late; it must not cost a write a delivery

log = logging.getLogger("tidings")


@dataclass(frozen=True)
class Chores:
    """The chores of one process, and what they need for it."""

    database: Database
    hub: Hub
    clock: Clock
    settings: Settings
    watchman: Watchman
    notice_new_life: Callable[[], Awaitable[None]]
    confirmed: dict[str, int] = field(default_factory=dict[str, int])

    def all(self, needs: Needs, ear: Ear) -> list[Coroutine[Any, Any, None]]:
        """Return every chore, each going on until it is cancelled."""
        return [
            _every(SPOKE_S, self._tick),
            _every(SLOW_EVERY_S, self._check_slow),
            _every(UPKEEP_EVERY_S, self._by_one(self._keep_up)),
            _every(CLEAN_EVERY_S, self._by_one(self._clean)),
            _every(FIND_EVERY_S, self._find),
            _every(NOTE_LIMITS_EVERY_S, self._note_limits),
            _every(CONFIRM_EVERY_S, self.confirm),
            _every(LOOK_EVERY_S, _done(ear.ring)),
            self._listen_at_the_door(needs, ear),
        ]

    async def _find(self) -> None:
        """Make findable what is new. Everyone does: who has the lead may be of an older version."""
        await findable.catch_up(self.database)

    def _by_one(self, chore: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Leave it to the one process on this database that has the lead."""

        async def led() -> None:
            if await self.database.lead.held():
                await chore()

        return led

    async def confirm(self) -> None:
        """Note for the receipts up to which number people's browsers were told everything."""
        reached = self.hub.reached()
        fresh = {user_id: seq for user_id, seq in reached.items() if seq > self.confirmed.get(user_id, 0)}
        if fresh:
            await self.database.write(lambda session: receipt.confirm(session, fresh))
        self.confirmed.clear()  # whoever left is forgotten
        self.confirmed.update(reached)

    async def _tick(self) -> None:
        self.hub.tick()

    async def _check_slow(self) -> None:
        self.hub.check_slow()

    async def _note_limits(self) -> None:
        await self.watchman.write(self.hub.tally.closes)

    async def _keep_up(self) -> None:
        now = self.clock.now()
        if await self.database.read(lambda session: upkeep.anything_due(session, now)):
            await self.database.write(lambda session: upkeep.wake_due(session, now), self._announce_all)

    async def _clean(self) -> None:
        now = self.clock.now()
        days = self.settings.retention_days
        kept = timedelta(days=days) if days else None
        await self.database.write(lambda session: sessions.forget(session, now))
        audited = timedelta(days=self.settings.audit_retention_days) or None
        await self.database.write(lambda session: audit.forget(session, now, audited))
        while kept and await self.database.write(
            lambda session: upkeep.expire(session, now, kept), self._tell_changes
        ):
            pass  # in small steps, so that publishers come in between
        while await self.database.write(lambda session: upkeep.forget(session, now, kept)):
            pass

    def _tell_changes(self, marked: list[Marked]) -> None:
        for each in marked:
            self.hub.changed(each)

    def _announce_all(self, announcements: list[Any]) -> None:
        for announcement in announcements:
            self.hub.announce(announcement)

    async def _listen_at_the_door(self, needs: Needs, ear: Ear) -> None:
        """Look into the database whenever somebody else wrote."""
        while True:
            heard = await ear.hear()
            if heard.everything:
                await _tried(self.notice_new_life)
            await _tried(lambda: self.hub.look(needs, heard))  # noqa: B023  # done before the next is heard


def _done(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def chore() -> None:
        act()

    return chore


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    """Do the chore again and again."""
    while True:
        await asyncio.sleep(seconds)
        await _tried(chore)


async def _tried(chore: Callable[[], Awaitable[None]]) -> None:
    """Do the chore once; a database that is away for a while, or a bug, is no reason to stop for good."""
    try:
        await chore()
    except DatabaseUnavailable as away:
        log.warning("A chore waits for the database: %s", away)
    except Exception:
        log.exception("A chore failed; it is tried again.")
