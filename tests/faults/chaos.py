"""A TCP proxy that breaks what passes: resets in the middle of a message, or everything stopped.

No HTTP and no WebSocket may come in here: it sees bytes. Called by the storms.
"""

import asyncio
import random
import socket
import struct
from contextlib import suppress

RESET = struct.pack("ii", 1, 0)  # linger for no time: close() sends RST instead of FIN


class ChaosProxy:
    """Listens on a free port and passes everything on, until it is told to cut."""

    def __init__(self, *target_ports: int) -> None:
        self.port = 0
        self.cuts = 0
        self._target_ports = target_ports
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    def cut(self, share: float = 1.0) -> None:
        """Reset this share of the connections, wherever they are."""
        for writer in [writer for writer in self._writers if random.random() < share]:
            self.cuts += 1
            self._reset(writer)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to one of the targets, another one where that is not there."""
        ports = random.sample(self._target_ports, len(self._target_ports))
        for port in ports[:-1]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return await asyncio.open_connection("127.0.0.1", ports[-1])

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        far_writer = None
        try:
            far_reader, far_writer = await self._reach()
            pumps = [_pump(reader, far_writer), _pump(far_reader, writer)]
            pumping = [asyncio.create_task(pump) for pump in pumps]
            await asyncio.wait(pumping, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumping:
                pump.cancel()
            await asyncio.gather(*pumping, return_exceptions=True)
        except OSError:
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            for end in (writer, far_writer):
                if end is not None:
                    self._reset(end)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        raw: socket.socket | None = writer.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on in odd pieces, so that a cut falls inside a message."""
    with suppress(OSError):
        while some := await reader.read(random.randint(1, 65_536)):
            writer.write(some)
            await writer.drain()
