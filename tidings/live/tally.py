"""What the live room counts about itself, and the last endings of connections.

No socket may come in here. Changed by the hub, the desk and the endpoint; read by whoever watches. On the
way of a delivery there is one call for a whole broadcast, never one for each socket.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tidings.live.codes import MEANINGS
from tidings.tally import Spread

ENDINGS_KEPT = 200
BY_PEER = frozenset({1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011})  # anything else is the peer's fancy
OTHER = 0

NAMES: dict[int, str] = {
    1000: "done",
    1002: "protocol error",
    1005: "no code",
    1006: "line broken",
    1007: "not text",
    1011: "page failed",
} | {int(code): meaning.name for code, meaning in MEANINGS.items()}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection ended. `code` is ours, or what the peer said; 1006 when the line just broke."""

    connection: str
    user: str
    address: str
    code: int
    ours: bool
    lasted_s: float
    at: datetime

    @property
    def facts(self) -> dict[str, object]:
        """What the log says of it."""
        by = "us" if self.ours else "them"
        return {"user": self.user, "code": self.code, "by": by, "lasted_s": round(self.lasted_s, 1)}


@dataclass
class Tally:
    """What this process has done so far. `closes` counts our own endings, `departures` everybody else's."""

    deliveries: int = 0
    closes: Counter[int] = field(default_factory=Counter[int])
    departures: Counter[int] = field(default_factory=Counter[int])
    crowded_out: int = 0  # how many waited in the lobby in vain
    handshakes_refused: Counter[int] = field(default_factory=Counter[int])
    resumes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    lag: Spread = field(default_factory=Spread)
    endings: deque[Ending] = field(default_factory=lambda: deque[Ending](maxlen=ENDINGS_KEPT))
    on_told: Callable[[int], None] | None = None  # somebody who follows single notifications
    waits_since: float | None = None  # when the oldest of what is about to be told was committed

    def told(self, deliveries: int) -> None:
        """So much was written to sockets, in one turn of the loop."""
        self.deliveries += deliveries
        if self.waits_since is not None and deliveries:
            self.lag.add(time.monotonic() - self.waits_since, deliveries)
        self.waits_since = None
        if self.on_told is not None:
            self.on_told(deliveries)

    def relayed(self, lags_s: Iterable[float]) -> None:
        """What another process committed was read from the database and told; so late each."""
        for lag_s in lags_s:
            self.deliveries += 1
            self.lag.add(max(0.0, lag_s))  # another host's clock may be a little ahead

    def ended(self, ending: Ending) -> None:
        """A connection is over."""
        self.endings.append(ending)
        if not ending.ours:
            self.departures[ending.code if ending.code in BY_PEER else OTHER] += 1

    def resumed(self, *, recovered: bool, cursor_epoch: str | None, epoch: str) -> None:
        """A connection was welcomed: from its cursor, or anew and why."""
        if recovered:
            self.resumes["recovered", "cursor"] += 1
        elif cursor_epoch is None:
            self.resumes["snapshot", "no_cursor"] += 1
        else:
            self.resumes["snapshot", "other_epoch" if cursor_epoch != epoch else "out_of_reach"] += 1


def name_of(code: int) -> str:
    """Name a code of ours or of the peer; a bounded number of names."""
    return NAMES.get(code, "other")
