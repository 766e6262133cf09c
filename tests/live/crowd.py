"""Doubles for the hub: followers that write down what they would send, and an inbox that counts.

No assertion comes in here. Used by test_hub.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tidings.clock import ManualClock
from tidings.live.codes import Code
from tidings.live.connection import Admission, Connection, Phase, Timing
from tidings.live.follower import Follower
from tidings.live.frames import Frame, inflate, unframed
from tidings.live.hub import Hub
from tidings.live.pipe import Line, NoLine, SendRows
from tidings.live.protocol import MESSAGE_BYTES, Cursor
from tidings.live.services import OperationRefused, Services
from tidings.notifications.inbox import Backlog
from tidings.notifications.marks import Marked
from tidings.notifications.news import Announcement, News
from tidings.notifications.numbers import Position
from tidings.wire.rows import send_each

EPOCH = "e"


@dataclass
class Inbox:
    """One person's inbox, kept in memory: each entry is one revision, an item or a mark."""

    user_id: str
    history: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    reads: int = 0
    away: bool = False

    @property
    def seq(self) -> int:
        return sum(kind == "item" for kind, _ in self.history)

    def here(self) -> Position:
        return Position(self.user_id, self.seq, len(self.history), self.seq)

    def deliver(self, title: str) -> Announcement:
        """Commit an item and return what the hub would be told."""
        self.history.append(("item", {"seq": self.seq + 1, "id": title}))
        return Announcement(1, (News(json.dumps({"id": title}).encode(), (self.here(),)),))

    def mark(self, item: str) -> Marked:
        """Commit a mark and return what the hub would be told."""
        self.history.append(("mark", {"id": item, "read_at": "now"}))
        return Marked(self.user_id, self.seq, len(self.history), [self.history[-1][1]])

    def since(self, cursor: Cursor | None) -> Backlog:
        self.reads += 1
        if self.away:
            raise OperationRefused("unavailable", "The database is away.")
        if cursor is None:
            return Backlog(self.here(), False, [], [])
        items = [item for kind, item in self.history if kind == "item" and item["seq"] > cursor.seq]
        changes = [change for kind, change in self.history[cursor.revision :] if kind == "mark"]
        return Backlog(self.here(), True, items, changes)


class Paper:
    """A pipe that keeps what was written."""

    def __init__(self) -> None:
        self.line: Line = NoLine()
        self.frames: list[bytes] = []

    def put(self, framed: bytes) -> bool:
        self.frames.append(framed)
        return True

    def put_together(self, framed: Sequence[bytes]) -> bool:
        return all(self.put(each) for each in framed)

    def put_rest(self, framed: bytes, taken: int) -> bool:
        assert taken < 1, "nobody could write past this"
        return self.put(framed)

    def waiting_bytes(self) -> int:
        return 0

    def sent_bytes(self) -> int:
        return 0

    async def drained(self) -> None:
        """There is always room."""

    def forget_waiting(self) -> None:
        """Nothing waits."""

    async def close(self) -> None:
        """Nothing is held."""


class Fake(Follower):
    """A live connection without a socket."""

    def __init__(self, hub: Hub, inbox: Inbox, session_id: str = "s", name: str = "") -> None:
        now = hub.clock.monotonic()
        name = name or f"c{id(self)}"

        async def backlog(_user_id: str, cursor: Cursor | None) -> Backlog:
            return inbox.since(cursor)

        async def never(*_: Any) -> Any:
            raise AssertionError("not asked for here")

        services = Services(never, never, backlog, never, never, lambda: EPOCH)
        self.paper = Paper()
        super().__init__(Connection(name, Timing(), {}, now), services, self.paper)
        self.address, self.device, self.since = "a", "d", datetime(2026, 1, 1, tzinfo=UTC)
        self.ends: list[tuple[Code, int | None]] = []
        self.asleep = False
        self._hub, self._inbox, self._session_id = hub, inbox, session_id

    def join(self, replaces: str | None = None) -> Code | None:
        refused = self._hub.join(self, self._inbox.user_id, self._session_id, replaces)
        if refused is None:
            admission = Admission(self._inbox.user_id, "name", self._session_id, 300, "")
            self.connection.admitted(admission, self._hub.clock.monotonic())
        return refused

    def be_live(self) -> "Fake":
        """Join, told everything there is."""
        assert self.join() is None
        here = self._inbox.here()
        self.connection.seq, self.connection.revision = here.seq, here.revision
        self.connection.phase = Phase.LIVE
        return self

    def say(self, *frames: Frame) -> None:
        self.paper.put_together([frame.text for frame in frames])

    def end(self, code: Code, retry_after_ms: int | None = None) -> None:
        self.ends.append((code, retry_after_ms))
        self.connection.ended()

    def passed(self, now: float) -> None:
        """Nothing is due here."""

    def stuck(self, now: float) -> bool:
        return self.asleep

    @property
    def heard(self) -> list[dict[str, Any]]:
        """Everything the browser was told."""
        return [_read(frame) for frame in self.paper.frames]

    @property
    def titles(self) -> list[str]:
        return [
            item["id"] for said in self.heard if said["type"] == "notifications" for item in said["items"]
        ]


def _read(framed: bytes) -> dict[str, Any]:
    is_text, payload = unframed(framed)
    return json.loads(payload if is_text else inflate(payload, MESSAGE_BYTES))


def new_hub(most: int = 5, *, evict_oldest: bool = False, send: SendRows = send_each) -> Hub:
    return Hub(ManualClock(), lambda: EPOCH, most, evict_oldest, send)
