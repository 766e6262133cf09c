"""A whole app in this process, on an empty database and a clock that obeys, for the tests of the doors."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from tidings.accounts import keys, users
from tidings.accounts.passwords import Hasher
from tidings.accounts.tables import User
from tidings.accounts.throttle import Throttle
from tidings.accounts.tokens import Tokens
from tidings.api import problems, sessions
from tidings.api.rooms import LiveConnection, Rooms
from tidings.clock import ManualClock
from tidings.database import Database
from tidings.settings import Settings

HTTP = "http://tidings.test"
HTTPS = "https://tidings.test"
FOREIGN = "https://evil.example"
PASSWORD = "correct horse"
CHEAP = Hasher(memory_kib=8, passes=1)


@dataclass
class House:
    """The app, its rooms, and what the live room was told."""

    rooms: Rooms
    clock: ManualClock
    app: FastAPI
    origin: str
    ended: list[str] = field(default_factory=list[str])
    hear: Callable[[list[str]], None] = lambda session_ids: None
    live: list[LiveConnection] = field(default_factory=list[LiveConnection])
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def browser(self, address: str = "192.0.2.1", **headers: str) -> AsyncClient:
        """Return a client that behaves like a page of ours: it keeps cookies and names its origin."""
        return await self.program(address, Origin=self.origin, **headers)

    async def program(self, address: str = "192.0.2.1", **headers: str) -> AsyncClient:
        """Return a client that sends nothing a browser would."""
        transport = ASGITransport(self.app, raise_app_exceptions=True, client=(address, 50_000))
        client = AsyncClient(transport=transport, base_url=self.origin, headers=headers)
        return await self.stack.enter_async_context(client)

    async def add_user(self, name: str = "alice", *, admin: bool = False) -> User:
        password_hash, now = CHEAP.hash_now(PASSWORD), self.clock.now()
        return await self.rooms.database.write(
            lambda session: users.add(session, name, password_hash, now, admin=admin)
        )

    async def add_key(self, name: str = "backup", scopes: Sequence[str] = (keys.PUBLISH,)) -> str:
        now = self.clock.now()
        _, secret = await self.rooms.database.write(lambda session: keys.create(session, name, now, scopes))
        return secret


async def sign_in(client: AsyncClient, name: str = "alice", password: str = PASSWORD) -> Response:
    return await client.post("/api/v1/session", json={"username": name, "password": password})


def open_house(database: Database, settings: Settings, hasher: Hasher) -> House:
    """Wire the doors of accounts as the composition root does, to a live room that only listens."""
    clock, app = ManualClock(), FastAPI()
    tokens = Tokens(settings.secret_keys, timedelta(seconds=settings.access_token_seconds))
    rooms = Rooms(database, clock, settings, hasher, tokens, Throttle())
    house = House(rooms, clock, app, settings.public_url)

    def ended(session_ids: list[str]) -> None:
        house.ended.extend(session_ids)
        house.hear(session_ids)

    async def connections(_user_id: str) -> Sequence[LiveConnection]:
        return house.live

    house.rooms = replace(rooms, ended=ended, connections=connections)
    app.include_router(sessions.router(house.rooms))
    problems.install(app)
    return house
