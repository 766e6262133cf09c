"""What this process reports about itself: gathers what the rooms have counted, at the moment of asking.

No onlooker and no other process may come in here. Called by broadcast.py.
"""

import os
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tidings import __version__
from tidings.api.tally import DoorTally
from tidings.clock import Clock, iso
from tidings.database import Database
from tidings.live.hub import Hub
from tidings.overview import facts
from tidings.overview.report import Engine, Place, Process, Report
from tidings.overview.sample import Counts, Samples
from tidings.tally import EngineTally

STATM = Path("/proc/self/statm")
SHORTEST_S = 0.5  # over less the share of a core says nothing


@dataclass
class Reporter:
    """Samples the rooms of this process."""

    hub: Hub
    database: Database
    doors: DoorTally
    clock: Clock
    workers: int
    place: Place

    def __post_init__(self) -> None:
        self.samples = Samples(self.hub.tally.lag, self.database.tally.writes.answers)
        self._since = self.clock.now()
        self._cpu, self._busy = (time.monotonic(), time.process_time()), 0.0

    def sample(self) -> None:
        """Note what was counted by now."""
        self.samples.take(self._counts())

    def report(self, beat: int, searches: Iterable[str], redis: EngineTally | None) -> Report:
        """Return everything, with those connections that onlookers search for."""
        kept = self.samples.kept
        return Report(
            beat=beat,
            at=self.clock.now().timestamp() * 1000,
            place=self.place,
            process=self._process(),
            sample=kept[-1] if kept else None,
            senders=self.samples.senders(),
            endings=facts.endings(self.hub.tally),
            database=facts.database(self.database),
            redis=None if redis is None else Engine.of(redis),
            people={search: facts.people(self.hub, search) for search in searches},
        )

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

    def _process(self) -> Process:
        wall, used = time.monotonic(), time.process_time()
        passed, busy = wall - self._cpu[0], used - self._cpu[1]
        if passed >= SHORTEST_S:
            self._cpu, self._busy = (wall, used), round(busy / passed, 2)
        return Process(
            version=__version__,
            id=os.getpid(),
            workers=self.workers,
            since=iso(self._since),
            cpu=self._busy,
            memory_bytes=_memory_bytes(),
            draining=self.hub.draining,
        )


def _memory_bytes() -> int:
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:  # not Linux: the most it ever had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
