"""One live WebSocket as the hub and the desk see it, however its messages come in.

No rule of the inbox and no frame of the wire may come in here. Two kinds exist: `WiredSocket` on our own
server, `AsgiSocket` (endpoint.py) on any other.
"""

import logging
import random
import sys
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidings.live.codes import MEANINGS, Code
from tidings.live.connection import Admission, Connection, Phase, Timing
from tidings.live.desk import Desk
from tidings.live.door import Door
from tidings.live.follower import Follower
from tidings.live.frames import Frame
from tidings.live.hub import Hub
from tidings.live.pipe import STUCK_S, Pipe
from tidings.live.tally import Ending
from tidings.live.wishes import End

Scope = MutableMapping[str, Any]

LINE_BROKEN = 1006  # no close came (RFC 6455, 7.1.5)
LONGEST_DEVICE = 200
FLOODED_MS = 5_000  # who sends thousands of frames a second has a bug, and comes back with it

log = logging.getLogger("tidings.live")


@dataclass(frozen=True)
class Live:
    """What every socket of this process shares."""

    hub: Hub
    door: Door
    desk: Desk
    timing: Timing


def _new_name() -> str:
    """Name a connection. It opens nothing; and asking the kernel would let go of Python's lock."""
    return f"{random.getrandbits(96):024x}"


def device_of(scope: Scope) -> str:
    """Return what the other end calls itself; one string for all who say the same."""
    named = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    text = named[:LONGEST_DEVICE].decode("latin-1")
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return sys.intern(text)


class LiveSocket(Follower):
    """One WebSocket from upgrade to close."""

    __slots__ = (
        "_ending",
        "_left_with",
        "_live",
        "_sent",
        "_stalled_at",
        "address",
        "device",
        "hub",
        "since",
    )

    def __init__(self, live: Live, scope: Scope, address: str, pipe: Pipe) -> None:
        self.hub = live.hub
        now = self.hub.clock.monotonic()
        connection = Connection(_new_name(), live.timing, live.desk.registered, now)
        super().__init__(connection, live.desk.services, pipe)
        self.address = address
        self.since = self.hub.clock.now()
        self.device = device_of(scope)
        self._live = live
        self._ending: End | None = None
        self._left_with = LINE_BROKEN
        self._sent = 0
        self._stalled_at: float | None = None  # since when bytes wait that do not move

    def say(self, *frames: Frame) -> None:
        """Write frames, or end the socket when more would wait for it than it may hold."""
        framed = [frame.form(deflated=self.connection.deflates) for frame in frames]
        if self.connection.phase is not Phase.ENDED and not self.pipe.put_together(framed):
            self.end(Code.TOO_SLOW)

    def joined(self, admission: Admission, replaces: str | None) -> Code | None:
        """Take the place of an admitted person, or return why there is none."""
        if reason := self.hub.join(self, admission.user_id, admission.session_id, replaces):
            return reason
        self._live.door.left(self.address)
        self._take_more()
        self.renewed(admission)
        return None

    def renewed(self, admission: Admission) -> None:
        """Go on with this token."""
        self.connection.admitted(admission, self.hub.clock.monotonic())
        self.hub.wheel.set(self, self.connection.due)

    def end(self, code: Code, retry_after_ms: int | None = None) -> None:
        """Say goodbye with this code, from wherever; the first reason counts."""
        if self._ending is not None or self._is_over():
            return
        if code is Code.RESTARTING and retry_after_ms is None:
            retry_after_ms = self._live.door.spread_ms()
        self._ending = End(code, retry_after_ms)
        self.hub.tally.closes[int(code)] += 1
        self.connection.ended()
        self._stop()

    def relayed(self, items: Sequence[dict[str, Any]]) -> None:
        """Note how late they were told what another process had committed."""
        now = self.hub.clock.now()
        self.hub.tally.relayed((now - item["updated_at"]).total_seconds() for item in items)

    def stirred(self) -> None:
        """Something arrived, of whatever kind: the other end is alive."""
        self.connection.stirred(self.hub.clock.monotonic())

    def delayed(self) -> None:
        """Bytes wait for this reader."""
        if self.connection.phase is not Phase.ENDED:
            self.hub.slow.add(self)

    def flooded(self) -> None:
        """More frames arrived than anybody needs."""
        self.end(Code.FLOODING, retry_after_ms=FLOODED_MS)

    def shut_down(self) -> None:
        """The server stops."""
        self.hub.draining = True
        self.hub.flush()
        self.end(Code.RESTARTING)

    def passed(self, now: float) -> None:
        """Time passed."""
        for wish in self.connection.passed(now):
            if isinstance(wish, End):
                self.end(wish.code, wish.retry_after_ms)
            else:
                self.say(Frame.of(wish.message))
        if self._ending is None:
            self.hub.wheel.set(self, self.connection.due)

    def stuck(self, now: float) -> bool:
        """Tell whether bytes wait that have not moved for too long. Bytes that move are a sign of life."""
        if not self.pipe.waiting_bytes():
            self._stalled_at = None
            self.hub.slow.discard(self)
            return False
        sent_before, self._sent = self._sent, self.pipe.sent_bytes()
        if self._stalled_at is None:
            self._stalled_at = now
        elif self._sent != sent_before:
            self._stalled_at = now
            self.connection.stirred(now)
        return now - self._stalled_at >= STUCK_S

    # What differs between the kinds.

    def _is_over(self) -> bool:
        """Tell whether everything was given back already."""
        raise NotImplementedError

    def _stop(self) -> None:
        """Stop what is being done for this socket, then leave; soon, for whoever calls may be counting."""
        raise NotImplementedError

    def _take_more(self) -> None:
        """Messages of full size may come from now on."""

    def _give_back(self) -> None:
        """Give the place back, write down how it ended, and say goodbye if it was us who ended it."""
        if self.connection.admission is None:
            self._live.door.left(self.address)
        self.hub.leave(self)
        ending = self._how_it_ended()
        self.hub.tally.ended(ending)
        log.debug("connection ended", extra={"facts": ending.facts, "connection": ending.connection})
        self.connection.ended()
        self.stop_following()
        if self._ending is not None:
            self._say_goodbye(self._ending)

    def _how_it_ended(self) -> Ending:
        admission, now = self.connection.admission, self.hub.clock.now()
        code = self._left_with if self._ending is None else int(self._ending.code)
        user, lasted_s = admission.user_name if admission else "", (now - self.since).total_seconds()
        return Ending(self.connection.id, user, self.address, code, self._ending is not None, lasted_s, now)

    def _say_goodbye(self, ending: End) -> None:
        if ending.code is Code.TOO_SLOW:  # what waits is lost on a reader who does not read; why need not be
            self.pipe.forget_waiting()
        goodbye: dict[str, Any] = {"type": "closing", "code": int(ending.code)}
        goodbye["reason"] = MEANINGS[ending.code].name
        if ending.retry_after_ms is not None:
            goodbye["retry_after_ms"] = ending.retry_after_ms
        self.pipe.put(Frame.of(goodbye).text)
