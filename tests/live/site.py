"""A whole server in the test's own event loop, on a real port, with a clock that obeys.

No assertion comes in here. Used by the fixtures of conftest.py.
"""

# pyright: reportPrivateUsage=false

import asyncio
import json
import logging
import socket
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.running import RedisServer
from tidings.accounts import sessions, users
from tidings.accounts.passwords import Hasher
from tidings.accounts.tables import User
from tidings.clock import ManualClock
from tidings.house import House
from tidings.live.protocol import MESSAGE_BYTES
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Published, Publisher
from tidings.server import configuration
from tidings.settings import Settings

CHEAP = Hasher(memory_kib=8, passes=1)
ORIGIN = "http://tidings.test"
SECRET = "k" * 32
WITHIN_S = 5.0

Message = dict[str, Any]


class Browser:
    """A raw client of the socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self, kind: str | None = None) -> Message:
        """Return the next message, or the next of this type."""
        while True:
            message = _read(await asyncio.wait_for(self.socket.recv(), WITHIN_S))
            if kind is None or message["type"] == kind:
                return message

    async def hear_until(self, kind: str) -> list[Message]:
        """Return everything up to the next message of this type."""
        heard = [await self.hear()]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear())
        return heard

    async def ending(self) -> tuple[int, list[Message]]:
        """Wait for the close; return its code and what was said before it."""
        said: list[Message] = []
        try:
            while True:
                said.append(_read(await asyncio.wait_for(self.socket.recv(), WITHIN_S)))
        except ConnectionClosed as closed:
            return (closed.rcvd.code if closed.rcvd else 1006), said

    async def end_code(self) -> int:
        return (await self.ending())[0]


def _read(frame: str | bytes) -> Message:
    text = frame if isinstance(frame, str) else zlib.decompress(frame, -zlib.MAX_WBITS)
    return json.loads(text)


class Site:
    """The server and everything a test asks of it."""

    def __init__(
        self, house: House, clock: ManualClock, port: int, stack: AsyncExitStack, server: uvicorn.Server
    ) -> None:
        self.house, self.clock, self.port, self._stack, self._server = house, clock, port, stack, server
        self.hub = house.hub
        self.url = f"ws://127.0.0.1:{port}/ws"

    async def user(self, name: str) -> User:
        now = self.clock.now()
        return await self.house.database.write(lambda db: users.add(db, name, CHEAP.hash_now("pw"), now))

    async def session(self, user: User) -> str:
        """Sign somebody in; return the id of the session."""
        now = self.clock.now()
        started = await self.house.database.write(lambda db: sessions.start(db, user, now))
        return started.session.id

    async def token(self, user: User, session_id: str | None = None) -> str:
        session_id = session_id or await self.session(user)
        return self.house.tokens.issue(user.id, session_id, self.clock.now())[0]

    async def open(self, **options: Any) -> Browser:
        """Open a socket and say nothing."""
        options = {"ping_interval": None, "compression": None, "open_timeout": WITHIN_S} | options
        return Browser(
            await self._stack.enter_async_context(connect(options.pop("url", self.url), **options))
        )

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a bare TCP connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._stack.callback(lambda: writer.transport.abort())  # it is the writer that must be held
        return reader, writer

    async def enter(self, token: str, options: dict[str, Any] | None = None, **auth: Any) -> Browser:
        """Open a socket and say whose it is."""
        browser = await self.open(**(options or {}))
        await browser.say({"type": "auth", "token": token, "protocol": 1, **auth})
        return browser

    async def arrive(self, user: User, session_id: str | None = None, **auth: Any) -> Browser:
        """Open a socket and wait until it is live."""
        browser = await self.enter(await self.token(user, session_id), **auth)
        welcome = await browser.hear("auth_ok")
        await browser.hear("updated" if welcome["recovered"] else "snapshot")
        return browser

    async def publish(self, to: list[str] | str, title: str = "hello", **more: Any) -> Published:
        """Publish as the doors do."""
        order = Order(Draft.model_validate({"to": to, "title": title} | more), Publisher("test", "test"))
        house = self.house
        return (await house.publishing.commit(house.database, [order], self.clock.now()))[0]

    async def seconds_pass(self, seconds: float) -> None:
        """Let time pass, and the server notice."""
        self.clock.advance(seconds)
        self.hub.tick()
        self.hub.check_slow()
        await asyncio.sleep(0)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(WITHIN_S):
            while not true():  # noqa: ASYNC110  # what is waited for knows nothing of events
                await asyncio.sleep(0.01)

    def stop(self) -> None:
        """Tell the server to stop, as SIGTERM does."""
        self._server.should_exit = True

    async def settled(self) -> None:
        """Wait until the server has forgotten every socket."""
        await self.until(lambda: not self.hub.sockets())


class PlainProtocol(WebSocketsSansIOProtocol):
    """uvicorn as it comes: no direct writes, so the endpoint queues."""

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # else it logs an error for each refusal


def direct(app: Any) -> uvicorn.Config:
    """Serve as in production."""
    return configuration(app)


def plain(app: Any) -> uvicorn.Config:
    """Serve on a server that offers nothing but ASGI."""
    return uvicorn.Config(
        app,
        ws=PlainProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        timeout_graceful_shutdown=3,
        log_level="warning",
    )


async def _no_pages(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(f"nobody asked for a page: {scope['path']}")


@asynccontextmanager
async def open_site(
    folder: Path, serving: Callable[[Any], uvicorn.Config], **changed: Any
) -> AsyncGenerator[Site]:
    """Serve the migrated database in the folder until the block ends; nothing is left behind."""
    given: dict[str, Any] = {
        "secret_key": [SECRET],
        "public_url": ORIGIN,
        "max_upgrades_per_minute_per_ip": 0,
    }
    settings = Settings(data_dir=folder, **(given | changed))
    clock = ManualClock()
    house = House(settings, clock, Hasher(memory_kib=8, passes=1))
    async with house.living(), AsyncExitStack() as stack:
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        port = listener.getsockname()[1]
        site = house.guard(house.serve_with(_no_pages))
        async with _served(serving(site), listener) as server:
            yield Site(house, clock, port, stack, server)
            await stack.aclose()


@asynccontextmanager
async def open_pair(folder: Path, redis: RedisServer, **changed: Any) -> AsyncGenerator[tuple[Site, Site]]:
    """Serve with two workers, numbered as their supervisor would, that hear each other over Redis."""
    common: dict[str, Any] = {"redis_url": redis.url, **changed}
    async with (
        open_site(folder, direct, worker_number=0, **common) as first,
        open_site(folder, direct, worker_number=1, **common) as second,
    ):
        for site in (first, second):
            await site.until(lambda site=site: not site.house.neighbourhood.silent)
        yield first, second


@asynccontextmanager
async def _served(config: uvicorn.Config, listener: socket.socket) -> AsyncGenerator[uvicorn.Server]:
    config.lifespan = "off"
    logging.getLogger("uvicorn").handlers.clear()
    logging.getLogger("uvicorn").propagate = True  # so that a logged error fails the test
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))  # without `serve`'s signal handlers
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.001)
    try:
        yield server
    finally:
        server.should_exit = True
        await task
