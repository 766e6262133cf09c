"""The door of topics: what one can follow, follow it or not; for admins, who does, and adding people.

No SQL may come in here. Called by app.py, which mounts the router.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from tidings.accounts import roster, users
from tidings.api.bodies import JSON, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.group_views import (
    Added,
    After,
    Limit,
    MemberList,
    Names,
    PublicTopic,
    TopicList,
    member_list,
)
from tidings.api.groups import MOST_TOLD, refusing
from tidings.api.problems import problems
from tidings.api.rooms import Rooms
from tidings.audit.log import Entry
from tidings.audit.tables import Action
from tidings.notifications import topics
from tidings.notifications.drafts import Name

# What a sender may write as a topic: one printable line. It may have slashes in it.
Topic = Annotated[Name, Path(max_length=100)]


class TopicDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def listed(
        self, request: Request, after: After = "", limit: Limit = 50, search: After = ""
    ) -> TopicList:
        """List topics by name, with how many follow each, and whether you do."""
        user_id = (await self.doors.signed_in(request)).user.id
        rows = await self.rooms.database.read(
            lambda session: topics.page(session, user_id, after=after, limit=limit, search=search)
        )
        following = rows[-1].topic if len(rows) == limit else None
        return TopicList(topics=[PublicTopic(**vars(row)) for row in rows], next=following)

    async def follow(self, request: Request, topic: Topic) -> Response:
        """Follow a topic; whoever follows it already goes on."""
        here = await self.doors.signed_in(request)
        await self.doors.change(here, lambda session: (topics.follow(session, topic, [here.user.id]), None))
        return Response(status_code=204)

    async def unfollow(self, request: Request, topic: Topic) -> Response:
        """Follow a topic no more."""
        here = await self.doors.signed_in(request)
        await self.doors.change(here, lambda session: (topics.unfollow(session, topic, here.user.id), None))
        return Response(status_code=204)

    async def followers(
        self, request: Request, topic: Topic, after: After = "", limit: Limit = 50, search: After = ""
    ) -> MemberList:
        """List who follows a topic, by name."""
        await self.doors.signed_in_admin(request)
        ids = topics.followers_of(topic)
        people = await self.rooms.database.read(
            lambda session: roster.among(session, ids, after=after, limit=limit, search=search)
        )
        return member_list(people, limit)

    async def add(self, request: Request, topic: Topic) -> Added:
        """Let people follow a topic; they can leave it by themselves."""
        here = await self.doors.signed_in_admin(request)
        wanted = await read_json(request, Names)
        entry = self.doors.witness.entry(request, Action.TOPIC_JOINED, here.user)

        def work(session: Session) -> tuple[Added, Entry | None]:
            people = {user.id: user.name for user in (users.named(session, name) for name in wanted.names)}
            added = [people[user_id] for user_id in topics.follow(session, topic, people)]
            told = entry.about(topic, names=added[:MOST_TOLD], count=len(added))
            return Added(added=added), told if added else None

        with refusing(UnknownUser="#/names"):
            return await self.doors.change(here, work)

    async def remove(self, request: Request, topic: Topic, user_id: str) -> Response:
        """Let somebody follow a topic no more."""
        here = await self.doors.signed_in_admin(request)
        entry = self.doors.witness.entry(request, Action.TOPIC_LEFT, here.user)

        def work(session: Session) -> tuple[None, Entry | None]:
            user = users.with_id(session, user_id)
            told = entry.about(topic, names=[user.name], count=1)
            return None, told if topics.unfollow(session, topic, user.id) else None

        with refusing():
            await self.doors.change(here, work)
        return Response(status_code=204)


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of topics."""
    doors = TopicDoors(rooms)
    routes = APIRouter(prefix="/api/v1/topics", tags=["topics"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    own, looking = problems(401, 403, 422, 503), problems(401, 403, 404, 422, 503)
    changing = problems(400, 401, 403, 404, 413, 415, 422, 503)
    add("", doors.listed, methods=["GET"], responses=own)
    add("/{topic:path}/follow", doors.follow, methods=["PUT"], status_code=204, responses=looking)
    add("/{topic:path}/follow", doors.unfollow, methods=["DELETE"], status_code=204, responses=looking)
    add("/{topic:path}/followers", doors.followers, methods=["GET"], responses=looking)
    add(
        "/{topic:path}/followers",
        doors.add,
        methods=["POST"],
        responses=changing,
        openapi_extra=body_in_openapi(Names, JSON),
    )
    add(
        "/{topic:path}/followers/{user_id}",
        doors.remove,
        methods=["DELETE"],
        status_code=204,
        responses=looking,
    )
    return routes
