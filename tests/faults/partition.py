"""A line that can be cut without a word: a TCP proxy that stops passing bytes on and closes nothing.

No meaning of the bytes may come in here. What was under way arrives when the line is whole again, as TCP
would send it again. Called by the fault tests that cut a server off from Redis or PostgreSQL.
"""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any

PIECE_BYTES = 65_536


class CutLine:
    """Listens on a free port and passes everything on to `target_port`, each way while that way is whole.

    It has a loop of its own in a thread: whoever waits at the other end may be the test itself.
    """

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._there, self._back = asyncio.Event(), asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self, *, there: bool = True, back: bool = True) -> None:
        """Drop what goes there, what comes back, or both; new connections open and say nothing."""
        self._do(lambda: [way.clear() for way, is_cut in self._ways(there, back) if is_cut])

    def heal(self) -> None:
        """Let everything pass again."""
        self._do(lambda: [way.set() for way, _ in self._ways(True, True)])

    def _ways(self, there: bool, back: bool) -> tuple[tuple[asyncio.Event, bool], ...]:
        return (self._there, there), (self._back, back)

    def _do(self, act: Callable[[], Any]) -> None:
        self._loop.call_soon_threadsafe(act)

    async def _open(self) -> None:
        self._there.set()
        self._back.set()
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_writer: asyncio.StreamWriter | None = None
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            ways = ((reader, far_writer, self._there), (far_reader, writer, self._back))
            await asyncio.gather(*(_pump(*way) for way in ways))
        except (OSError, asyncio.CancelledError):
            pass  # the other end is away, which this end may well know; or the test is over
        finally:
            self._tasks.discard(task)
            for end in (writer, far_writer):
                if end is not None:
                    end.transport.abort()


@contextmanager
def cut_line(target_port: int) -> Generator[CutLine]:
    """Lay a line for the block to cut; it is whole again at the end, so that nobody is left waiting."""
    line = CutLine(target_port)
    line.start()
    yield line
    line.heal()
    line.stop()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, whole: asyncio.Event) -> None:
    """Pass bytes on while the line is whole; an end travels like the bytes before it."""
    with suppress(OSError):
        while True:
            await whole.wait()
            some = await reader.read(PIECE_BYTES)
            await whole.wait()
            if not some:
                break
            writer.write(some)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
