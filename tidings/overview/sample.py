"""Samples: the counters of a moment turned into rates since the moment before.

No clock and no socket may come in here. Called by broadcast.py.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tidings.overview.report import MOST_SAMPLES, Sample
from tidings.tally import Spread

KEPT = MOST_SAMPLES
SENDERS_WINDOW_MS = 300_000
TOP, MOST_SENDERS = 8, 50  # shown, and told by each process: who is ninth everywhere may be first in all
LATENCY_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rooms have counted by a moment (milliseconds since 1970)."""

    at: float
    connections: int
    people: int
    deliveries: int
    notifications: int
    endings: int
    behind: int
    queue_bytes: int
    lag: Sequence[int]
    writes: Sequence[int]
    senders: Counter[str]


@dataclass
class Samples:
    """The last minutes: a sample for each moment somebody asked for one, the newest last."""

    lag: Spread
    writes: Spread
    kept: deque[Sample] = field(default_factory=lambda: deque[Sample](maxlen=KEPT))
    _before: Counts | None = None
    _senders: deque[tuple[float, Counter[str]]] = field(
        default_factory=lambda: deque[tuple[float, Counter[str]]](maxlen=KEPT)
    )

    def take(self, now: Counts) -> Sample | None:
        """Add a sample; nothing comes of the first moment, which only begins."""
        before, self._before = self._before, now
        self._senders.append((now.at, now.senders))
        if before is None or now.at <= before.at:
            return None
        seconds = (now.at - before.at) / 1000
        sample: Sample = {
            "at": round(now.at),
            "connections": now.connections,
            "people": now.people,
            "deliveries": round((now.deliveries - before.deliveries) / seconds, 2),
            "notifications": round((now.notifications - before.notifications) / seconds, 2),
            "endings": round((now.endings - before.endings) / seconds, 2),
            "behind": now.behind,
            "queue_bytes": now.queue_bytes,
            "lag_ms": _ms(self.lag.quantile(0.99, before.lag)),
            "write_ms": _ms(self.writes.quantile(0.99, before.writes)),
        }
        self.kept.append(sample)
        return sample

    def senders(self) -> dict[str, int]:
        """Return who published most in the last minutes."""
        if not self._senders:
            return {}
        newest_at, newest = self._senders[-1]
        while len(self._senders) > 1 and newest_at - self._senders[0][0] > SENDERS_WINDOW_MS:
            self._senders.popleft()
        fresh = newest - self._senders[0][1]
        return dict(fresh.most_common(MOST_SENDERS))


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * LATENCY_MS, 1)
