"""What every door asks before it opens: who is there, and was it really our page that asked.

No business rule may come in here. Called by the modules of the single doors.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from tidings.accounts import keys, sessions
from tidings.accounts.passwords import Hasher
from tidings.accounts.sessions import SignedIn
from tidings.accounts.tables import ApiKey, User
from tidings.accounts.throttle import Throttle
from tidings.accounts.tokens import Tokens
from tidings.api.address import client_address
from tidings.api.cookie import SessionCookie
from tidings.api.problems import Problem
from tidings.clock import Clock
from tidings.database import Database, DatabaseUnavailable
from tidings.settings import Settings

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class LiveConnection:
    """One live socket, as the page of sessions shows it."""

    id: str
    session_id: str
    since: datetime
    address: str
    device: str = ""


async def _no_connections(_user_id: str) -> Sequence[LiveConnection]:
    return ()


@dataclass(frozen=True)
class Rooms:
    """What the doors of accounts need. `ended` and `connections` are wired to the live room."""

    database: Database
    clock: Clock
    settings: Settings
    hasher: Hasher
    tokens: Tokens
    throttle: Throttle
    ended: Callable[[list[str]], None] = lambda session_ids: None
    connections: Callable[[str], Awaitable[Sequence[LiveConnection]]] = _no_connections


class Doors:
    """The questions, answered with the rooms at hand."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.cookie = SessionCookie(rooms.settings.secure)
        self._errands: set[asyncio.Task[None]] = set()

    async def signed_in(self, request: Request) -> SignedIn:
        """Return who is there by their cookie; 401 without a living session, 403 if another site asks.

        There is no other way to rely on the cookie, so no route can forget the second question.
        """
        refuse_foreign_origin(request, self.rooms.settings.allowed_origins)
        found = await self._recognised(request)
        if found is None:
            raise Problem(401, "Not signed in", "Sign in first.", kind="not-signed-in")
        require_own_page(request)
        return found

    async def signed_in_admin(self, request: Request) -> SignedIn:
        """Return which admin is there; 403 for everybody else."""
        found = await self.signed_in(request)
        if not found.user.is_admin:
            raise Problem(403, "Not allowed", "Only an admin may do this.", kind="admins-only")
        return found

    async def sender(self, request: Request) -> ApiKey | User:
        """Return who publishes: the holder of a key with that scope, or a signed-in admin."""
        if "authorization" not in request.headers:
            return (await self.signed_in_admin(request)).user
        key = await self.key_holder(request)
        if not key.allows(keys.PUBLISH):
            raise Problem(403, "Not allowed", "This API key may not publish.", kind="scope")
        return key

    async def key_holder(self, request: Request) -> ApiKey:
        """Return whose API key came along; 401 without a working one."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        secret = secret.strip()
        key = None
        if scheme.lower() == "bearer" and secret:
            key = await self.rooms.database.read(lambda session: keys.find(session, secret))
        if key is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise Problem(401, "Not let in", "This API key does not work.", kind="bad-key", headers=challenge)
        now = self.rooms.clock.now()
        if not keys.used_lately(key, now):
            self._soon(self.rooms.database.write(lambda session: keys.touch(session, key.id, now)))
        return key

    def address(self, connection: HTTPConnection) -> str:
        """Return where the visitor is."""
        return client_address(connection, self.rooms.settings.trusted_proxies)

    def announce_ended(self, session_ids: list[str]) -> None:
        """Tell the live room, after the commit, whose sockets must close."""
        if session_ids:
            self.rooms.ended(session_ids)

    async def _recognised(self, request: Request) -> SignedIn | None:
        secret = self.cookie.read(request)
        if secret is None:
            return None
        now = self.rooms.clock.now()
        found = await self.rooms.database.read(lambda session: sessions.find(session, secret, now))
        if found is not None and not sessions.seen_lately(found.session, now):
            session_id = found.session.id
            self._soon(self.rooms.database.write(lambda session: sessions.touch(session, session_id, now)))
        return found

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Write beside the request: nobody waits for a note about when they were seen."""
        errand = asyncio.create_task(_unimportant(work))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)


async def _unimportant(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except DatabaseUnavailable as failure:
        log.warning("could not note when somebody was last seen: %s", failure)


def refuse_foreign_origin(request: Request, allowed: Iterable[str]) -> None:
    """Refuse with 403 what a page of another site asks to change, whoever is signed in."""
    origin = request.headers.get("origin")
    if request.method in SAFE_METHODS or origin is None or origin.lower() in allowed:
        return
    raise _foreign()


def require_own_page(request: Request) -> None:
    """Refuse with 403 a change that nothing shows to come from our page; an origin was checked before."""
    if request.method in SAFE_METHODS or "origin" in request.headers:
        return
    if request.headers.get("sec-fetch-site", "").lower() != "same-origin":
        raise _foreign()


def _foreign() -> Problem:
    detail = (
        "Changes are only taken from our own pages: send an allowed Origin, or Sec-Fetch-Site: same-origin."
    )
    return Problem(403, "Foreign origin", detail, kind="foreign-origin")


class PrivateRoute(APIRoute):
    """A route whose answers belong to one person: no cache keeps them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_privately(request: Request) -> Response:
            response = await answer(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer_privately
