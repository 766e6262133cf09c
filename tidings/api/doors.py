"""What every door asks before it opens: who is there, and was it really our page that asked.

No business rule may come in here. Called by the modules of the single doors.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.requests import HTTPConnection

from tidings.accounts import keys, sessions
from tidings.accounts.sessions import SignedIn
from tidings.accounts.tables import ApiKey, User, UserSession
from tidings.api.address import client_address
from tidings.api.cookie import SessionCookie
from tidings.api.origin import refuse_foreign_origin, require_own_page
from tidings.api.patience import looked_up
from tidings.api.problems import Problem
from tidings.api.rooms import Rooms
from tidings.api.witness import Witness
from tidings.audit.log import Entry, record
from tidings.audit.tables import Action

T = TypeVar("T")


class Doors:
    """The questions, answered with the rooms at hand."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.cookie = SessionCookie(rooms.settings.secure)
        self.witness = Witness(rooms, self.address)

    async def signed_in(self, request: Request) -> SignedIn:
        """Return who is there by their cookie; 401 without a living session, 403 if another site asks.

        There is no other way to rely on the cookie, so no route can forget the second question.
        """
        refuse_foreign_origin(request, self.rooms.settings.allowed_origins)
        found = await self._recognised(request)
        if found is None:
            raise _not_signed_in()
        require_own_page(request)
        return found

    async def signed_in_admin(self, request: Request) -> SignedIn:
        """Return which admin is there; 403 for everybody else."""
        found = await self.signed_in(request)
        if not found.user.is_admin:
            raise _admins_only()
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
            key = await self._look(request, lambda session: keys.find(session, secret))
        if key is None:
            raise self.bad_key(request)
        now = self.rooms.clock.now()
        if not keys.used_lately(key, now):
            self.witness.soon(self.rooms.database.write(lambda session: keys.touch(session, key.id, now)))
        return key

    def bad_key(self, request: Request) -> Problem:
        """Note that a key did not work, and return what its holder is told."""
        self.witness.refused(request, Action.KEY_REFUSED)
        challenge = {"WWW-Authenticate": "Bearer"}
        return Problem(401, "Not let in", "This API key does not work.", kind="bad-key", headers=challenge)

    async def change(
        self,
        here: SignedIn,
        work: Callable[[Session], tuple[T, Entry | None]],
        then: Callable[[T], None] = lambda result: None,
    ) -> T:
        """Do what somebody signed in may do, with its audit entry in the same transaction.

        Whether they still may is asked again inside of it: a request whose body drips in can outlive the
        session.
        """
        now = self.rooms.clock.now()

        def both(session: Session) -> tuple[T, Entry | None]:
            _still(session, here)
            result, entry = work(session)
            if entry is not None:
                record(session, entry, now)
            return result, entry

        result, entry = await self.rooms.database.write(both, lambda done: then(done[0]))
        self.witness.tell(entry)
        return result

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
        found = await self._look(request, lambda session: sessions.find(session, secret, now))
        if found is not None and not sessions.seen_lately(found.session, now):
            session_id = found.session.id
            self.witness.soon(
                self.rooms.database.write(lambda session: sessions.touch(session, session_id, now))
            )
        return found

    async def _look(self, request: Request, work: Callable[[Session], T]) -> T:
        return await looked_up(request, self.rooms.clock, self.rooms.database.read(work))


def _still(session: Session, here: SignedIn) -> None:
    """Refuse when the session ended, or the person lost their rights, since the door was opened."""
    user, row = session.get(User, here.user.id), session.get(UserSession, here.session.id)
    if user is None or row is None or row.ended_at is not None or user.disabled_at is not None:
        raise _not_signed_in()
    if here.user.is_admin and not user.is_admin:
        raise _admins_only()


def _not_signed_in() -> Problem:
    return Problem(401, "Not signed in", "Sign in first.", kind="not-signed-in")


def _admins_only() -> Problem:
    return Problem(403, "Not allowed", "Only an admin may do this.", kind="admins-only")


class PrivateRoute(APIRoute):
    """A route whose answers belong to one person: no cache keeps them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_privately(request: Request) -> Response:
            response = await answer(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer_privately
