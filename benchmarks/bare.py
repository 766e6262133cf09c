"""Tidings' live room alone: the real hub, endpoint and WebSocket class, without accounts and database.

For the comparison with servers that keep nothing: it shows what the sending costs and, by the difference to
the whole Tidings, what the promises cost. No measuring may come in here.
Run as `python -m benchmarks.bare PORT`.
"""

import asyncio
import sys
from itertools import count
from types import SimpleNamespace
from typing import Any

import uvicorn

from tidings.clock import SystemClock
from tidings.live.connection import Admission, Timing
from tidings.live.desk import Desk
from tidings.live.door import Door
from tidings.live.endpoint import Endpoint, Live
from tidings.live.hub import Hub
from tidings.live.limits import Doorkeeper, Limits
from tidings.live.pipe import SendRows
from tidings.live.protocol import Cursor
from tidings.live.services import Services
from tidings.live.wheel import SPOKE_S
from tidings.notifications.news import Announcement, News
from tidings.notifications.numbers import Position
from tidings.server import collect_rarely, configuration
from tidings.wire.rows import Rows

NO_LIMITS = Limits(pending_per_address=0, upgrades_per_minute=0)


class Bare:
    """An ASGI application: `/ws` is Tidings' own, `POST /publish` goes straight to the hub."""

    def __init__(self, send: SendRows) -> None:
        self.hub = Hub(SystemClock(), lambda: "bare", 5, evict_oldest=False, send=send)
        self._numbers = count()
        self._places: dict[str, int] = {}  # where each stood before anything was told
        self._positions: tuple[Position, ...] = ()
        self._told = 0
        desk = Desk(
            Services(self._never, self._arrive, self._backlog, self._never, self._never, lambda: "bare")
        )
        door = Door((), Doorkeeper(NO_LIMITS), lambda _scope: "127.0.0.1")
        self._live = Endpoint(Live(self.hub, door, desk, Timing()))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await self._live(scope, receive, send)
        elif scope["type"] == "http":
            await self._publish(receive, send)
        else:
            await self._lifespan(receive, send)

    async def _publish(self, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.hub.announce(self.everybody(body))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    def everybody(self, item: bytes) -> Announcement:
        """Give the item the next number of everybody who listens."""
        if len(self._places) != len(self._positions):
            self._positions = tuple(Position(user, *[at] * 3) for user, at in self._places.items())
        self._told += 1
        return Announcement(len(self._positions), (News(item, self._positions, self._told),))

    async def _arrive(self, _token: str, cursor: Cursor | None) -> tuple[Admission, Any]:
        user_id = f"user-{next(self._numbers)}"
        self._places[user_id] = (
            1000 + len(self._places) - self._told
        )  # numbers of their own, as life gives them
        return Admission(user_id, user_id, user_id, 3600, ""), await self._backlog(user_id, cursor)

    async def _backlog(self, user_id: str, _cursor: Cursor | None) -> Any:
        number = self._places[user_id] + self._told
        place = SimpleNamespace(seq=number, revision=number, unread=number)
        nothing: dict[str, Any] = {"items": [], "changes": [], "preferences": None, "chose": False}
        return SimpleNamespace(position=place, recovered=False, **nothing)

    async def _never(self, *_: Any) -> Any:
        raise NotImplementedError

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        ticking = asyncio.create_task(self._tick())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ticking.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(SPOKE_S)
            self.hub.tick()


def main() -> None:
    """Serve as `tidings.server` does."""
    config = configuration(Bare(Rows().send))
    config.port = int(sys.argv[1])
    config.load()
    collect_rarely()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
