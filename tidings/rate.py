"""A token bucket: so many a second on the long run, so many at once.

No clock may come in here: `now` is given. Called by the live room, its wire, and the doors for senders.
"""


class Bucket:
    """Room for `burst` at once, refilled by `rate` a second. `now` is monotonic seconds."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._level, self._at = rate, burst, burst, now

    def wait(self, now: float, amount: float = 1) -> float:
        """Take `amount` and return 0, or take nothing and return how many seconds to wait for it."""
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        if amount <= self._level or amount > self._burst == self._level:
            self._level -= amount
            return 0
        return (min(amount, self._burst) - self._level) / self._rate

    def rested(self, now: float, seconds: float) -> bool:
        """Tell whether nothing was taken for so long."""
        return now - self._at >= seconds
