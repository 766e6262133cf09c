"""The workers: each one core that serves first come, first served.

No browser comes in here. Called by world.py.
"""

import math
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Worker:
    """One process. `free_at` is when it has done all that waits for it now."""

    longest_queue_s: float = math.inf
    refusal_s: float = 0.0
    down_from_s: float = -1.0
    up_at_s: float = 0.0
    free_at: float = 0.0
    longest_wait_s: float = 0.0
    busy_s: Counter[int] = field(default_factory=Counter[int])

    def is_up(self, now: float) -> bool:
        return not self.down_from_s <= now < self.up_at_s

    def serve(self, now: float, cost_s: float) -> float | None:
        """Return when it will be done, or None: it is down, or refuses, which is work as well."""
        if not self.is_up(now):
            return None
        begins = max(now, self.free_at)
        if begins - now > self.longest_queue_s:
            self.free_at = begins + self.refusal_s
            self._note(begins, self.refusal_s)
            return None
        self.longest_wait_s = max(self.longest_wait_s, begins - now)
        self.free_at = begins + cost_s
        self._note(begins, cost_s)
        return self.free_at

    def _note(self, begins: float, cost_s: float) -> None:
        """Spread the work over the seconds in which it is done."""
        second, rest = int(begins), cost_s
        room = second + 1 - begins
        while rest > 0:
            part = min(rest, room)
            self.busy_s[second] += part  # pyright: ignore[reportArgumentType]
            second, rest, room = second + 1, rest - part, 1.0
