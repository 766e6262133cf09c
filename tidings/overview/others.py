"""The other processes, as this one hears of them while somebody here looks.

No Redis and no socket may come in here: the board is given. Called by broadcast.py.

Nobody is asked anything. Who looks says so again and again; whoever hears it pins a report on the board once
a second until that was long ago. So nothing is said while nobody looks, and a process that hangs is seen: it
is enrolled, and silent.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tidings.clock import Clock
from tidings.overview.report import MOST_SAMPLES, Past, Place, Report, ReportRefused, Sample, T, read

LOOK_EVERY_S = 4.0
LOOKED_S = 3 * LOOK_EVERY_S  # two rings may get lost
SILENT_S = 3.5  # three reports that did not come
REMEMBERED_S = 300.0  # how long a silent process is mourned, unless there is a successor
WRONG_CLOCK_MS = 3_000.0  # a report is at most two seconds old; more is a clock that goes wrong

log = logging.getLogger("tidings.overview")


class Board(Protocol):
    """Where processes pin what they are doing. It may be out of reach; then nothing is found or kept."""

    name: str  # of this process

    def look(self, searches: Collection[str]) -> None:
        """Tell the others that somebody here looks."""
        ...

    async def enrol(self, place: bytes) -> None:
        """Say that there is this process."""
        ...

    async def pin(self, report: bytes, past: bytes | None) -> None:
        """Pin a report of this process, and now and then its past."""
        ...

    async def read(self) -> tuple[Mapping[str, bytes], Mapping[str, bytes]] | None:
        """Return who is enrolled and what they pinned."""
        ...

    async def past(self, worker: str) -> bytes | None:
        """Return the past of one of them."""
        ...

    async def forget(self, workers: Collection[str]) -> None:
        """Take down what is left of processes that are gone."""
        ...


class NoBoard:
    """There is no other process."""

    name = "here"

    def look(self, searches: Collection[str]) -> None: ...
    async def enrol(self, place: bytes) -> None: ...
    async def pin(self, report: bytes, past: bytes | None) -> None: ...
    async def past(self, worker: str) -> bytes | None: ...
    async def forget(self, workers: Collection[str]) -> None: ...
    async def read(self) -> tuple[Mapping[str, bytes], Mapping[str, bytes]] | None:
        return {}, {}


@dataclass
class Neighbour:
    """One of them: what it said last, and when that was."""

    place: Place
    heard_at: float
    report: Report | None = None
    samples: deque[Sample] = field(default_factory=lambda: deque[Sample](maxlen=MOST_SAMPLES))


class Others:
    """Everybody else, as long as somebody here looks; and whether somebody looks elsewhere."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self.board = board
        self.known: dict[str, Neighbour] = {}
        self._clock = clock
        self._wished: dict[str, float] = {}  # until when whom somebody elsewhere looks for
        self._looked_at = self._read_at = float("-inf")
        self._looked_for: set[str] = set()
        self._warned = False
        self._reading = asyncio.Lock()

    def wished(self, searches: Iterable[str]) -> None:
        """Somebody elsewhere looks."""
        until = self._clock.monotonic() + LOOKED_S
        self._wished |= dict.fromkeys(searches, until)

    def wanted(self) -> set[str]:
        """Return what onlookers elsewhere search for; nothing when there are none."""
        now = self._clock.monotonic()
        self._wished = {search: until for search, until in self._wished.items() if until > now}
        return set(self._wished)

    def look(self, searches: set[str]) -> None:
        """Say that somebody here looks, if that is not known yet."""
        now = self._clock.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S or not searches <= self._looked_for:
            self._looked_at, self._looked_for = now, searches
            self.board.look(searches)

    def silent_s(self, worker: str) -> float | None:
        """Return for how long one of them has said nothing; None while it does."""
        passed = self._clock.monotonic() - self.known[worker].heard_at
        return passed if passed > SILENT_S else None

    def reports(self) -> dict[str, Report]:
        """Return the reports of those who are not silent."""
        return {
            worker: each.report
            for worker, each in self.known.items()
            if each.report is not None and self.silent_s(worker) is None
        }

    async def hear(self) -> None:
        """Read what is new on the board."""
        async with self._reading:
            await self._hear()

    async def _hear(self) -> None:
        now = self._clock.monotonic()
        if now - self._read_at > SILENT_S:  # nobody has looked since: what is known is no news
            self.known.clear()
        self._read_at = now
        found = await self.board.read()
        if found is None:
            return
        enrolled, pinned = found
        self._meet(enrolled, now)
        for worker in self.known.keys() & pinned.keys():
            await self._note(worker, pinned[worker])
        await self._forget_the_lost(now)

    def _meet(self, enrolled: Mapping[str, bytes], now: float) -> None:
        for worker in self.known.keys() - enrolled.keys():  # it has said goodbye
            del self.known[worker]
        for worker in enrolled.keys() - self.known.keys() - {self.board.name}:
            if place := self._read(Place, enrolled[worker]):
                self.known[worker] = Neighbour(place, now)

    async def _note(self, worker: str, pinned: bytes) -> None:
        known, report = self.known[worker], self._read(Report, pinned)
        if report is None or (known.report is not None and known.report.beat == report.beat):
            return
        first = known.report is None
        known.report, known.heard_at = report, self._clock.monotonic()
        late_ms = self._late_ms(report)
        if first and (text := await self.board.past(worker)) and (past := self._read(Past, text)):
            known.samples.extend(_later(sample, late_ms) for sample in past.samples)
        if report.sample is not None:
            known.samples.append(_later(report.sample, late_ms))

    def _late_ms(self, report: Report) -> float:
        """Return how much the clock there is behind ours, if that is more than the way here."""
        late_ms = self._clock.now().timestamp() * 1000 - report.at
        return late_ms if abs(late_ms) > WRONG_CLOCK_MS else 0

    async def _forget_the_lost(self, now: float) -> None:
        lost = [worker for worker, each in self.known.items() if self._is_lost(each, now)]
        for worker in lost:
            del self.known[worker]
        if lost:
            await self.board.forget(lost)

    def _is_lost(self, one: Neighbour, now: float) -> bool:
        silent_s = now - one.heard_at
        heirs = [each for each in self.known.values() if each.place == one.place and each is not one]
        followed = any(heir.report is not None and heir.heard_at > one.heard_at for heir in heirs)
        return silent_s > (SILENT_S if followed else REMEMBERED_S)

    def _read(self, kind: type[T], text: bytes) -> T | None:
        try:
            return read(kind, text)
        except ReportRefused as refused:
            if not self._warned:
                log.warning("Something in Redis is no report of ours; it is overlooked. %s", refused)
            self._warned = True
            return None


def _later(sample: Sample, late_ms: float) -> Sample:
    return sample | {"at": round((sample.get("at") or 0) + late_ms)}
