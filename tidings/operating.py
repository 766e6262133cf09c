"""What an operator sees and may do: the overview wired to the rooms, to the desk and to the doors.

No counting and no page comes in here. Called by the house, which runs `tell` as a task.
"""

import asyncio
import logging
from typing import Any

from pydantic import BaseModel, Field

from tidings.accounts.tables import User
from tidings.api.rooms import LiveConnection
from tidings.api.tally import DoorTally
from tidings.clock import Clock
from tidings.database import Database
from tidings.live.codes import Code
from tidings.live.desk import Desk, Sender
from tidings.live.hub import Hub
from tidings.neighbourhood import Neighbourhood
from tidings.overview import EVERY_S, Ask, Onlookers, Overview
from tidings.settings import Settings

log = logging.getLogger("tidings")


class Silence(BaseModel):
    """Let there be no heartbeat on this connection for so long."""

    seconds: float = Field(gt=0, le=90)


class Operating:
    """The operator's page from this process's side (tidings.api.rooms.Live)."""

    def __init__(
        self, hub: Hub, database: Database, doors: DoorTally, clock: Clock, settings: Settings
    ) -> None:
        self._database, self._hub = database, hub
        self._onlookers = Onlookers(hub, clock, self._is_admin)
        self._overview = Overview(hub, database, doors, clock, settings.workers, self._onlookers)

    def wire(self, desk: Desk, neighbourhood: Neighbourhood) -> None:
        """Let admins ask over the socket, and see how Redis does."""
        desk.register("overview", Ask, self._onlookers.ask)
        desk.register("silence", Silence, self._rest)
        self._overview.redis = lambda: neighbourhood.tally

    async def _rest(self, asked: Silence, sender: Sender) -> None:
        """Say nothing on this connection for a while, so that a doctor learns who ends a quiet line."""
        until = self._hub.clock.monotonic() + asked.seconds
        for socket in self._hub.of_user(sender.user_id):
            if socket.connection.id == sender.connection:
                socket.connection.rest(until)
                self._hub.wheel.set(socket, socket.connection.due)

    def snapshot(self, search: str) -> dict[str, Any]:
        """Return everything at once."""
        return self._overview.snapshot(search)

    def find(self, connection: str) -> LiveConnection | None:
        """Return the connection of that name, if it is here."""
        socket = self._overview.find(connection)
        admission = socket.connection.admission if socket else None
        if socket is None or admission is None:
            return None
        return LiveConnection(
            connection,
            admission.session_id,
            socket.since,
            socket.address,
            socket.device,
            admission.user_id,
            admission.user_name,
        )

    def cut(self, connection: str) -> None:
        """End it; the browser comes back by itself."""
        if socket := self._overview.find(connection):
            socket.end(Code.GOING_AWAY)

    async def tell(self) -> None:
        """Tell the onlookers for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._overview.tick()
            except Exception:
                log.exception("The overview could not be told; it is tried again.")

    async def _is_admin(self, user_id: str) -> bool:
        user = await self._database.read(lambda session: session.get(User, user_id))
        return user is not None and user.is_admin and user.disabled_at is None
