"""A live socket on our own server: called by the wire, and a task only while something is waited for.

No rule of the inbox may come in here. Made by the endpoint where a wire is offered.

An idle connection is nothing but a few objects. Its messages are handled one after the other: while one waits
for the database, those that came with it wait here, and the rest in the kernel.
"""

import asyncio
import logging
from collections import deque
from contextvars import copy_context

from tidings.journal import connection_id
from tidings.live.codes import MEANINGS, Code
from tidings.live.connection import Phase
from tidings.live.pipe import DirectPipe, Wire
from tidings.live.socket import Live, LiveSocket, Scope
from tidings.live.wishes import End, Send, Wish

log = logging.getLogger("tidings.live")


class WiredSocket(LiveSocket):
    """The guest of a wire (tidings.live.pipe.WireGuest)."""

    __slots__ = ("_context", "_has_left", "_is_gone", "_unheard", "_wire", "_work")

    def __init__(self, live: Live, scope: Scope, wire: Wire, address: str) -> None:
        super().__init__(live, scope, address, DirectPipe(wire))
        self._wire = wire
        self._work: asyncio.Task[None] | None = None
        self._unheard: deque[str | bytes] | None = None  # what came while something was waited for
        self._has_left = self._is_gone = False
        connection_id.set(self.connection.id)
        self._context = copy_context()  # so that whatever is logged for this socket says whose it is
        wire.guest = self
        self.hub.wheel.set(self, self.connection.due)

    def heard(self, message: str | bytes) -> None:
        """A message arrived."""
        if self._work is not None:
            self._unheard = self._unheard or deque()
            self._unheard.append(message)
            self._wire.listen(on=False)  # not earlier: who does not listen does not hear them leave
            return
        if self._ending is None:
            for wish in self.connection.heard(message, self.hub.clock.monotonic()):
                self._grant(wish)

    def left(self, code: int) -> None:
        """The other end is gone. What it asked for is done all the same, but nobody has to be let in."""
        self._left_with, self._has_left = code, True
        if self._work is None:
            self._leave()
        elif self.connection.phase is Phase.ADMITTING:
            self._work.cancel()

    def _grant(self, wish: Wish) -> None:
        match wish:
            case Send() | End():
                self._live.desk.answer_now(self, wish)
            case _:
                work = self._carry_out(wish)
                self._work = asyncio.get_running_loop().create_task(work, context=self._context)
                self._work.add_done_callback(self._worked)

    async def _carry_out(self, wish: Wish) -> None:
        try:
            await self._live.desk.grant(self, wish)
        except Exception:
            log.exception("A connection broke by an error of ours; it is asked to come back.")
            self.end(Code.OVERLOADED)

    def _worked(self, _work: "asyncio.Task[None]") -> None:
        self._work = None
        while self._unheard and self._work is None and not self._is_over():
            self.heard(self._unheard.popleft())
        if self._ending is not None or self._has_left:
            self._leave()
        elif self._work is None and self._unheard is not None:
            self._unheard = None
            self._wire.listen(on=True)

    def _is_over(self) -> bool:
        return self._is_gone

    def _take_more(self) -> None:
        self._wire.take_more()

    def _stop(self) -> None:
        if self._work is None:
            # Not now: whoever ends a socket is often in the middle of all of them.
            asyncio.get_running_loop().call_soon(self._leave, context=self._context)
        elif self._work is not asyncio.current_task():  # our own work looks by itself when it is done
            self._work.cancel()

    def _leave(self) -> None:
        if self._is_gone or self._work is not None:
            return
        self._is_gone = True
        self._wire.guest = None
        self._give_back()
        if self._ending is not None:
            self._wire.close(int(self._ending.code), MEANINGS[self._ending.code].name)
