"""The overview itself: gathers what the rooms counted and tells it to the onlookers, once a second.

No SQL and no page may come in here. Called by the house: `tick` as a chore, `snapshot` for the HTTP door.

Several workers: each tells what it knows. `others` is the seam through which the sections of the other
processes come in, keyed by worker; the page shows as many as there are.
"""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tidings import __version__
from tidings.api.tally import DoorTally
from tidings.clock import Clock, iso
from tidings.database import Database
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.overview import facts
from tidings.overview.onlookers import Onlookers, tell
from tidings.overview.sample import Counts, Samples
from tidings.tally import EngineTally

STATM = Path("/proc/self/statm")
EVERY_S = 1.0
UNSEEN_EVERY_S = 10.0  # so that whoever comes to look sees the last minutes, for next to nothing


@dataclass
class Overview:
    """What this process is doing. `redis` answers with nothing where there is none."""

    hub: Hub
    database: Database
    doors: DoorTally
    clock: Clock
    workers: int
    onlookers: Onlookers
    redis: Callable[[], EngineTally | None] = lambda: None
    others: Callable[[], dict[str, Any]] = dict
    _sampled_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._since = self.clock.now()
        self._samples = Samples(self.hub.tally.lag, self.database.tally.writes.answers)
        self._cpu, self._busy = (time.monotonic(), time.process_time()), 0.0

    async def tick(self) -> None:
        """Tell everybody who looks. Without onlookers, a sample now and then is all."""
        now = self.clock.monotonic()
        if not self.onlookers and now - self._sampled_at < UNSEEN_EVERY_S:
            return
        self._sampled_at = now
        self._samples.take(self._counts())
        shared = {name: orjson.dumps(section) for name, section in self._sections().items()}
        for onlooker, socket in self.onlookers.present():
            people = orjson.dumps(facts.people(self.hub, onlooker.search))
            lease = orjson.dumps(round(onlooker.until - now))
            sections = {**shared, "people": people, "lease_s": lease}
            if onlooker.told:  # it has the past already
                del sections["history"]
            tell(onlooker, socket, sections)

    def find(self, connection: str) -> Socket | None:
        """Return the connection of that name, if this process holds it."""
        return next((one for one in self.hub.sockets() if one.connection.id == connection), None)

    def snapshot(self, search: str = "") -> dict[str, Any]:
        """Return everything at once."""
        self._samples.take(self._counts())
        return {**self._sections(), "people": facts.people(self.hub, search)}

    def _sections(self) -> dict[str, Any]:
        kept = self._samples.kept
        redis = self.redis()
        return {
            "history": list(kept),
            "sample": kept[-1] if kept else None,
            "senders": self._samples.senders(),
            "endings": facts.endings(self.hub.tally),
            "database": facts.database(self.database),
            "redis": None if redis is None else facts.engine(redis),
            "process": self._process(),
            "others": self.others(),
        }

    def _counts(self) -> Counts:
        live, database = self.hub.tally, self.database.tally
        behind, queue_bytes = facts.counted(list(self.hub.slow))
        return Counts(
            at=self.clock.now().timestamp() * 1000,
            connections=len(self.hub.sockets()),
            people=len(self.hub.listening()),
            deliveries=live.deliveries,
            notifications=self.doors.notifications.total(),
            endings=live.closes.total() + live.departures.total(),
            behind=behind,
            queue_bytes=queue_bytes,
            lag=list(live.lag.counts),
            writes=list(database.writes.answers.counts),
            senders=self.doors.senders.copy(),
        )

    def _process(self) -> dict[str, Any]:
        wall, used = time.monotonic(), time.process_time()
        passed, busy = wall - self._cpu[0], used - self._cpu[1]
        if passed >= EVERY_S / 2:
            self._cpu, self._busy = (wall, used), round(busy / passed, 2)
        return {
            "version": __version__,
            "id": os.getpid(),
            "workers": self.workers,
            "since": iso(self._since),
            "cpu": self._busy,
            "memory_bytes": _memory_bytes(),
            "draining": self.hub.draining,
        }


def _memory_bytes() -> int:
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:  # not Linux: the most it ever had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
