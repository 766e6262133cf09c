"""Tallies: what a room counts about itself, cheap enough to be counted always.

No name of a metric and no exporter may come in here; nothing waits and nothing is locked: each tally is
changed by one thread. Used by the rooms; tidings.metrics writes the numbers down.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Seconds. An engine's good answer takes a millisecond; five seconds is where everybody gives up.
TIMES = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Spread:
    """How often which amount was seen (a histogram). The bounds are upper ones, the last is infinity."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = TIMES) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, amount: float, times: int = 1) -> None:
        """See an amount, so many times."""
        self.counts[bisect_left(self.bounds, amount)] += times
        self.total += amount * times

    @property
    def times(self) -> int:
        """How many were seen."""
        return sum(self.counts)

    def rising(self) -> Iterator[tuple[float, int]]:
        """Give each bound with how many amounts were not above it."""
        seen = 0
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            seen += count
            yield bound, seen

    def quantile(self, part: float, since: Sequence[int] | None = None) -> float | None:
        """Return the bound under which this part of the amounts lies, of those seen `since`, if any."""
        before = since or [0] * len(self.counts)
        fresh = [now - then for now, then in zip(self.counts, before, strict=True)]
        wanted, seen = part * sum(fresh), 0
        for bound, count in zip((*self.bounds, self.bounds[-1]), fresh, strict=True):
            seen += count
            if count and seen >= wanted:
                return bound
        return None


@dataclass
class EngineTally:
    """How an engine behind us (the database, Redis) answers. `up`: what its last answer was like."""

    up: bool = True
    answers: Spread = field(default_factory=Spread)
    errors: Counter[str] = field(default_factory=Counter[str])

    def answered(self, seconds: float) -> None:
        """It answered."""
        self.up = True
        self.answers.add(seconds)

    def failed(self, kind: str) -> None:
        """It did not. `kind` is one of a few words."""
        self.up = False
        self.errors[kind] += 1
