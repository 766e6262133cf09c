"""How much one address may ask of the door before anybody knows who it is.

No socket may come in here: addresses and `now` (monotonic seconds) are given. Called by the endpoint.
"""

from collections import Counter
from dataclasses import dataclass

from tidings.rate import Bucket

KEPT_S = 60.0


@dataclass(frozen=True)
class Limits:
    """Per address; 0 means no limit. `pending_in_all` bounds what all addresses together may hold open."""

    pending_per_address: int = 50
    upgrades_per_minute: int = 600
    pending_in_all: int = 6000  # everybody who comes back at once after a restart, and what memory bears


class Doorkeeper:
    """Counts handshakes and sockets that have not said who they are."""

    def __init__(self, limits: Limits) -> None:
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

    def left(self, address: str) -> None:
        """It has said who it is, or gone."""
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
