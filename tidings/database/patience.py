"""Patience: whoever waits for the database waits so long and no longer, with one timer for all who wait.

No work and no SQL may come in here. Called by writer.py and store.py. All wait equally long, so who came
first is given up first.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any


class Patience:
    """Belongs to one event loop. `give_up` makes what those hear whose time is over."""

    def __init__(self, wait_s: float, give_up: Callable[[], Exception]) -> None:
        self._wait_s, self._give_up = wait_s, give_up
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, future: "asyncio.Future[Any]") -> None:
        """Give this up when it takes too long."""
        loop = future.get_loop()
        self._let_go()
        self._waiting.append((loop.time() + self._wait_s, future))
        if self._timer is None:
            self._timer = loop.call_later(self._wait_s, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._waiting and self._waiting[0][0] <= now:
            _, future = self._waiting.popleft()
            if not future.done():
                future.set_exception(self._give_up())
        self._let_go()
        self._timer = loop.call_at(self._waiting[0][0], self._look, loop) if self._waiting else None

    def _let_go(self) -> None:
        """Keep nothing of what was answered: answers are large, and five seconds are long."""
        while self._waiting and self._waiting[0][1].done():
            self._waiting.popleft()
