"""The house: opens the rooms and wires them to each other, without a single page.

Every decision about who knows whom is made here; no rule of any room is.
Called by tidings.py, which adds the pages, and by tests, which do not.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from starlette.requests import HTTPConnection

from tidings.accounts.passwords import Hasher
from tidings.accounts.throttle import Throttle
from tidings.accounts.tokens import Tokens
from tidings.answers import Answers
from tidings.api.address import client_address
from tidings.api.app import AsgiApp, Fork, ShortWay, build_doors
from tidings.api.csp import for_files, policy
from tidings.api.doors import Doors
from tidings.api.pages import Pages
from tidings.api.problems import LastResort
from tidings.api.publishing import Wicket
from tidings.api.rooms import LiveConnection, Rooms
from tidings.api.sending import Publishing, Sending
from tidings.api.shield import Shield
from tidings.api.tally import DoorTally
from tidings.arrivals import Arrivals
from tidings.build import build_in
from tidings.chores import Chores
from tidings.clock import Clock, SystemClock
from tidings.database import Database
from tidings.live.connection import Timing
from tidings.live.desk import Desk, Sender
from tidings.live.door import DRAIN_WINDOW_MS, Door
from tidings.live.endpoint import Endpoint, Live
from tidings.live.hub import Hub, Needs
from tidings.live.limits import Limits
from tidings.live.services import Services
from tidings.metrics import Metrics, Siblings
from tidings.neighbourhood import Neighbourhood
from tidings.notifications import inbox
from tidings.notifications.news import Announcement
from tidings.operating import Operating
from tidings.people import People
from tidings.settings import Settings
from tidings.tracing import spans_of
from tidings.watchman import Watchman
from tidings.wire.rows import Rows


class CustomMessage(BaseModel):
    """Something one tab tells all connections of the same person; kept nowhere."""

    data: Any = None


class House:
    """All rooms of one process, open from `living` on."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        hasher: Hasher | None = None,
        built_pages: Path | None = None,
    ) -> None:
        self.settings = settings
        self.built_pages = built_pages
        self.clock = clock or SystemClock()
        self.database = Database(settings.database_url)
        self.epoch = ""
        evict = settings.connection_limit_policy == "evict_oldest"
        most = settings.max_connections_per_user
        self.neighbourhood = Neighbourhood(settings.redis_url, most, evict, self.clock)
        elsewhere, places = self.neighbourhood.street, self.neighbourhood.places
        self._rows = Rows()
        self.hub = Hub(self.clock, lambda: self.epoch, most, evict, self._rows.send, elsewhere, places)
        self.hub.more_comes = self.database.is_writing
        self.neighbourhood.live_here, self.neighbourhood.epoch = self.hub, lambda: self.epoch
        self.tokens = Tokens(settings.secret_keys, timedelta(seconds=settings.access_token_seconds))
        self.spans = spans_of(settings.otlp_endpoint)
        following = {} if self.spans is None else self._followed(self.spans)
        doors = DoorTally()
        self.operating = Operating(self.hub, self.database, doors, self.clock, settings)
        self.rooms = Rooms(
            database=self.database,
            clock=self.clock,
            settings=settings,
            hasher=hasher or Hasher(),
            tokens=self.tokens,
            throttle=Throttle(self.neighbourhood.attempts),
            ended=self.hub.end_sessions,
            stirred=self.hub.changed,
            connections=self._connections,
            redis_is_away=lambda: self.neighbourhood.silent,
            tally=doors,
            live=self.operating,
            **following,
        )
        self.watchman = Watchman(self.database, self.clock, self.rooms.floodgate)
        pending, upgrades = settings.max_pending_per_ip, settings.max_upgrades_per_minute_per_ip
        self._keeper = self.watchman.doorkeeper(Limits(pending, upgrades))
        self._keeper.common = self.neighbourhood.gate_with(pending, upgrades)
        self.metrics = Metrics(self.hub, self._keeper, self.database, doors)
        self.metrics.redis = self.neighbourhood.tally
        if settings.workers > 1:
            self.metrics.siblings = Siblings(settings.data_dir / "metrics", settings.worker_number)
        self.publishing = Publishing(People(), self.hub.listening, self._announce)
        self.sending = Sending(self.rooms, self.publishing)
        self.neighbourhood.allowances = self.sending.allowances
        self.answers = Answers(
            self.database,
            self.tokens,
            self.clock,
            Arrivals(self.database, self.clock, lambda: self.epoch, settings.replay_limit),
            self.hub.changed,
            lambda why: doors.failures.update([("socket", why)]),
        )
        ask = self.answers
        build = built_pages and build_in(built_pages.parents[1])
        self.desk = Desk(
            Services(ask.admit, ask.arrive, ask.backlog, ask.apply, ask.history, lambda: self.epoch, build)
        )
        self.desk.register("custom_message", CustomMessage, _relay)
        self.operating.wire(self.desk, self.neighbourhood)
        self._needs = Needs(ask.positions, ask.settle, ask.ended_sessions)

    def serve_with(self, pages: AsgiApp) -> AsgiApp:
        """Return our routes in front of the given pages; `guard` puts the rest before them."""
        door = Door(self.settings.allowed_origins, self._keeper, self._address_of)
        timing = Timing(self.settings.auth_timeout_seconds, self.settings.heartbeat_seconds)
        self._live = Endpoint(Live(self.hub, door, self.desk, timing))
        doors = build_doors(self.rooms, self.sending, self.metrics.write)
        policies = [make(self.built_pages, self.settings.public_url) for make in (policy, for_files)]
        return Fork(doors, Pages(pages, Doors(self.rooms), *policies))

    def guard(self, site: AsgiApp) -> AsgiApp:
        """Return what `serve_with` made, whatever framework is around it by now, as the world sees it."""
        short = ShortWay(self._live, Wicket(self.sending), site)
        return Shield(LastResort(short), secure=self.settings.secure)

    @asynccontextmanager
    async def living(self) -> AsyncGenerator[None]:
        """Keep the house open: the writer, the heartbeats, the doorbell and the upkeep."""
        self.epoch = await self.database.read(inbox.read_epoch)
        self.database.on_foreign_change = self.neighbourhood.database_rang
        self.database.start()
        chores = Chores(self.database, self.hub, self.clock, self.settings, self.watchman, self._notice)
        neighbours = self.neighbourhood.tasks()
        every = [
            *chores.all(self._needs, self.neighbourhood.ear),
            *neighbours,
            self.operating.tell(),
            self.metrics.leave(),
        ]
        tasks = [asyncio.create_task(each) for each in every]
        try:
            yield
        finally:
            self.hub.drain(DRAIN_WINDOW_MS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.neighbourhood.close()
            await self.database.close()
            self._rows.close()
            if self.spans is not None:
                await asyncio.to_thread(self.spans.close)
            self.rooms.hasher.close()

    async def _notice(self) -> None:
        """See whether a backup was restored under us: then no cursor means anything, and all start anew."""
        epoch = await self.database.read(inbox.read_epoch)
        if epoch != self.epoch:
            self.hub.send_away(DRAIN_WINDOW_MS)  # before: what they are still told is of the old life
            self.epoch = epoch

    def _followed(self, spans: Any) -> dict[str, Any]:
        """Let single notifications be followed on their way."""
        self.database.tally.traces = spans
        self.hub.tally.on_told = spans.told
        return {"following": spans.publish}

    def _address_of(self, scope: Any) -> str:
        return client_address(HTTPConnection(scope), self.settings.trusted_proxies)

    def _announce(self, announcement: Announcement) -> None:
        if self.spans is not None:
            tally = self.database.tally
            self.spans.announced(tally.mark, tally.committed_at)
        self.hub.announce(announcement, self.database.tally.committed_at)

    async def _connections(self, user_id: str) -> Sequence[LiveConnection]:
        found = await self.neighbourhood.connections(user_id)
        return [LiveConnection(place.id, place.session_id, place.since, place.address) for place in found]


async def _relay(message: CustomMessage, sender: Sender) -> None:
    sender.tell_all({"type": "custom_message", "data": message.data, "from": sender.connection})
