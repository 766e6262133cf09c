"""Pipes: bounded ways to put frames on a socket without ever waiting in the hub.

No message and no rule may come in here. Called by the endpoint, which chooses by what the server offers:
`DirectPipe` is the server's own wire (tidings.wire offers it); `QueuedPipe` (queued.py) works on any server.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

BOUND_BYTES = 1024 * 1024  # what may wait for one reader (CONTRACT 4.4); its cursor makes losing it harmless
LOW_BYTES = 64 * 1024  # one more frame may always follow so little, or a large one could never be said
STUCK_S = 10.0
FLUSH_S = 0.5  # how long a goodbye may take to leave; with the close itself it makes a second
ROWS_AT_ONCE = 1024  # with a quarter of it the same rows cost a seventh more
NO_DESCRIPTOR = -1  # the kernel refuses it, and the pipe is asked

Numbers = npt.NDArray[np.int32]
Table = npt.NDArray[np.uint8]  # rows of equal size, one after the other in memory
# Gives each descriptor its row, at most ROWS_AT_ONCE; returns how many bytes were taken, below one for none.
SendRows = Callable[[Numbers, Table], Numbers]


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

    def line_changed(self) -> None:
        """It became possible to write past the wire, or impossible."""
        ...

    def flooded(self) -> None:
        """More frames arrived than anybody needs; the wire reads no more of them."""
        ...

    def shut_down(self) -> None:
        """The server stops."""
        ...


class Line(Protocol):
    """Where bytes may be written to past the pipe, while nothing waits in it."""

    roomy: bool  # nothing waits, and something may be written
    descriptor: int  # NO_DESCRIPTOR where only the pipe itself can write


class NoLine:
    """There is no way past the pipe."""

    def __init__(self) -> None:
        self.roomy, self.descriptor = False, NO_DESCRIPTOR


class Wire(Line, Protocol):
    """What a server offers in `scope["extensions"]["tidings.wire"]`.

    Who sets `guest` after the acceptance takes the connection over: the guest is called from then on, nothing
    is to be received any more, and the application may return.
    """

    guest: WireGuest | None

    def put(self, framed: bytes) -> bool: ...
    def put_rest(self, framed: bytes, taken: int) -> bool: ...
    def waiting_bytes(self) -> int: ...
    def sent_bytes(self) -> int: ...
    def forget_waiting(self) -> None: ...
    def take_more(self) -> None: ...
    def listen(self, *, on: bool) -> None: ...
    def close(self, code: int, reason: str) -> None: ...
    async def drained(self) -> None: ...


class Pipe(Protocol):
    """One socket's way out."""

    @property
    def line(self) -> "Line":
        """Where many can be written to at once."""
        ...

    def put(self, framed: bytes) -> bool:
        """Send a whole frame, now or later; False when more than the bound would wait: it is not taken."""
        ...

    def put_together(self, framed: Sequence[bytes]) -> bool:
        """Send whole frames in one write, if that can be; False as for `put`."""
        ...

    def put_rest(self, framed: bytes, taken: int) -> bool:
        """See to the rest of a frame that the kernel was offered and took so much of; False as for `put`."""
        ...

    def waiting_bytes(self) -> int:
        """How much has not left yet."""
        ...

    def sent_bytes(self) -> int:
        """A number that grows while what waits arrives: progress shows in it."""
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


def fits(waiting: int, more: int) -> bool:
    """Tell whether so many bytes more may wait for a reader."""
    return waiting < LOW_BYTES or waiting + more <= BOUND_BYTES


class DirectPipe:
    """The wire itself, which keeps what the kernel does not take yet."""

    __slots__ = ("line", "put")

    def __init__(self, wire: Wire) -> None:
        self.line = wire
        self.put: Any = wire.put  # every delivery to a few comes through here: nothing is between

    def put_together(self, framed: Sequence[bytes]) -> bool:
        return self.put(b"".join(framed))

    def put_rest(self, framed: bytes, taken: int) -> bool:
        return self.line.put_rest(framed, taken)

    def waiting_bytes(self) -> int:
        return self.line.waiting_bytes()

    def sent_bytes(self) -> int:
        return self.line.sent_bytes()

    async def drained(self) -> None:
        await self.line.drained()

    def forget_waiting(self) -> None:
        self.line.forget_waiting()

    async def close(self) -> None:
        """Nothing is held here."""
