"""What an operator sees and may do: the overview wired to the rooms, to the desk and to the doors.

No counting and no page comes in here. Called by the house, which runs `tell` as a task.
"""

import asyncio
import logging
import socket as machine
from typing import Any

from pydantic import BaseModel, Field

from tidings.accounts import users
from tidings.accounts.tables import User
from tidings.api.rooms import LiveConnection
from tidings.api.tally import DoorTally
from tidings.clock import Clock
from tidings.database import Database
from tidings.live.desk import Desk, Sender
from tidings.live.hub import Hub
from tidings.neighbourhood import Neighbourhood
from tidings.overview import EVERY_S, Ask, Onlookers, Overview, Place, Reporter
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
        place = Place(host=machine.gethostname(), port=settings.port, number=settings.worker_number)
        reporter = Reporter(hub, database, doors, clock, settings.workers, place)
        self._overview = Overview(hub, clock, self._onlookers, reporter)

    def wire(self, desk: Desk, neighbourhood: Neighbourhood) -> None:
        """Let admins ask over the socket, and see how Redis and the other processes do."""
        self._neighbourhood = neighbourhood
        desk.register("overview", Ask, self._onlookers.ask)
        desk.register("silence", Silence, self._rest)
        self._overview.redis = lambda: neighbourhood.tally
        if neighbourhood.board is not None:
            self._overview.others.board = neighbourhood.board
            neighbourhood.looked_for = self._overview.others.wished

    async def _rest(self, asked: Silence, sender: Sender) -> None:
        """Say nothing on this connection for a while, so that a doctor learns who ends a quiet line."""
        until = self._hub.clock.monotonic() + asked.seconds
        for socket in self._hub.of_user(sender.user_id):
            if socket.connection.id == sender.connection:
                socket.connection.rest(until)
                self._hub.wheel.set(socket, socket.connection.due)

    async def snapshot(self, search: str) -> dict[str, Any]:
        """Return everything at once."""
        return await self._overview.snapshot(search)

    async def find(self, connection: str, name: str) -> LiveConnection | None:
        """Return the connection, if it is here or if a person of that name has it anywhere."""
        return self._find_here(connection) or (await self._find_elsewhere(connection, name) if name else None)

    async def _find_elsewhere(self, connection: str, name: str) -> LiveConnection | None:
        user = await self._database.read(lambda session: users.find(session, name))
        if user is None:
            return None
        for place in await self._neighbourhood.connections(user.id):
            if place.id == connection:
                return LiveConnection(
                    place.id, place.session_id, place.since, place.address, "", user.id, user.name
                )
        return None

    def _find_here(self, connection: str) -> LiveConnection | None:
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

    def cut(self, connection: LiveConnection) -> None:
        """End it, wherever it is; the browser comes back by itself."""
        self._neighbourhood.end(connection.user_id, connection.id, may_return=True)

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
