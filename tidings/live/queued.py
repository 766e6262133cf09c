"""`QueuedPipe`: the way out of a socket on any ASGI server, which takes one message after the other.

No message and no rule may come in here. Made by the endpoint where the server offers no wire.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tidings.live.frames import unframed
from tidings.live.pipe import FLUSH_S, LOW_BYTES, Line, NoLine, fits

AsgiSend = Callable[[dict[str, Any]], Awaitable[None]]


class QueuedPipe:
    """Queues frames for one writer task, for servers that offer nothing but ASGI."""

    def __init__(self, send: AsgiSend, delayed: Callable[[], None]) -> None:
        self.line: Line = NoLine()
        self._send, self._delayed = send, delayed
        self._queue: deque[bytes] = deque()
        self._waiting = 0
        self._sent = 0
        self._filled, self._low, self._empty = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._count(0)
        self._writer = asyncio.create_task(self._write_all())

    def put(self, framed: bytes) -> bool:
        if not fits(self._waiting, len(framed)):
            return False
        self._queue.append(framed)
        self._count(len(framed))
        self._filled.set()
        self._delayed()
        return True

    def put_together(self, framed: Sequence[bytes]) -> bool:
        return all(self.put(each) for each in framed)  # one message each, as ASGI knows no frames

    def put_rest(self, framed: bytes, taken: int) -> bool:
        return self.put(framed[max(0, taken) :])  # none ever is

    def waiting_bytes(self) -> int:
        return self._waiting

    def sent_bytes(self) -> int:
        return self._sent

    async def drained(self) -> None:
        await self._low.wait()

    def forget_waiting(self) -> None:
        while len(self._queue) > 1:  # the first may be half way out
            self._count(-len(self._queue.pop()))

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
        framed = self._queue[0]
        await self._send(_event(framed))
        self._queue.popleft()
        self._sent += len(framed)
        self._count(-len(framed))

    def _count(self, more: int) -> None:
        self._waiting += more
        for event, holds in ((self._low, self._waiting < LOW_BYTES), (self._empty, self._waiting == 0)):
            if holds:
                event.set()
            else:
                event.clear()


def _event(framed: bytes) -> dict[str, Any]:
    is_text, payload = unframed(framed)
    return {"type": "websocket.send"} | ({"text": payload.decode()} if is_text else {"bytes": payload})
