"""The route `/ws`: decides with the door who may shake hands, and makes the socket of who may.

No rule of the inbox may come in here: the desk carries out what a connection wishes. Called by the ASGI
server, below every framework.

On our own server the socket is called by the wire (wired.py), and this application is done once it has
accepted. On any other it is one task and one reader a socket, ended by cancelling that task with the reason
noted first: so the reader has always stopped before the close goes out, without which granian loses it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tidings.journal import connection_id
from tidings.live.codes import MEANINGS, Code
from tidings.live.door import Refusal
from tidings.live.pipe import FLUSH_S, Wire
from tidings.live.queued import QueuedPipe
from tidings.live.socket import LINE_BROKEN, Live, LiveSocket, Scope
from tidings.live.wired import WiredSocket
from tidings.live.wishes import End

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger("tidings.live")


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
        wire: Wire | None = scope.get("extensions", {}).get("tidings.wire")
        if wire is not None:
            WiredSocket(self._live, scope, wire, address)
        else:
            await AsgiSocket(self._live, scope, receive, send, address).live()


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Answer the handshake with plain HTTP: nothing is upgraded (RFC 6455, 4.2.2)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})  # servers turn this into 403
        return
    plain = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    headers = [*plain, *refusal.headers]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": refusal.body})


class AsgiSocket(LiveSocket):
    """A socket of any ASGI server."""

    def __init__(self, live: Live, scope: Scope, receive: Receive, send: Send, address: str) -> None:
        super().__init__(live, scope, address, QueuedPipe(send, self.delayed))
        self._receive, self._send = receive, send
        self._task = asyncio.current_task()

    async def live(self) -> None:
        """Read until the other end leaves or we end it; then give everything back."""
        connection_id.set(self.connection.id)  # of this task: a server serves each socket in its own
        self.hub.wheel.set(self, self.connection.due)
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

    def _is_over(self) -> bool:
        return self._task is None

    def _stop(self) -> None:
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()  # our own reader looks by itself before it reads on

    async def _leave(self) -> None:
        self._task = None
        self._give_back()
        await self.pipe.close()
        if self._ending is not None:
            await self._close(self._ending)

    async def _close(self, ending: End) -> None:
        closing = {"type": "websocket.close", "code": int(ending.code), "reason": MEANINGS[ending.code].name}
        try:
            await asyncio.wait_for(self._send(closing), FLUSH_S)
        except (OSError, RuntimeError, TimeoutError):
            return  # it is gone already, or takes nothing any more
