"""The floodgate: refusals that strangers cause are written one by one only while they are few.

No database and no clock may come in here: `now` is given, in monotonic seconds. Called by the doors, which
ask before they write, and by the composition root, which writes down how many were left out.

Without it everybody on the network could fill the disk: a wrong password costs nothing to send.
"""

from collections import Counter
from dataclasses import dataclass

from tidings.audit.tables import Action

WINDOW_S = 600.0
MOST_OF_ONE_ADDRESS = 10  # of one kind, in one window
MOST_IN_ALL = 100  # 14,400 entries a day, some 4 MB, whatever happens


@dataclass(frozen=True)
class Suppressed:
    """How often something happened in a window besides what was written."""

    action: Action
    times: int
    addresses: int


class Floodgate:
    """Counts in fixed windows; memory is bounded by what one window lets through."""

    def __init__(self) -> None:
        self._began = 0.0
        self._passed: Counter[tuple[Action, str]] = Counter()
        self._held: Counter[Action] = Counter()
        self._held_addresses: dict[Action, set[str]] = {}
        self._full_windows: list[Suppressed] = []

    def passes(self, action: Action, address: str, now: float) -> bool:
        """Tell whether this one may be written; if not, it is counted."""
        self._turn(now)
        kind = (action, address)
        if self._passed[kind] < MOST_OF_ONE_ADDRESS and self._passed.total() < MOST_IN_ALL:
            self._passed[kind] += 1
            return True
        self._hold(action, address)
        return False

    def held_back(self, now: float) -> list[Suppressed]:
        """Return, once, what the windows that are over left out."""
        self._turn(now)
        over, self._full_windows = self._full_windows, []
        return over

    def _hold(self, action: Action, address: str) -> None:
        self._held[action] += 1
        addresses = self._held_addresses.setdefault(action, set())
        if len(addresses) < MOST_IN_ALL:  # an attacker has more addresses than we have memory
            addresses.add(address)

    def _turn(self, now: float) -> None:
        if now - self._began < WINDOW_S:
            return
        self._full_windows += [
            Suppressed(action, times, len(self._held_addresses[action]))
            for action, times in sorted(self._held.items())
        ]
        self._began = now
        self._passed.clear()
        self._held.clear()
        self._held_addresses.clear()
