"""The door of users, for admins: who there is, let somebody in, shut somebody out.

No rule about names or passwords may come in here. Called by app.py, which mounts the router.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session

from tidings.accounts import roster, users
from tidings.accounts.refusals import AccountRefused, LastAdmin, UnknownUser
from tidings.accounts.sessions import SignedIn
from tidings.accounts.tables import User
from tidings.api.bodies import JSON, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import FieldError, Problem, problems
from tidings.api.rooms import Rooms
from tidings.api.user_views import ChangedUser, NewUser, SetPassword, UserList, listed
from tidings.audit.log import Entry
from tidings.audit.tables import Action

LARGEST_PAGE = 200


class UserDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def everybody(
        self,
        request: Request,
        after: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
        search: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
    ) -> UserList:
        """List people by name."""
        await self.doors.signed_in_admin(request)
        now = self.rooms.clock.now()
        rows = await self.rooms.database.read(
            lambda session: roster.page(session, now, after=after, limit=limit, search=search)
        )
        following = rows[-1].user.name if len(rows) == limit else None
        return UserList(users=[listed(row) for row in rows], next=following)

    async def add(self, request: Request) -> ChangedUser:
        """Let somebody in."""
        here = await self.doors.signed_in_admin(request)
        wanted = await read_json(request, NewUser)
        made_up = None if wanted.password else users.new_password()
        password_hash, now = (
            await self.rooms.hasher.hash(wanted.password or made_up or ""),
            self.rooms.clock.now(),
        )
        entry = self.doors.witness.entry(request, Action.USER_ADDED, here.user, admin=wanted.admin)

        def work(session: Session) -> tuple[User, Entry]:
            user = users.add(session, wanted.name, password_hash, now, admin=wanted.admin)
            return user, entry.about(user.name, user.id)

        try:
            user = await self.doors.change(here, work)
        except AccountRefused as refused:
            raise refused_name(refused) from None
        return ChangedUser(id=user.id, name=user.name, password=made_up)

    async def disable(self, request: Request, user_id: str) -> ChangedUser:
        """Shut somebody out: their sessions and connections end at once."""
        here = await self.doors.signed_in_admin(request)
        now = self.rooms.clock.now()
        entry = self.doors.witness.entry(request, Action.USER_DISABLED, here.user)

        def work(session: Session) -> tuple[tuple[User, list[str]], Entry]:
            user, ended = users.switch_off(session, users.with_id(session, user_id), now)
            # Not before: the last admin must not hear that another one can do it.
            _refuse_self(here, user_id, "You cannot switch your own account off; another admin can.")
            return (user, ended), entry.about(user.name, user.id, sessions=len(ended))

        user, ended = await self._change(here, work)
        return ChangedUser(id=user.id, name=user.name, ended_sessions=len(ended))

    async def enable(self, request: Request, user_id: str) -> ChangedUser:
        """Let somebody in again."""
        here = await self.doors.signed_in_admin(request)
        entry = self.doors.witness.entry(request, Action.USER_ENABLED, here.user)

        def work(session: Session) -> tuple[tuple[User, list[str]], Entry]:
            user = users.switch_on(session, users.with_id(session, user_id))
            return (user, []), entry.about(user.name, user.id)

        user, _ = await self._change(here, work)
        return ChangedUser(id=user.id, name=user.name)

    async def set_password(self, request: Request, user_id: str) -> ChangedUser:
        """Give somebody a new password; their sessions and connections end at once."""
        here = await self.doors.signed_in_admin(request)
        _refuse_self(here, user_id, "Change your own password where the current one is asked.")
        wanted = await read_json(request, SetPassword)
        made_up = None if wanted.password else users.new_password()
        password_hash, now = (
            await self.rooms.hasher.hash(wanted.password or made_up or ""),
            self.rooms.clock.now(),
        )
        entry = self.doors.witness.entry(request, Action.PASSWORD_SET, here.user)

        def work(session: Session) -> tuple[tuple[User, list[str]], Entry]:
            user = users.with_id(session, user_id)
            ended = users.set_password(session, user_id, password_hash, now)
            return (user, ended), entry.about(user.name, user.id, sessions=len(ended))

        user, ended = await self._change(here, work)
        return ChangedUser(id=user.id, name=user.name, password=made_up, ended_sessions=len(ended))

    async def _change(self, here: SignedIn, work: Any) -> tuple[User, list[str]]:
        try:
            return await self.doors.change(here, work, lambda done: self.doors.announce_ended(done[1]))
        except UnknownUser:
            raise Problem(404, "Not found", "There is no such user.", kind="unknown-user") from None
        except LastAdmin as refused:
            raise Problem(409, "The last admin", str(refused), kind="last-admin") from None


def refused_name(refused: AccountRefused) -> Problem:
    """Return the problem for a name that is taken or cannot be."""
    error = FieldError(pointer="#/name", detail=str(refused), code="name")
    return Problem(422, "Not acceptable", str(refused), kind="validation", errors=[error])


def _refuse_self(here: SignedIn, user_id: str, sentence: str) -> None:
    if user_id == here.user.id:
        raise Problem(409, "Not yourself", sentence, kind="not-yourself")


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of users."""
    doors = UserDoors(rooms)
    routes = APIRouter(prefix="/api/v1/users", tags=["users"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    refusals = problems(400, 401, 403, 404, 409, 413, 415, 422, 503)
    new, password = body_in_openapi(NewUser, JSON), body_in_openapi(SetPassword, JSON)
    add("", doors.everybody, methods=["GET"], responses=problems(401, 403, 422, 503))
    add("", doors.add, methods=["POST"], status_code=201, responses=refusals, openapi_extra=new)
    add("/{user_id}/disable", doors.disable, methods=["POST"], responses=refusals)
    add("/{user_id}/enable", doors.enable, methods=["POST"], responses=refusals)
    add(
        "/{user_id}/password",
        doors.set_password,
        methods=["POST"],
        responses=refusals,
        openapi_extra=password,
    )
    return routes
