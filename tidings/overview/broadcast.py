"""The overview itself: told to the onlookers once a second, from what this process and the others report.

No SQL and no page may come in here. Called by the house: `tick` as a chore, `snapshot` for the HTTP door.

Several processes: each reports what it knows itself, and only while somebody looks somewhere (others.py).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from tidings.clock import Clock
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.overview import together
from tidings.overview.onlookers import Onlookers, tell
from tidings.overview.others import NoBoard, Others
from tidings.overview.report import Past, Report, Sample
from tidings.overview.reporting import Reporter
from tidings.tally import EngineTally

EVERY_S = 1.0
UNSEEN_EVERY_S = 10.0  # so that whoever comes to look sees the last minutes, for next to nothing
PAST_EVERY = 10  # reports: the past is long, and who looks needs it once


@dataclass
class Overview:
    """What is going on here and elsewhere. `redis` answers with nothing where there is none."""

    hub: Hub
    clock: Clock
    onlookers: Onlookers
    reporter: Reporter
    redis: Callable[[], EngineTally | None] = lambda: None
    others: Others = field(init=False)
    _sampled_at: float = float("-inf")
    _enrolled_at: float = float("-inf")
    _pinned: int = 0

    def __post_init__(self) -> None:
        self.others = Others(NoBoard(), self.clock)

    async def tick(self) -> None:
        """Tell everybody who looks, here or elsewhere. Without onlookers, a sample now and then is all."""
        now, here, there = self.clock.monotonic(), self.onlookers.searches(), self.others.wanted()
        if not here and not there and now - self._sampled_at < UNSEEN_EVERY_S:
            return
        self._sampled_at = now
        self.reporter.sample()
        if now - self._enrolled_at >= UNSEEN_EVERY_S:
            self._enrolled_at = now
            await self.others.board.enrol(self.reporter.place.model_dump_json().encode())
        if there:
            await self._pin(there)
        if here:
            self.others.look(here)
            await self.others.hear()
            self._tell_all()

    def find(self, connection: str) -> Socket | None:
        """Return the connection of that name, if this process holds it."""
        return next((one for one in self.hub.sockets() if one.connection.id == connection), None)

    async def snapshot(self, search: str = "") -> dict[str, Any]:
        """Return everything that is known here at once; the others tell more once somebody has looked."""
        self.reporter.sample()
        self.others.look({*self.onlookers.searches(), search})
        await self.others.hear()
        reports = self._reports({search})
        people = together.people(reports, search)
        return {**self._sections(reports), "people": people, "histories": self._histories(reports)}

    def _tell_all(self) -> None:
        reports = self._reports(self.onlookers.searches())
        shared = {name: orjson.dumps(section) for name, section in self._sections(reports).items()}
        now = self.clock.monotonic()
        for onlooker, socket in self.onlookers.present():
            people = orjson.dumps(together.people(reports, onlooker.search))
            sections = {**shared, "people": people, "lease_s": orjson.dumps(round(onlooker.until - now))}
            if fresh := reports.keys() - onlooker.knows:  # it has the past of the others already
                sections["histories"] = orjson.dumps(self._histories(fresh))
            onlooker.knows = set(reports)
            tell(onlooker, socket, sections)

    async def _pin(self, searches: set[str]) -> None:
        past = None
        if self._pinned % PAST_EVERY == 0:
            past = Past(samples=list(self.reporter.samples.kept)).model_dump_json().encode()
        self._pinned += 1
        await self.others.board.pin(self._report(searches).model_dump_json().encode(), past)

    def _report(self, searches: Iterable[str]) -> Report:
        return self.reporter.report(self._pinned, searches, self.redis())

    def _reports(self, searches: Collection[str]) -> dict[str, Report]:
        return {self.others.board.name: self._report(searches), **self.others.reports()}

    def _sections(self, reports: dict[str, Report]) -> dict[str, Any]:
        known = self.others.known
        found = [together.worker(name, report.place, report) for name, report in reports.items()]
        quiet = {name: self.others.silent_s(name) for name in known.keys() - reports.keys()}
        found += [
            together.worker(name, known[name].place, known[name].report, silent_s)
            for name, silent_s in quiet.items()
            if silent_s is not None
        ]
        found.sort(key=lambda each: (each["host"], each["port"], each["number"], each["id"]))
        return {**together.sections(reports), "workers": found}

    def _histories(self, workers: Iterable[str]) -> dict[str, list[Sample]]:
        known = {name: list(each.samples) for name, each in self.others.known.items()}
        known[self.others.board.name] = list(self.reporter.samples.kept)
        return {worker: known[worker] for worker in workers}
