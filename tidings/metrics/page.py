"""The page of numbers: everything this process counts, in Prometheus' text format.

No measuring may come in here, and no label that a visitor could choose. Made once by the house.
"""

import asyncio
import platform
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from tidings import __version__
from tidings.api.tally import DoorTally
from tidings.database import Database
from tidings.live.hub import Hub
from tidings.live.limits import Doorkeeper
from tidings.metrics import doors, engines, live
from tidings.metrics.families import gauge
from tidings.metrics.siblings import LEAVE_EVERY_S, Siblings
from tidings.tally import EngineTally


class Metrics(Collector):
    """All metrics of one process; `redis` and `siblings` are set by the house when there are any."""

    def __init__(self, hub: Hub, keeper: Doorkeeper, database: Database, tally: DoorTally) -> None:
        self.redis: EngineTally | None = None
        self.siblings: Siblings | None = None
        self._hub, self._keeper, self._database, self._doors = hub, keeper, database, tally
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(namespace="tidings", registry=self._registry)

    def write(self) -> bytes:
        """Return the numbers of this moment, with those of the other workers."""
        page = generate_latest(self._registry)
        return page if self.siblings is None else self.siblings.together(page)

    async def leave(self) -> None:
        """Leave a page for the other workers every few seconds, and take it away at the end."""
        siblings = self.siblings
        if siblings is None:
            return
        try:
            while True:
                await asyncio.to_thread(siblings.leave, generate_latest(self._registry))
                await asyncio.sleep(LEAVE_EVERY_S)
        finally:
            siblings.go()

    def collect(self) -> Iterator[Metric]:
        """Yield every family; called by the registry."""
        facts = (__version__, platform.python_version(), self._database.dialect)
        yield gauge("build_info", "What is running; always 1", {facts: 1}, "version", "python", "database")
        yield from live.connections(self._hub, self._keeper)
        yield from live.endings(self._hub.tally)
        yield from live.deliveries(self._hub)
        yield from doors.publishing(self._doors)
        yield from doors.refusals(self._doors, self._hub.tally)
        yield from engines.database(self._database)
        yield from engines.redis(self.redis)
