"""The way out of one WebSocket: whole frames go straight to the kernel, or wait here up to a bound.

No message may come in here, and nothing that arrives. `LiveProtocol` (websocket.py) is one; what it offers to
the endpoint is described by `tidings.live.pipe.Wire`.
"""

import asyncio
import fcntl
import os
import socket
import sys
import termios
from collections import deque
from typing import Any

from tidings.live.pipe import BOUND_BYTES, NO_DESCRIPTOR, WireGuest, fits

SEND_BUFFER_BYTES = 64 * 1024  # so that a reader who stopped shows, instead of vanishing in kernel memory


class Outlet(asyncio.Protocol):
    """The writing half of a protocol. `roomy`: nothing waits, and something may be written."""

    __slots__ = (
        "_kept",
        "_waiting",
        "_waiting_bytes",
        "_writable",
        "close_sent",
        "descriptor",
        "disconnected",
        "guest",
        "roomy",
        "transport",
    )

    def __init__(self) -> None:
        self.guest: WireGuest | None = None
        self.close_sent = self.disconnected = False
        self.roomy, self.descriptor = True, NO_DESCRIPTOR
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._kept = 0  # bytes that had to wait so far, and those that were on their way then
        self._writable: asyncio.Event | None = None  # while somebody waits

    def connection_made(self, transport: Any) -> None:
        self.transport: Any = transport
        raw: socket.socket | None = transport.get_extra_info("socket")
        under_tls = transport.get_extra_info("sslcontext") is not None
        self.descriptor = NO_DESCRIPTOR if raw is None or under_tls else raw.fileno()
        # So that `roomy` is true exactly when nothing waits. TLS pauses at the limit, TCP above it.
        transport.set_write_buffer_limits(high=int(under_tls))
        self._size_send_buffer(SEND_BUFFER_BYTES)  # not by the listener: pages take what the line can

    def connection_lost(self, exc: Exception | None) -> None:
        self.disconnected = True
        self.descriptor = NO_DESCRIPTOR  # it is closed when we return, and soon it is somebody else's
        self._be_roomy(False)
        self.forget_waiting()
        self._let_write()

    def put(self, framed: bytes) -> bool:
        """Give a whole frame to the kernel, or keep it; False when more than the bound would wait.

        While nothing waits, the descriptor is written to without the transport, which costs half a
        microsecond more. What the kernel does not take, or has against it, is the transport's business.
        """
        if self.roomy:
            try:
                taken = os.write(self.descriptor, framed)
            except OSError:
                taken = 0
            if taken != len(framed):
                self._keep_rest(framed[taken:])
            return True
        return self._keep(framed)

    def put_rest(self, framed: bytes, taken: int) -> bool:
        """See to the rest of a frame that the kernel was offered already and took so much of."""
        if taken < 1:
            return self.put(framed)
        self._keep_rest(framed[taken:])
        return True

    def waiting_bytes(self) -> int:
        """Bytes the kernel has not taken yet."""
        if self.roomy or self.disconnected:
            return 0
        return self.transport.get_write_buffer_size() + self._waiting_bytes

    def sent_bytes(self) -> int:
        """Grow while what waits leaves, and while the peer acknowledges: on a slow line it shows there."""
        return self._kept - self.waiting_bytes() - self._unacknowledged_bytes()

    def forget_waiting(self) -> None:
        """Drop the frames of which no byte has left."""
        self._waiting.clear()
        self._waiting_bytes = 0

    async def drained(self) -> None:
        """Wait until nothing waits, or the connection is lost."""
        if not self.roomy and not self.disconnected:
            self._writable = self._writable or asyncio.Event()
            await self._writable.wait()

    def pause_writing(self) -> None:
        self._be_roomy(False)
        self._kept += self._unacknowledged_bytes()
        if self.guest is not None:
            self.guest.delayed()

    def resume_writing(self) -> None:
        self._let_write()
        self._be_roomy(not self._is_over())
        while self._waiting and self.roomy:  # a write may pause us again
            framed = self._waiting.popleft()
            self._waiting_bytes -= len(framed)
            self.transport.write(framed)

    def _keep(self, framed: bytes) -> bool:
        """Keep a whole frame until the kernel takes more. What comes after the end is for nobody."""
        if self.disconnected or self._is_over():
            return True
        if not fits(self.waiting_bytes(), len(framed)):
            return False
        self._waiting.append(framed)
        self._waiting_bytes += len(framed)
        self._kept += len(framed)
        return True

    def _keep_rest(self, rest: bytes) -> None:
        """Let the transport write, which waits for the kernel (`pause_writing`) or finds the line broken."""
        self.transport.write(rest)
        if not self.roomy:
            self._kept += len(rest)

    def _is_over(self) -> bool:
        return self.close_sent or self.transport.is_closing()

    def _stop_writing(self) -> None:
        """Nothing may follow our close, or the end of theirs."""
        self._be_roomy(False)

    def _be_roomy(self, roomy: bool) -> None:
        """Whoever writes past us must know at once."""
        self.roomy = roomy
        if self.guest is not None:
            self.guest.line_changed()

    def _unacknowledged_bytes(self) -> int:
        """Bytes the kernel has taken and the peer has not."""
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if self.disconnected or raw is None:
            return 0
        return int.from_bytes(fcntl.ioctl(raw.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)

    def _hand_over(self) -> None:
        """Give all that waits to the kernel, with room for it: it goes on sending when we are gone."""
        if self.waiting_bytes():
            self._size_send_buffer(BOUND_BYTES)
        if not self.disconnected:
            self.transport.write(b"".join(self._waiting))
        self.forget_waiting()
        self._let_write()

    def _let_write(self) -> None:
        waiting, self._writable = self._writable, None
        if waiting is not None:
            waiting.set()

    def _size_send_buffer(self, size_bytes: int) -> None:
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)
