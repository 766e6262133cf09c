"""The door of API keys, for admins: which there are, make one, revoke one.

No secret is kept and no rule about names may come in here. Called by app.py, which mounts the router.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from tidings.accounts import keys
from tidings.accounts.keys import Reach
from tidings.accounts.refusals import (
    AccountRefused,
    NameRefused,
    NameTaken,
    ReachRefused,
    ScopeRefused,
    UnknownKey,
    UnknownUser,
)
from tidings.accounts.tables import ApiKey
from tidings.api.bodies import JSON, WITHOUT_NUL, Text, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import FieldError, Problem, problems
from tidings.api.rooms import Rooms
from tidings.api.session_views import Moment
from tidings.audit.log import Entry
from tidings.audit.tables import Action

Names = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100), WITHOUT_NUL]], Field(max_length=keys.MOST_NAMED)
]

# Which field of the body a refusal is about, so that a page can say it in the right place.
FIELDS: dict[type[AccountRefused], str] = {
    NameRefused: "#/name",
    NameTaken: "#/name",
    ScopeRefused: "#/scopes",
    UnknownUser: "#/recipients",
    ReachRefused: "#/topics",
}


class NewKey(BaseModel):
    """A key to be made. Without recipients and topics it may publish to everybody."""

    name: Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL]
    scopes: Annotated[list[Text], Field(max_length=10)] = [keys.PUBLISH]
    recipients: Names = []
    topics: Names = []


class PublicKey(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    recipients: list[str]
    topics: list[str]
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None


class MadeKey(PublicKey):
    """A key just made; `secret` is in this answer and nowhere else."""

    secret: str


class KeyList(BaseModel):
    """The keys, the newest first."""

    keys: list[PublicKey]


class KeyDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def listed(self, request: Request, revoked: Annotated[bool, Query()] = True) -> KeyList:
        """List the keys, revoked ones too unless `revoked=false`."""
        await self.doors.signed_in_admin(request)
        rows = await self.rooms.database.read(keys.everything)
        return KeyList(keys=[_public(row) for row in reversed(rows) if revoked or row.revoked_at is None])

    async def create(self, request: Request) -> MadeKey:
        """Make a key. Its secret is in this answer and nowhere else."""
        here = await self.doors.signed_in_admin(request)
        wanted, now = await read_json(request, NewKey), self.rooms.clock.now()
        reach = Reach(wanted.recipients, wanted.topics)
        entry = self.doors.witness.entry(request, Action.KEY_CREATED, here.user)

        def work(session: Session) -> tuple[tuple[ApiKey, str], Entry]:
            key, secret = keys.create(session, wanted.name, now, wanted.scopes, reach)
            named = {"recipients": key.recipients, "topics": key.topics}
            return (key, secret), entry.about(key.name, key.id, scopes=key.scopes, **named)

        try:
            key, secret = await self.doors.change(here, work)
        except AccountRefused as refused:
            raise _not_acceptable(refused) from None
        return MadeKey(**_public(key).model_dump(), secret=secret)

    async def revoke(self, request: Request, key_id: str) -> Response:
        """End a key at once; its name is free again."""
        here = await self.doors.signed_in_admin(request)
        now = self.rooms.clock.now()
        entry = self.doors.witness.entry(request, Action.KEY_REVOKED, here.user)

        def work(session: Session) -> tuple[ApiKey, Entry]:
            key = keys.revoke_by_id(session, key_id, now)
            return key, entry.about(key.name, key.id)

        try:
            await self.doors.change(here, work)
        except UnknownKey as unknown:
            raise Problem(404, "Not found", str(unknown), kind="unknown-key") from None
        return Response(status_code=204)


def _not_acceptable(refused: AccountRefused) -> Problem:
    field = FieldError(pointer=FIELDS.get(type(refused), "#"), detail=str(refused), code="key")
    return Problem(422, "Not acceptable", str(refused), kind="validation", errors=[field])


def _public(key: ApiKey) -> PublicKey:
    reach = keys.reach_of(key)
    return PublicKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=key.scopes.split(),
        recipients=list(reach.recipients),
        topics=list(reach.topics),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of keys."""
    doors = KeyDoors(rooms)
    routes = APIRouter(prefix="/api/v1/keys", tags=["keys"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    refusals = problems(400, 401, 403, 413, 415, 422, 503)
    new = body_in_openapi(NewKey, JSON)
    add("", doors.listed, methods=["GET"], responses=problems(401, 403, 422, 503))
    add("", doors.create, methods=["POST"], status_code=201, responses=refusals, openapi_extra=new)
    add(
        "/{key_id}", doors.revoke, methods=["DELETE"], status_code=204, responses=problems(401, 403, 404, 503)
    )
    return routes
