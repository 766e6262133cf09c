"""The watchman: writes down in the audit log which limits were hit, and how much the floodgate held back.

Neither the live room nor the audit room knows the other; this is the one place that knows both. Called by
the house.
"""

from collections import Counter

from sqlmodel import Session

from tidings.audit.floodgate import Floodgate
from tidings.audit.log import SERVER, Actor, Entry, record
from tidings.audit.tables import Action
from tidings.clock import Clock
from tidings.database import Database
from tidings.live.codes import MEANINGS, Code
from tidings.live.limits import Doorkeeper, Limits

LIMITS = (Code.TOO_BIG, Code.TOO_SLOW, Code.TOO_MANY, Code.FLOODING, Code.OVERLOADED)


class Watchman:
    """Collects in memory, bounded by the floodgate, and writes when its turn comes."""

    def __init__(self, database: Database, clock: Clock, floodgate: Floodgate) -> None:
        self._database, self._clock, self._floodgate = database, clock, floodgate
        self._waiting: list[Entry] = []
        self._counted: Counter[int] = Counter()

    def doorkeeper(self, limits: Limits) -> Doorkeeper:
        """Return a doorkeeper who tells whom he kept out."""
        return _TellingDoorkeeper(limits, self)

    def kept_out(self, address: str) -> None:
        """An address opened too many sockets."""
        if self._floodgate.passes(Action.UPGRADE_THROTTLED, address, self._clock.monotonic()):
            self._waiting.append(Entry(Action.UPGRADE_THROTTLED, Actor("stranger", address=address)))

    async def write(self, closes: Counter[int]) -> None:
        """Write what came together since the last time; `closes` are the hub's counts by close code."""
        entries = [*self._waiting, *self._held_back(), *self._ended(closes)]
        self._waiting = []
        if not entries:
            return
        now = self._clock.now()

        def work(session: Session) -> None:
            for entry in entries:
                record(session, entry, now)

        await self._database.write(work)

    def _held_back(self) -> list[Entry]:
        return [
            Entry(each.action, SERVER, details={"times": each.times, "addresses": each.addresses})
            for each in self._floodgate.held_back(self._clock.monotonic())
        ]

    def _ended(self, closes: Counter[int]) -> list[Entry]:
        fresh = {code: closes[int(code)] - self._counted[int(code)] for code in LIMITS}
        self._counted = Counter(closes)
        return [
            Entry(
                Action.CONNECTION_ENDED,
                SERVER,
                MEANINGS[code].name,
                details={"code": int(code), "times": times},
            )
            for code, times in fresh.items()
            if times > 0
        ]


class _TellingDoorkeeper(Doorkeeper):
    def __init__(self, limits: Limits, watchman: Watchman) -> None:
        super().__init__(limits)
        self._watchman = watchman

    def wait(self, address: str, now: float) -> float:
        return self._told(address, super().wait(address, now))

    async def enter(self, address: str) -> float:
        return self._told(address, await super().enter(address))

    def _told(self, address: str, wait_s: float) -> float:
        if wait_s:
            self._watchman.kept_out(address)
        return wait_s
