"""How much one address may ask of the door before anybody knows who it is.

No socket may come in here: addresses and `now` (monotonic seconds) are given. Called by the endpoint.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from tidings.rate import Bucket

KEPT_S = 60.0


@dataclass(frozen=True)
class Limits:
    """Per address; 0 means no limit. `pending_in_all` bounds what all addresses together may hold open."""

    pending_per_address: int = 50
    upgrades_per_minute: int = 600
    pending_in_all: int = 6000  # everybody who comes back at once after a restart, and what memory bears


class CommonGate(Protocol):
    """What all processes together let in. Asked after the own count."""

    async def enter(self, address: str) -> float:
        """Return 0 when a socket of this address may open, or how many seconds it should wait."""
        ...

    def left(self, address: str) -> None:
        """A socket that was let in has said who it is, or gone; does not wait."""
        ...


class Doorkeeper:
    """Counts handshakes and sockets that have not said who they are; `common` is set where others do, too."""

    def __init__(self, limits: Limits) -> None:
        self.common: CommonGate | None = None
        self._limits = limits
        self._pending: Counter[str] = Counter()
        self._upgrades: dict[str, Bucket] = {}
        self._swept_at = 0.0

    def wait(self, address: str, now: float) -> float:
        """Return 0 and count the handshake, or how many seconds this address should wait."""
        per_minute, most = self._limits.upgrades_per_minute, self._limits.pending_per_address
        if (most and self._pending[address] >= most) or self._pending.total() >= self._limits.pending_in_all:
            return 5.0
        if not per_minute:
            return 0
        self._sweep(now)
        bucket = self._upgrades.get(address)
        if bucket is None:
            bucket = self._upgrades[address] = Bucket(per_minute / 60, per_minute, now)
        return bucket.wait(now)

    @property
    def pending(self) -> int:
        """How many sockets are open whose person nobody knows yet."""
        return self._pending.total()

    def entered(self, address: str) -> None:
        """A socket of this address is open and anonymous."""
        self._pending[address] += 1

    async def enter(self, address: str) -> float:
        """Count a socket of this address as anonymous and return 0, or how many seconds it should wait."""
        self.entered(address)  # before anything waits, so that a burst cannot slip through
        if self.common is None:
            return 0
        try:
            wait_s = await self.common.enter(address)
        except BaseException:
            self._forget(address)
            raise
        if wait_s:
            self._forget(address)
        return wait_s

    def left(self, address: str) -> None:
        """It has said who it is, or gone."""
        self._forget(address)
        if self.common is not None:
            self.common.left(address)

    def _forget(self, address: str) -> None:
        self._pending[address] -= 1
        if self._pending[address] <= 0:
            del self._pending[address]

    def _sweep(self, now: float) -> None:
        """Forget everybody now and then: after a minute's rest a bucket is full again anyway."""
        if now - self._swept_at > KEPT_S:
            full = [address for address, bucket in self._upgrades.items() if bucket.rested(now, KEPT_S)]
            for address in full:
                del self._upgrades[address]
            self._swept_at = now
