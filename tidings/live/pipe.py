"""Pipes: bounded ways to put frames on a socket without ever waiting in the hub.

No message and no rule may come in here. Called by the endpoint, which chooses by what the server offers:
`DirectPipe` writes framed bytes to the transport (tidings.wire offers it); `QueuedPipe` works on any ASGI
server.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from tidings.live.frames import Frame

BOUND_BYTES = 1024 * 1024  # what may wait for one reader (CONTRACT 4.4); its cursor makes losing it harmless
LOW_BYTES = 64 * 1024  # one more frame may always follow so little, or a large one could never be said
STUCK_S = 10.0
FLUSH_S = 0.5  # how long a goodbye may take to leave; with the close itself it makes a second

AsgiSend = Callable[[dict[str, Any]], Awaitable[None]]


class WireGuest(Protocol):
    """Who listens at a wire."""

    def stirred(self) -> None:
        """Something arrived: a frame of any kind, or a part of one."""
        ...

    def heard(self, message: str | bytes) -> None:
        """A whole message arrived."""
        ...

    def left(self, code: int) -> None:
        """The other end is gone; nothing more is called."""
        ...

    def delayed(self) -> None:
        """Bytes wait, because the kernel took no more."""
        ...

    def flooded(self) -> None:
        """More frames arrived than anybody needs; the wire reads no more of them."""
        ...

    def shut_down(self) -> None:
        """The server stops."""
        ...


class Wire(Protocol):
    """What a server offers in `scope["extensions"]["tidings.wire"]`.

    Who sets `guest` after the acceptance takes the connection over: the guest is called from then on, nothing
    is to be received any more, and the application may return.
    """

    guest: WireGuest | None
    roomy: bool  # nothing waits
    put: Callable[[bytes], None]  # on the transport itself: only while it is roomy

    def keep(self, framed: bytes) -> None: ...
    def waiting_bytes(self) -> int: ...
    def unacknowledged_bytes(self) -> int: ...
    def forget_waiting(self) -> None: ...
    def take_more(self) -> None: ...
    def listen(self, *, on: bool) -> None: ...
    def close(self, code: int, reason: str) -> None: ...
    async def drained(self) -> None: ...


class Pipe(Protocol):
    """One socket's way out."""

    def write(self, frame: Frame, deflated: bool) -> bool:
        """Queue a frame; False when more than the bound would wait, and then nothing was queued."""
        ...

    def waiting_bytes(self) -> int:
        """How much has not left yet."""
        ...

    def sent_bytes(self) -> int:
        """How much has arrived since the beginning, as far as is known: progress shows in it."""
        ...

    async def drained(self) -> None:
        """Wait until little is waiting."""
        ...

    def forget_waiting(self) -> None:
        """Drop what no part of has left yet, so that a goodbye is not behind it."""
        ...

    async def close(self) -> None:
        """Let go of what the pipe itself holds, after waiting a moment for the rest to leave."""
        ...


def _fits(waiting: int, more: int) -> bool:
    return waiting < LOW_BYTES or waiting + more <= BOUND_BYTES


class DirectPipe:
    """Writes to the server's transport, which keeps what the kernel does not take yet."""

    __slots__ = ("_wire", "_written")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._written = 0

    def write(self, frame: Frame, deflated: bool) -> bool:
        framed = frame.packed if deflated else frame.text
        wire = self._wire
        if wire.roomy:
            wire.put(framed)
        elif _fits(wire.waiting_bytes(), len(framed)):
            wire.keep(framed)
        else:
            return False
        self._written += len(framed)
        return True

    def waiting_bytes(self) -> int:
        return self._wire.waiting_bytes()

    def sent_bytes(self) -> int:
        return self._written - self._wire.waiting_bytes() - self._wire.unacknowledged_bytes()

    async def drained(self) -> None:
        await self._wire.drained()

    def forget_waiting(self) -> None:
        self._wire.forget_waiting()

    async def close(self) -> None:
        """Nothing is held here."""


class QueuedPipe:
    """Queues frames for one writer task, for servers that offer nothing but ASGI."""

    def __init__(self, send: AsgiSend, delayed: Callable[[], None]) -> None:
        self._send, self._delayed = send, delayed
        self._queue: deque[tuple[Frame, bool]] = deque()
        self._waiting = 0
        self._sent = 0
        self._filled, self._low, self._empty = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._count(0)
        self._writer = asyncio.create_task(self._write_all())

    def write(self, frame: Frame, deflated: bool) -> bool:
        if not _fits(self._waiting, len(frame.payload)):
            return False
        self._queue.append((frame, deflated))
        self._count(len(frame.payload))
        self._filled.set()
        self._delayed()
        return True

    def waiting_bytes(self) -> int:
        return self._waiting

    def sent_bytes(self) -> int:
        return self._sent

    async def drained(self) -> None:
        await self._low.wait()

    def forget_waiting(self) -> None:
        while len(self._queue) > 1:  # the first may be half way out
            frame, _ = self._queue.pop()
            self._count(-len(frame.payload))

    async def close(self) -> None:
        flushed = asyncio.create_task(self._empty.wait())
        ends = {self._writer, flushed}
        try:
            await asyncio.wait(ends, timeout=FLUSH_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in ends:
                task.cancel()
        await asyncio.wait(ends)

    async def _write_all(self) -> None:
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._queue:
                    await self._write_first()
        except (OSError, RuntimeError):  # the other end is gone; the reader hears of it by itself
            self._low.set()

    async def _write_first(self) -> None:
        frame, deflated = self._queue[0]
        await self._send(_event(frame, deflated))
        self._queue.popleft()
        self._sent += len(frame.payload)
        self._count(-len(frame.payload))

    def _count(self, more: int) -> None:
        self._waiting += more
        for event, holds in ((self._low, self._waiting < LOW_BYTES), (self._empty, self._waiting == 0)):
            if holds:
                event.set()
            else:
                event.clear()


def _event(frame: Frame, deflated: bool) -> dict[str, Any]:
    if deflated and frame.deflated is not None:
        return {"type": "websocket.send", "bytes": frame.deflated}
    return {"type": "websocket.send", "text": frame.payload.decode()}
