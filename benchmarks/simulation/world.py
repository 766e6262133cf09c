"""The world: a heap of events, a hundred thousand browsers in a few arrays, and what was seen.

The same seed gives the same world. Called by scenarios.py.

A browser is what assets/live/machine.js makes of it: it tries, waits 1, 2, 4, 8, 16 s with jitter, gives up
after five attempts, then asks /healthz every minute and tries once when that answers.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from benchmarks.simulation.policy import Costs, Policy
from benchmarks.simulation.workers import Worker

CONNECT, ASK = 0, 1


@dataclass
class Seen:
    """What happened, by second."""

    tries: Counter[int] = field(default_factory=Counter[int])
    connected_at: list[float] = field(default_factory=list[float])
    failed: int = 0
    gave_up: int = 0

    def quantile(self, share: float) -> float:
        """Return when this share of all who came back was live again."""
        ordered = sorted(self.connected_at)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def most_tries(self) -> int:
        """The busiest second at the door."""
        return max(self.tries.values())


class World:
    """Browsers that have lost their connection, and the workers they want to come back to."""

    def __init__(self, workers: list[Worker], policy: Policy, costs: Costs, seed: int = 1) -> None:
        self.workers, self.policy = workers, policy
        self.seen = Seen()
        self._dice = random.Random(seed)
        self._connect_s, self._ask_s = costs.connect_us / 1e6, costs.health_us / 1e6
        self._events: list[tuple[float, int, int, int]] = []
        self._attempts: list[int] = []
        self._order = count()

    def lose(self, when_s: float, first_try_s: Iterable[float]) -> None:
        """Some browsers lose their connection; each tries again so many seconds later."""
        for wait_s in first_try_s:
            browser = len(self._attempts)
            self._attempts.append(1)
            self._at(when_s + wait_s, CONNECT, browser)

    def cut(self, when_s: float, browsers: int) -> None:
        """So many connections break without a word: each browser waits its own first delay."""
        self.lose(
            when_s, [self._jittered(self.policy.delays_s[0], self.policy.jitter) for _ in range(browsers)]
        )

    def run(self, until_s: float = 3_600.0) -> Seen:
        """Let everything happen, or stop after an hour."""
        while self._events:
            now, _, kind, browser = heapq.heappop(self._events)
            if now > until_s:
                break
            self._ask(now, browser) if kind == ASK else self._connect(now, browser)
        return self.seen

    def _connect(self, now: float, browser: int) -> None:
        self.seen.tries[int(now)] += 1
        done = self._somebody(now).serve(now, self._connect_s)
        if done is None:
            self._failed(now, browser)
        elif done - now > self.policy.deadline_s:  # the work is done all the same, for nobody
            self._failed(now + self.policy.deadline_s, browser)
        else:
            self.seen.connected_at.append(done)

    def _failed(self, now: float, browser: int) -> None:
        self.seen.failed += 1
        attempt = self._attempts[browser]
        if attempt >= self.policy.attempts:
            self.seen.gave_up += attempt == self.policy.attempts
            self._attempts[browser] = attempt + 1
            self._at(now + self._jittered(self.policy.breaker_s, self.policy.breaker_jitter), ASK, browser)
            return
        self._attempts[browser] = attempt + 1
        delay = self.policy.delays_s[min(attempt, len(self.policy.delays_s) - 1)]
        self._at(now + self._jittered(delay, self.policy.jitter), CONNECT, browser)

    def _ask(self, now: float, browser: int) -> None:
        done = self._somebody(now).serve(now, self._ask_s)
        if done is None or done - now > self.policy.deadline_s:
            self._at(now + self._jittered(self.policy.breaker_s, self.policy.breaker_jitter), ASK, browser)
        else:
            self._at(done, CONNECT, browser)

    def _somebody(self, now: float) -> Worker:
        """Choose as a proxy does: among those that answer, if any does."""
        up = [worker for worker in self.workers if worker.is_up(now)] or self.workers
        return up[self._dice.randrange(len(up))]

    def _jittered(self, seconds: float, jitter: float) -> float:
        return seconds * (1 + jitter * (2 * self._dice.random() - 1))

    def _at(self, when: float, kind: int, browser: int) -> None:
        heapq.heappush(self._events, (when, next(self._order), kind, browser))
