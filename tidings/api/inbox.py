"""The door for readers: one's own feed in pages, and single notifications with what became of them.

No SQL may come in here. Called by app.py, which mounts the router.
"""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from tidings.api.doors import Doors
from tidings.api.problems import Problem, problems
from tidings.api.rooms import Rooms
from tidings.api.sending import publisher_of
from tidings.notifications import findable, sent
from tidings.notifications.inbox import (
    LARGEST_PAGE,
    Question,
    View,
    find_item,
    page,
)
from tidings.notifications.items import Item, dump
from tidings.notifications.numbers import position_of
from tidings.notifications.overview import overview
from tidings.notifications.settled import read_settled
from tidings.notifications.timeline import timeline

LARGEST_SEQ = 2**53 - 1
Level = Literal["info", "success", "warning", "error"]
Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]


class InboxDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def feed(
        self,
        request: Request,
        view: View = "inbox",
        level: Level | None = None,
        category: Words | None = None,
        source: Words | None = None,
        search: Words | None = None,
        before: Annotated[int | None, Query(ge=0, le=LARGEST_SEQ)] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 30,
    ) -> Response:
        """Return a page of your notifications, newest first; `next` is the `before` of the page after it.

        `search` finds beginnings of words in title and body, whatever else is typed.
        """
        user_id = (await self.doors.signed_in(request)).user.id
        asked = Question(view, level, category, source, search, before=before, limit=limit)
        if asked.searches:
            await findable.catch_up(self.rooms.database)
        items, place = await read_settled(
            self.rooms.database,
            user_id,
            lambda session: (page(session, user_id, asked), position_of(session, user_id)),
        )
        following = items[-1]["seq"] if len(items) == limit else None
        return _private(
            {"items": items, "next": following, "unread": place.unread, "revision": place.revision}
        )

    async def overview(self, request: Request) -> Response:
        """Return what there is to choose from: how many are unread and snoozed, from which sources lately."""
        user_id = (await self.doors.signed_in(request)).user.id
        found = await read_settled(self.rooms.database, user_id, lambda session: overview(session, user_id))
        return _private(vars(found))

    async def one(self, request: Request, notification_id: str) -> Response:
        """Return one notification: to its owner as an item, to its sender with receipts."""
        if "authorization" in request.headers:
            return await self._sent(publisher_of(await self.doors.key_holder(request)).scope, notification_id)
        here = (await self.doors.signed_in(request)).user
        item = await read_settled(
            self.rooms.database, here.id, lambda session: find_item(session, here.id, notification_id)
        )
        if here.is_admin and (mine := await self._find_sent(publisher_of(here).scope, notification_id)):
            item = mine if item is None else item | {"receipts": mine["receipts"]}
        if item is None:
            raise _nothing()
        return _private(item)

    async def timeline(self, request: Request, notification_id: str) -> Response:
        """Return what one of your notifications said over time, newest first: from firing to resolved."""
        user_id = (await self.doors.signed_in(request)).user.id
        days = self.rooms.settings.retention_days
        since = self.rooms.clock.now() - timedelta(days=days) if days else None
        found = await read_settled(
            self.rooms.database, user_id, lambda session: timeline(session, user_id, notification_id, since)
        )
        if found is None:
            raise _nothing()
        return _private({"id": notification_id} | vars(found))

    async def _sent(self, scope: str, notification_id: str) -> Response:
        content = await self._find_sent(scope, notification_id)
        if content is None:
            raise _nothing()
        return _private(content)

    async def _find_sent(self, scope: str, notification_id: str) -> Item | None:
        return await self.rooms.database.read(lambda session: sent.find(session, notification_id, scope))


def _nothing() -> Problem:
    return Problem(404, "Not Found", "There is no such notification.", kind="no-such-notification")


def _private(answer: dict[str, Any]) -> Response:
    return Response(dump(answer), headers={"Cache-Control": "no-store"}, media_type="application/json")


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of reading."""
    doors = InboxDoors(rooms)
    routes = APIRouter(prefix="/api/v1/notifications", tags=["inbox"])
    routes.add_api_route("", doors.feed, methods=["GET"], responses=problems(401, 422, 503))
    routes.add_api_route("/overview", doors.overview, methods=["GET"], responses=problems(401, 503))
    routes.add_api_route("/{notification_id}", doors.one, methods=["GET"], responses=problems(401, 404, 503))
    routes.add_api_route(
        "/{notification_id}/timeline", doors.timeline, methods=["GET"], responses=problems(401, 404, 503)
    )
    return routes
