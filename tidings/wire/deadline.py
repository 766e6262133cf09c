"""A deadline that is moved often and reached seldom: moving it is a note, and one timer looks at the note.

No protocol may come in here. Called by http.py: a connection that publishes has three deadlines a request.
"""

import asyncio
from collections.abc import Callable


class Deadline:
    """When it is reached, `passed` is called, once. Whoever holds it must `forget` it in the end."""

    __slots__ = ("_at", "_loop", "_passed", "_timer", "_timer_at")

    def __init__(self, loop: asyncio.AbstractEventLoop, passed: Callable[[], None]) -> None:
        self._loop = loop
        self._passed: Callable[[], None] | None = passed
        self._at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def within(self, seconds: float) -> None:
        """Expect it within so long from now, whatever was expected before."""
        self._at = self._loop.time() + seconds
        if self._timer is None or self._at < self._timer_at:
            self._set(self._at)

    def lift(self) -> None:
        """Expect nothing for now."""
        self._at = None

    def forget(self) -> None:
        """Expect nothing any more, and hold on to nobody."""
        self._at = self._passed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._at is None or self._passed is None:
            return
        if self._at > self._loop.time():
            self._set(self._at)
        else:
            self._at = None
            self._passed()
