"""What the doors count about themselves: publishes and how long they took, refusals, limits that were hit.

No route may come in here; the number of different words is bounded, whatever visitors send. Changed by the
doors on the event loop; read by whoever watches.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tidings.audit.tables import Action
from tidings.tally import Spread

MOST_SENDERS = 500
OTHERS = "others"

FAILURES: dict[Action, tuple[str, str]] = {
    Action.SESSION_REFUSED: ("sign_in", "wrong_password"),
    Action.SESSION_THROTTLED: ("sign_in", "throttled"),
    Action.PASSWORD_REFUSED: ("password", "wrong_password"),
    Action.KEY_REFUSED: ("key", "unknown_key"),
}
LIMITS = {Action.SESSION_THROTTLED: "sign_in", Action.PUBLISH_THROTTLED: "publish_rate"}


class Accepted(Protocol):
    """What became of a notification (tidings.notifications.publish.Published)."""

    @property
    def accepted(self) -> int: ...
    @property
    def replayed(self) -> bool: ...


@dataclass
class DoorTally:
    """What the doors of this process did so far. `failures` are by door and reason."""

    latency: dict[str, Spread] = field(default_factory=dict[str, Spread])
    notifications: Counter[str] = field(default_factory=Counter[str])
    replays: int = 0
    accepted: int = 0
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    failures: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    limits: Counter[str] = field(default_factory=Counter[str])
    senders: Counter[str] = field(default_factory=Counter[str])

    def published(self, door: str, source: str, results: Sequence[Accepted], seconds: float) -> None:
        """One request published this."""
        self.latency.setdefault(door, Spread()).add(seconds)
        fresh = [each for each in results if not each.replayed]
        self.replays += len(results) - len(fresh)
        self.notifications[door] += len(fresh)
        self.accepted += sum(each.accepted for each in fresh)
        known = source in self.senders or len(self.senders) < MOST_SENDERS
        self.senders[source if known else OTHERS] += len(fresh)

    def refused(self, door: str, reason: str) -> None:
        """One request to publish was refused; `reason` is the kind of a problem."""
        self.refusals[door, reason or "other"] += 1

    def witnessed(self, action: Action) -> None:
        """Somebody was refused, in the words of the audit log."""
        if action in FAILURES:
            self.failures[FAILURES[action]] += 1
        if action in LIMITS:
            self.limits[LIMITS[action]] += 1


def door_of(path: str) -> str:
    """Name the door for senders that a request came through."""
    if "/hooks/" in path:
        return "hook"
    return {"batch": "batch", "test": "test"}.get(path.rsplit("/", 1)[-1], "http")
