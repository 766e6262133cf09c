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

    def owe(self, amount: float, now: float) -> None:
        """Take what others have had already; a debt of more than `burst` is forgotten."""
        self.wait(now, 0)
        self._level = max(self._level - amount, -self._burst)

    def rested(self, now: float, seconds: float) -> bool:
        """Tell whether nothing was taken for so long."""
        return now - self._at >= seconds


class Allowances:
    """A bucket for each name, and what was taken, to be told to whoever takes from the same names."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}
        self._spent: dict[str, float] = {}

    def wait(self, name: str, rate: float, now: float, amount: float) -> float:
        """Take `amount` and return 0, or return how many seconds to wait. The burst is two seconds' worth."""
        wait_s = self._buckets.setdefault(name, Bucket(rate, 2 * rate, now)).wait(now, amount)
        if not wait_s:
            self._spent[name] = self._spent.get(name, 0) + amount
        return wait_s

    def owe(self, name: str, amount: float, now: float) -> None:
        """Somebody else has taken this much. Who has taken nothing here starts with a full bucket."""
        if bucket := self._buckets.get(name):
            bucket.owe(amount, now)

    def spent(self) -> dict[str, float]:
        """Return what was taken since the last call."""
        spent, self._spent = self._spent, {}
        return spent
