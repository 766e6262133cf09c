"""The witness: puts what happened at a door into the audit log and one line of the running log.

No door is opened and nothing is refused here. Called by doors.py and the modules of the single doors.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sqlmodel import Session
from starlette.requests import HTTPConnection

from tidings.accounts import users
from tidings.accounts.tables import ApiKey, User
from tidings.api.rooms import Rooms
from tidings.audit.log import Actor, Entry, record
from tidings.audit.tables import Action
from tidings.database import DatabaseUnavailable

log = logging.getLogger("tidings.audit")


class Witness:
    """Knows who is at the door by what the door found out."""

    def __init__(self, rooms: Rooms, address_of: Callable[[HTTPConnection], str]) -> None:
        self._rooms = rooms
        self._address_of = address_of
        self._errands: set[asyncio.Task[None]] = set()

    def entry(
        self, request: HTTPConnection, action: Action, by: User | ApiKey | None, **details: Any
    ) -> Entry:
        """Begin an entry about something that `by` does."""
        return Entry(action, self._actor(request, by), details=details)

    def refused(
        self,
        request: HTTPConnection,
        action: Action,
        by: User | ApiKey | None = None,
        *,
        account: str | None = None,
        **details: Any,
    ) -> None:
        """Note a refusal beside the request, as long as there are few. `account` is the name that was tried.

        What somebody typed is only kept when a user has that name: people type passwords into that field.
        """
        self._rooms.tally.witnessed(action)
        entry = self.entry(request, action, by, **details)
        if self._rooms.floodgate.passes(action, entry.actor.address, self._rooms.clock.monotonic()):
            self.soon(self._write(entry, account))

    def tell(self, entry: Entry | None) -> None:
        """Say what was committed, in one line."""
        if entry is not None:
            who, where = entry.actor.name or entry.actor.kind, entry.actor.address
            log.info("%s: %s by %s from %s", entry.action.value, entry.target or "-", who, where)

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Write beside the request: nobody waits for a note."""
        errand = asyncio.create_task(_unimportant(work))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    def _actor(self, request: HTTPConnection, by: User | ApiKey | None) -> Actor:
        address = self._address_of(request)
        if by is None:
            return Actor("stranger", address=address)
        return Actor("key" if isinstance(by, ApiKey) else "user", by.name, by.id, address)

    async def _write(self, entry: Entry, account: str | None) -> None:
        now = self._rooms.clock.now()

        def work(session: Session) -> Entry:
            user = users.find(session, account) if account is not None else None
            whole = entry.about(user.name, user.id) if user else entry
            record(session, whole, now)
            return whole

        self.tell(await self._rooms.database.write(work))


async def _unimportant(work: Coroutine[Any, Any, Any]) -> None:
    try:
        await work
    except DatabaseUnavailable as failure:
        log.warning("could not note what happened: %s", failure)
