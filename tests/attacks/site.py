"""A whole site in this process: every door, the socket's handshake and pages that stand for the built ones.

No assertion comes in here. Used by the fixtures and tests of this folder.
"""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient, Headers, Response
from orjson import dumps
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from tidings.accounts import keys, users
from tidings.accounts.keys import EVERYWHERE, Reach
from tidings.accounts.passwords import Hasher
from tidings.accounts.tables import User
from tidings.api.app import build_doors
from tidings.audit.log import page
from tidings.audit.tables import AuditEntry
from tidings.clock import ManualClock
from tidings.house import House

HTTP, HTTPS, FOREIGN = "http://tidings.test", "https://tidings.test", "https://evil.example"
PASSWORD = "correct horse"
CHEAP = Hasher(memory_kib=8, passes=1)  # for what the tests make themselves; a house closes its own
SOME_ID = "01a20883-30ed-720a-9b3f-d5cb8ae15511"
SHORTEST = {"to": ["alice"], "title": "Hello"}


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """Stand for the built pages: say which one was asked for."""
    await PlainTextResponse(f"page {Request(scope).url.path}")(scope, receive, send)


@dataclass
class Site:
    """The house behind its shield, and ways to knock."""

    house: House
    app: Any
    origin: str
    folder: Path
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def clock(self) -> ManualClock:
        """The clock of the house; it obeys."""
        assert isinstance(self.house.clock, ManualClock)
        return self.house.clock

    async def program(self, address: str = "192.0.2.1", **headers: str) -> AsyncClient:
        """Return a client that sends nothing a browser would."""
        transport = ASGITransport(self.app, raise_app_exceptions=True, client=(address, 50_000))
        client = AsyncClient(transport=transport, base_url=self.origin, headers=headers)
        return await self.stack.enter_async_context(client)

    async def browser(self, name: str = "", address: str = "192.0.2.1", **headers: str) -> AsyncClient:
        """Return a client that behaves like a page of ours, signed in as somebody."""
        client = await self.program(address, Origin=self.origin, **headers)
        if name:
            assert (await sign_in(client, name)).status_code == 200
        return client

    async def sender(self, name: str = "backup", reach: Reach = EVERYWHERE) -> AsyncClient:
        """Return a client with an API key."""
        return await self.program(Authorization=f"Bearer {await self.add_key(name, reach)}")

    async def add_user(self, name: str, *, admin: bool = False) -> User:
        """Let somebody in."""
        password_hash, now = CHEAP.hash_now(PASSWORD), self.house.clock.now()
        return await self.house.database.write(
            lambda session: users.add(session, name, password_hash, now, admin=admin)
        )

    async def add_key(self, name: str = "backup", reach: Reach = EVERYWHERE) -> str:
        """Make a key and return its secret."""
        now = self.house.clock.now()
        _, secret = await self.house.database.write(
            lambda session: keys.create(session, name, now, [keys.PUBLISH], reach)
        )
        return secret

    async def entries(self, **narrowed: Any) -> list[AuditEntry]:
        """Return the audit log, the newest first, with everything that is still being written."""
        for _ in range(3):  # an errand, its write, and what was queued behind it
            await self.house.database.write(lambda session: None)
        return list(await self.house.database.read(lambda session: page(session, limit=200, **narrowed)))

    def routes(self) -> Iterator[tuple[str, str]]:
        """Return the method and path of every route of ours, with parameters filled in."""
        doors = build_doors(self.house.rooms, self.house.sending, lambda: b"")
        for route in _each(doors):
            path = route.path
            for name in route.param_convertors:
                path = path.replace("{" + name + "}", SOME_ID)
            yield from ((method, path) for method in sorted(route.methods or ()))


def _each(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        inner = getattr(route, "original_router", None)  # FastAPI keeps included routers whole
        if inner is not None:
            yield from _each(inner)
        elif isinstance(route, APIRoute):
            yield route


async def sign_in(client: AsyncClient, name: str = "alice", password: str = PASSWORD) -> Response:
    """Sign in and return the answer."""
    return await client.post("/api/v1/session", json={"username": name, "password": password})


class Fuzzed:
    """A site for tests that are not asynchronous: Hypothesis draws, this knocks."""

    def __init__(self, site: Site, run: Any) -> None:
        self.site = site
        self._run = run
        self.paths = sorted({path for _, path in site.routes()} | {"/", "/login", "/metrics", "/nothing"})

    def knock(self, method: str, path: str, headers: list[tuple[bytes, bytes]], body: Any) -> int:
        """Return the status of one request, made as a stranger."""

        async def ask() -> int:
            client = await self.site.program()
            raw = body if isinstance(body, bytes) else dumps(body)
            return (await client.request(method, path, headers=Headers(headers), content=raw)).status_code

        return self._run(ask())

    def ask(self, question: Any) -> Any:
        """Run an asynchronous question."""
        return self._run(question)
