"""The door of groups, for admins: which there are, who is in them, and every change to that.

No rule about groups may come in here. Called by app.py, which mounts the router.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from tidings.accounts import groups, roster, users
from tidings.accounts.groups import Counted
from tidings.accounts.refusals import AccountRefused, UnknownGroup, UnknownUser
from tidings.accounts.sessions import SignedIn
from tidings.api.bodies import JSON, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.group_views import (
    Added,
    After,
    GroupList,
    Limit,
    MemberList,
    Names,
    NewGroup,
    PublicGroup,
    RenamedGroup,
    member_list,
    public,
)
from tidings.api.problems import FieldError, Problem, problems
from tidings.api.rooms import Rooms
from tidings.audit.log import Entry
from tidings.audit.tables import Action

T = TypeVar("T")
MOST_TOLD = 20  # names in one entry of the audit log


class GroupDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def listed(
        self, request: Request, after: After = "", limit: Limit = 50, search: After = ""
    ) -> GroupList:
        """List groups by name."""
        await self.doors.signed_in_admin(request)
        rows = await self.rooms.database.read(
            lambda session: groups.page(session, after=after, limit=limit, search=search)
        )
        following = rows[-1].group.name if len(rows) == limit else None
        return GroupList(groups=[public(row) for row in rows], next=following)

    async def create(self, request: Request) -> PublicGroup:
        """Make a group of the people with these names."""
        here = await self.doors.signed_in_admin(request)
        wanted, now = await read_json(request, NewGroup), self.rooms.clock.now()
        entry = self.doors.witness.entry(request, Action.GROUP_ADDED, here.user)

        def work(session: Session) -> tuple[Counted, Entry]:
            row = groups.counted(session, groups.create(session, wanted.name, now, wanted.members))
            return row, entry.about(row.group.name, row.group.id, members=row.members)

        return public(await self._change(here, work, UnknownUser="#/members"))

    async def one(self, request: Request, group_id: str) -> PublicGroup:
        """Return one group."""
        await self.doors.signed_in_admin(request)

        def look(session: Session) -> Counted:
            return groups.counted(session, groups.with_id(session, group_id))

        return public(await self._look(look))

    async def rename(self, request: Request, group_id: str) -> PublicGroup:
        """Call a group something else."""
        here = await self.doors.signed_in_admin(request)
        wanted = await read_json(request, RenamedGroup)
        entry = self.doors.witness.entry(request, Action.GROUP_RENAMED, here.user)

        def work(session: Session) -> tuple[Counted, Entry]:
            group = groups.with_id(session, group_id)
            before = group.name
            groups.rename(session, group, wanted.name)
            return groups.counted(session, group), entry.about(group.name, group.id, before=before)

        return public(await self._change(here, work))

    async def remove(self, request: Request, group_id: str) -> Response:
        """Remove a group; its people, and what they received, stay."""
        here = await self.doors.signed_in_admin(request)
        entry = self.doors.witness.entry(request, Action.GROUP_REMOVED, here.user)

        def work(session: Session) -> tuple[None, Entry]:
            group = groups.with_id(session, group_id)
            entry_of = entry.about(group.name, group.id)
            groups.remove(session, group)
            return None, entry_of

        await self._change(here, work)
        return Response(status_code=204)

    async def members(
        self, request: Request, group_id: str, after: After = "", limit: Limit = 50, search: After = ""
    ) -> MemberList:
        """List the people in a group by name."""
        await self.doors.signed_in_admin(request)

        def look(session: Session) -> Any:
            ids = groups.members(groups.with_id(session, group_id))
            return roster.among(session, ids, after=after, limit=limit, search=search)

        return member_list(await self._look(look), limit)

    async def join(self, request: Request, group_id: str) -> Added:
        """Add people to a group; who is in it already stays."""
        here = await self.doors.signed_in_admin(request)
        wanted = await read_json(request, Names)
        entry = self.doors.witness.entry(request, Action.GROUP_JOINED, here.user)

        def work(session: Session) -> tuple[Added, Entry | None]:
            group = groups.with_id(session, group_id)
            added = [user.name for user in groups.join(session, group, wanted.names)]
            told = entry.about(group.name, group.id, names=added[:MOST_TOLD], count=len(added))
            return Added(added=added), told if added else None

        return await self._change(here, work, UnknownUser="#/names")

    async def leave(self, request: Request, group_id: str, user_id: str) -> Response:
        """Take somebody out of a group."""
        here = await self.doors.signed_in_admin(request)
        entry = self.doors.witness.entry(request, Action.GROUP_LEFT, here.user)

        def work(session: Session) -> tuple[None, Entry | None]:
            group, user = groups.with_id(session, group_id), users.with_id(session, user_id)
            told = entry.about(group.name, group.id, names=[user.name], count=1)
            return None, told if groups.leave(session, group, user.id) else None

        await self._change(here, work)
        return Response(status_code=204)

    async def _look(self, look: Callable[[Session], T]) -> T:
        with refusing():
            return await self.rooms.database.read(look)

    async def _change(
        self, here: SignedIn, work: Callable[[Session], tuple[T, Entry | None]], **fields: str
    ) -> T:
        with refusing(**fields):
            return await self.doors.change(here, work)


@contextmanager
def refusing(**fields: str) -> Generator[None]:
    """Tell what accounts refuse: 404 for what is not there, 422 with the field for what cannot be.

    Args:
        fields: for the name of a refusal, the field of the body it is about; else what is missing is in the
            address.
    """
    try:
        yield
    except AccountRefused as refused:
        kind, field = type(refused), fields.get(type(refused).__name__)
        if field is None and kind in MISSING:
            raise Problem(404, "Not found", str(refused), kind=MISSING[kind]) from None
        error = FieldError(pointer=field or "#/name", detail=str(refused), code="name")
        raise Problem(422, "Not acceptable", str(refused), kind="validation", errors=[error]) from None


MISSING: dict[type[AccountRefused], str] = {UnknownGroup: "unknown-group", UnknownUser: "unknown-user"}


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of groups."""
    doors = GroupDoors(rooms)
    routes = APIRouter(prefix="/api/v1/groups", tags=["groups"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    looking, changing = problems(401, 403, 404, 422, 503), problems(400, 401, 403, 404, 413, 415, 422, 503)
    new, renamed, names = (body_in_openapi(model, JSON) for model in (NewGroup, RenamedGroup, Names))
    add("", doors.listed, methods=["GET"], responses=looking)
    add("", doors.create, methods=["POST"], status_code=201, responses=changing, openapi_extra=new)
    add("/{group_id}", doors.one, methods=["GET"], responses=looking)
    add("/{group_id}", doors.rename, methods=["PATCH"], responses=changing, openapi_extra=renamed)
    add("/{group_id}", doors.remove, methods=["DELETE"], status_code=204, responses=looking)
    add("/{group_id}/members", doors.members, methods=["GET"], responses=looking)
    add("/{group_id}/members", doors.join, methods=["POST"], responses=changing, openapi_extra=names)
    add(
        "/{group_id}/members/{user_id}",
        doors.leave,
        methods=["DELETE"],
        status_code=204,
        responses=looking,
    )
    return routes
