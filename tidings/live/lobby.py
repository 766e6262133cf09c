"""The lobby: where those wait who have said who they are, until somebody has time to look.

No socket and no token may come in here. Called by the desk for each sign-on; the hub lets time pass.

A browser gives up ten seconds after it began. A server that works off its whole queue, first come first
served, works for browsers that have left: then nobody gets in at all, and it lasts. So nobody waits here for
longer than is of use; who has to is told when to come back.

A crowd is let in together, every few milliseconds: those who come in at the same moment are looked for in one
go (tidings.arrivals), which costs a fifth. Somebody who comes alone does not wait.
"""

import asyncio
import random
from collections import deque

AT_ONCE = 128  # as many as all readers of the database look for in one go
ALONE = 4  # so few are let in as they come
GATHER_S = 0.01  # nobody notices
LONGEST_WAIT_S = 3.0  # of a browser's ten; the way here and the welcome need the rest
BACK_FROM_MS, BACK_UNTIL_MS = 3_000, 13_000  # a few queues later, and everybody at another moment


class Crowded(Exception):
    """There is no getting in soon; whoever waits had better come back."""

    def __init__(self) -> None:
        super().__init__("more people want in than can be let in")
        self.retry_after_ms = random.randint(BACK_FROM_MS, BACK_UNTIL_MS)


class Lobby:
    """A line with a bound on its time. `now` is monotonic seconds."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once, self._alone, self._inside = at_once, min(ALONE, at_once), 0
        self._line: deque[tuple[asyncio.Future[None], float]] = deque()
        self._opens: asyncio.TimerHandle | None = None  # when those who wait are let in

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._line)

    async def enter(self, now: float) -> None:
        """Wait for a turn. Raises `Crowded`; whoever got one must `leave`."""
        if not self._line and self._inside < self._alone:
            self._inside += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append((turn, now))
        self._open_soon()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave()  # it was given, and nobody is there to take it
            raise

    def leave(self) -> None:
        """Give the turn to whoever waits."""
        self._inside -= 1
        self._open_soon()

    def tick(self, now: float) -> None:
        """Send those away who have waited for too long."""
        while self._line and (self._line[0][0].done() or self._is_hopeless(now)):
            turn, _ = self._line.popleft()
            if not turn.done():
                turn.set_exception(Crowded())

    def _open_soon(self) -> None:
        if self._line and self._opens is None and self._inside < self._at_once:
            self._opens = asyncio.get_running_loop().call_later(GATHER_S, self._open)

    def _open(self) -> None:
        """Let those in who are still there, as many as there is room for."""
        self._opens = None
        while self._line and self._inside < self._at_once:
            turn, _ = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                self._inside += 1

    def _is_hopeless(self, now: float) -> bool:
        return now - self._line[0][1] >= LONGEST_WAIT_S
