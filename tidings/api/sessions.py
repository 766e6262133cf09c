"""The doors of sessions: sign in and out, who am I, where else, and the token that opens the socket.

No rule about passwords or lifetimes may come in here. Called by app.py, which mounts the router.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from tidings.accounts import sessions, users
from tidings.accounts.sessions import EndReason, SignedIn
from tidings.api.bodies import FORM, JSON, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import FieldError, Problem, problems
from tidings.api.rooms import Rooms
from tidings.api.session_views import Ended, NewPassword, SessionList, SocketToken, WhoAmI, policy, shown
from tidings.api.sign_in import Credentials, Welcome, check_password, public, sign_in
from tidings.audit.log import Entry
from tidings.audit.tables import Action


class SessionDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def sign_in(self, request: Request) -> Response:
        """Sign in with a name and a password, as JSON (200) or as a form (303 to the feed or back)."""
        return await sign_in(self.doors, request)

    async def sign_out(self, request: Request) -> Response:
        """End this session; its sockets close and its tokens are dead at once."""
        here = await self.doors.signed_in(request)
        await self._end(request, here, here.session.id, EndReason.SIGNED_OUT)
        return self._goodbye()

    async def who_am_i(self, request: Request) -> WhoAmI:
        """Tell who is signed in here."""
        here = await self.doors.signed_in(request)
        live = await self.rooms.connections(here.user.id)
        return WhoAmI(user=public(here.user), session=shown(here.session, here, live))

    async def token(self, request: Request) -> SocketToken:
        """Issue the short-lived token that opens the socket."""
        here = await self.doors.signed_in(request)
        now = self.rooms.clock.now()
        token, expires_at = self.rooms.tokens.issue(here.user.id, here.session.id, now)
        expires_in = round((expires_at - now).total_seconds(), 3)
        timings = policy(self.rooms.settings)
        return SocketToken(token=token, expires_at=expires_at, expires_in=expires_in, policy=timings)

    async def list_sessions(self, request: Request) -> SessionList:
        """List this person's sessions, each with its live connections."""
        here = await self.doors.signed_in(request)
        now = self.rooms.clock.now()
        rows = await self.rooms.database.read(lambda session: sessions.of_user(session, here.user.id, now))
        live = await self.rooms.connections(here.user.id)
        most = self.rooms.settings.max_connections_per_user
        listed = [shown(row, here, live) for row in rows]
        return SessionList(sessions=listed, connections=len(live), max_connections=most)

    async def end_session(self, request: Request, session_id: str) -> Response:
        """End one of this person's sessions; anybody else's is as unknown as one that never was."""
        here = await self.doors.signed_in(request)
        if session_id == here.session.id:
            return await self.sign_out(request)
        reason = EndReason.SIGNED_OUT_ELSEWHERE
        if "\0" in session_id or not await self._end(request, here, session_id, reason):
            raise Problem(404, "Not found", "You have no such session.", kind="unknown-session")
        return Response(status_code=204)

    async def end_other_sessions(self, request: Request) -> Ended:
        """End all of this person's sessions but this one."""
        here = await self.doors.signed_in(request)
        now, reason = self.rooms.clock.now(), EndReason.SIGNED_OUT_ELSEWHERE
        entry = self.doors.witness.entry(request, Action.SESSION_ENDED, here.user, reason=reason.value)

        def work(session: Session) -> tuple[list[str], Entry | None]:
            ids = sessions.end_all(session, here.user.id, now, reason, keep=here.session.id)
            return ids, entry.about(here.user.name, here.user.id, sessions=len(ids)) if ids else None

        return Ended(ended=len(await self.doors.change(here, work, self.doors.announce_ended)))

    async def change_password(self, request: Request) -> Response:
        """Change one's own password, which ends all other sessions."""
        here = await self.doors.signed_in(request)
        wanted = await read_json(request, NewPassword)
        await self._require_password(request, here, wanted.current_password)
        new_hash, now = await self.rooms.hasher.hash(wanted.new_password), self.rooms.clock.now()
        entry = self.doors.witness.entry(request, Action.PASSWORD_CHANGED, here.user)

        def work(session: Session) -> tuple[list[str], Entry]:
            ids = users.set_password(session, here.user.id, new_hash, now, keep=here.session.id)
            return ids, entry.about(here.user.name, here.user.id, sessions=len(ids))

        await self.doors.change(here, work, self.doors.announce_ended)
        return Response(status_code=204)

    async def _require_password(self, request: Request, here: SignedIn, password: str) -> None:
        if await check_password(self.doors, request, here.user.name, password, here.user) is None:
            sentence = "The current password is not right."
            error = FieldError(pointer="#/current_password", detail=sentence, code="wrong_password")
            raise Problem(403, "Wrong password", sentence, kind="wrong-password", errors=[error])

    async def _end(self, request: Request, here: SignedIn, session_id: str, reason: EndReason) -> list[str]:
        now = self.rooms.clock.now()
        entry = self.doors.witness.entry(request, Action.SESSION_ENDED, here.user, reason=reason.value)

        def work(session: Session) -> tuple[list[str], Entry | None]:
            ids = sessions.end(session, here.user.id, session_id, now, reason)
            return ids, entry.about(here.user.name, here.user.id, session=session_id) if ids else None

        return await self.doors.change(here, work, self.doors.announce_ended)

    def _goodbye(self) -> Response:
        response = Response(status_code=204)
        self.doors.cookie.clear(response)
        return response


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of sessions."""
    doors = SessionDoors(rooms)
    routes = APIRouter(prefix="/api/v1", tags=["sessions"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    add("/session", doors.sign_in, methods=["POST"], response_model=Welcome, **_sign_in_in_openapi())
    add("/session", doors.who_am_i, methods=["GET"], responses=problems(401, 503))
    add("/session", doors.sign_out, methods=["DELETE"], status_code=204, responses=problems(401, 403, 503))
    add("/session/token", doors.token, methods=["POST"], responses=problems(401, 403, 503))
    add(
        "/session/password",
        doors.change_password,
        methods=["POST"],
        status_code=204,
        **_password_in_openapi(),
    )
    add("/sessions", doors.list_sessions, methods=["GET"], responses=problems(401, 503))
    add("/sessions", doors.end_other_sessions, methods=["DELETE"], responses=problems(401, 403, 503))
    add(
        "/sessions/{session_id}",
        doors.end_session,
        methods=["DELETE"],
        status_code=204,
        responses=problems(401, 403, 404, 503),
    )
    return routes


def _sign_in_in_openapi() -> dict[str, Any]:
    """Describe the body, which is read by hand because it comes in two languages."""
    forward = {"description": "a form: on to the feed, or back to sign-in with the error"}
    return {
        "openapi_extra": body_in_openapi(Credentials, JSON, FORM),
        "responses": {303: forward, **problems(400, 401, 403, 413, 415, 422, 429, 503)},
    }


def _password_in_openapi() -> dict[str, Any]:
    return {
        "openapi_extra": body_in_openapi(NewPassword, JSON),
        "responses": problems(400, 401, 403, 413, 415, 422, 429, 503),
    }
