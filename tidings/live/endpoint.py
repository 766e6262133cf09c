"""The route `/ws`: the one Python file with a WebSocket in it.

No rule of the inbox may come in here: the desk carries out what a connection wishes. Called by the ASGI
server, below every framework: one task and one reader a socket.

A socket is ended by cancelling its own task with the reason noted first. So the one reader has always stopped
before the close goes out, without which granian loses it, and no second task a socket is needed.
"""

import asyncio
import logging
import secrets
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidings.journal import connection_id
from tidings.live.codes import MEANINGS, Code
from tidings.live.connection import Admission, Connection, Phase, Timing
from tidings.live.desk import Desk
from tidings.live.door import Door, Refusal
from tidings.live.follower import Follower
from tidings.live.frames import Frame
from tidings.live.hub import Hub
from tidings.live.pipe import FLUSH_S, STUCK_S, DirectPipe, Pipe, QueuedPipe, Wire
from tidings.live.tally import Ending
from tidings.live.wishes import End

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

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


class Endpoint:
    """The ASGI application of `/ws`."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        door = self._live.door
        address = door.address_of(scope)
        now = self._live.hub.clock.monotonic()
        if refusal := door.refuses(scope, address, now) or await door.enter(address):
            self._live.hub.tally.handshakes_refused[refusal.status] += 1
            await _refuse(scope, send, refusal)
            return
        try:
            await send({"type": "websocket.accept"})
        except BaseException:
            door.left(address)
            raise
        await LiveSocket(self._live, scope, receive, send, address).live()


def _device(scope: Scope) -> str:
    """Return what the other end calls itself; one string for all who say the same."""
    named = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    text = named[:LONGEST_DEVICE].decode("latin-1")
    return sys.intern("".join(sign if sign.isprintable() else " " for sign in text))


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Answer the handshake with plain HTTP: nothing is upgraded (RFC 6455, 4.2.2)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})  # servers turn this into 403
        return
    plain = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    headers = [*plain, *refusal.headers]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": refusal.body})


class LiveSocket(Follower):
    """One WebSocket from upgrade to close."""

    def __init__(self, live: Live, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        self.hub = live.hub
        now = self.hub.clock.monotonic()
        name = secrets.token_urlsafe(12)
        self._wire: Wire | None = scope.get("extensions", {}).get("tidings.wire")
        pipe: Pipe = DirectPipe(self._wire) if self._wire else QueuedPipe(send, self.delayed)
        super().__init__(Connection(name, live.timing, live.desk.registered, now), live.desk.services, pipe)
        self.address = address
        self.since = self.hub.clock.now()
        self.device = _device(scope)
        self._live, self._receive, self._send = live, receive, send
        self._task = asyncio.current_task()
        self._ending: End | None = None
        self._left_with = LINE_BROKEN
        self._sent = 0
        self._stalled_at: float | None = None  # since when bytes wait that do not move

    async def live(self) -> None:
        """Read until the other end leaves or we end it; then give everything back."""
        connection_id.set(self.connection.id)  # of this task: a server serves each socket in its own
        self.hub.wheel.set(self, self.connection.due)
        if self._wire:
            self._wire.guest = self
        try:
            await self._read()
        except asyncio.CancelledError:
            if self._ending is None or self._task is None or self._task.uncancel():
                raise  # it was not us who cancelled
        except OSError:
            pass  # the other end left while it was being answered
        except Exception:
            log.exception("A connection broke by an error of ours; it is asked to come back.")
            self.end(Code.OVERLOADED)
        finally:
            await self._leave()

    async def _read(self) -> None:
        while self._ending is None:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self._left_with = message.get("code") or LINE_BROKEN
                return
            frame = message.get("text")
            now = self.hub.clock.monotonic()
            for wish in self.connection.heard(frame if frame is not None else message["bytes"], now):
                await self._live.desk.grant(self, wish)

    def say(self, frame: Frame) -> None:
        """Write a frame, or end the socket when more would wait for it than it may hold."""
        if self.connection.phase is not Phase.ENDED and not self.pipe.write(frame, self.connection.deflates):
            self.end(Code.TOO_SLOW)

    def joined(self, admission: Admission, replaces: str | None) -> Code | None:
        """Take the place of an admitted person, or return why there is none."""
        if reason := self.hub.join(self, admission.user_id, admission.session_id, replaces):
            return reason
        self._live.door.left(self.address)
        if self._wire:
            self._wire.take_more()
        self.renewed(admission)
        return None

    def renewed(self, admission: Admission) -> None:
        """Go on with this token."""
        self.connection.admitted(admission, self.hub.clock.monotonic())
        self.hub.wheel.set(self, self.connection.due)

    def end(self, code: Code, retry_after_ms: int | None = None) -> None:
        """Say goodbye with this code, from wherever; the first reason counts."""
        if self._ending is not None or self._task is None:
            return
        if code is Code.RESTARTING and retry_after_ms is None:
            retry_after_ms = self._live.door.spread_ms()
        self._ending = End(code, retry_after_ms)
        self.hub.tally.closes[int(code)] += 1
        self.connection.ended()
        if self._task is not asyncio.current_task():  # our own reader looks by itself before it reads on
            self._task.cancel()

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

    async def _leave(self) -> None:
        self._task = None
        if self._wire:
            self._wire.guest = None
        if self.connection.admission is None:
            self._live.door.left(self.address)
        self.hub.leave(self)
        ending = self._how_it_ended()
        self.hub.tally.ended(ending)
        log.debug("connection ended", extra={"facts": ending.facts})
        self.connection.ended()
        self.stop_following()
        if self._ending is not None:
            self._say_goodbye(self._ending)
        await self.pipe.close()
        if self._ending is not None:
            await self._close(self._ending)

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
        self.pipe.write(Frame.of(goodbye), deflated=False)

    async def _close(self, ending: End) -> None:
        closing = {"type": "websocket.close", "code": int(ending.code), "reason": MEANINGS[ending.code].name}
        try:
            await asyncio.wait_for(self._send(closing), FLUSH_S)
        except (OSError, RuntimeError, TimeoutError):
            return  # it is gone already, or takes nothing any more
