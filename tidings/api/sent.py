"""The door to what one has sent: the newest first, with receipts. For keys, and for admins about their own.

No SQL may come in here. Called by app.py, which mounts the router.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tidings.api.doors import Doors
from tidings.api.problems import problems
from tidings.api.rooms import Rooms
from tidings.api.sending import publisher_of
from tidings.notifications import sent
from tidings.notifications.items import dump

LARGEST_PAGE = 100


class SentDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def listed(
        self,
        request: Request,
        before: Annotated[str | None, Query(max_length=36, pattern=r"^[0-9a-f-]*$")] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
    ) -> Response:
        """Return what you sent, the newest first; `next` is the `before` of the page after it."""
        scope = publisher_of(await self.doors.sender(request)).scope
        items = await self.rooms.database.read(
            lambda session: sent.page(session, scope, before=before, limit=limit)
        )
        following = items[-1]["version"] if len(items) == limit else None
        answer = dump({"items": items, "next": following})
        return Response(answer, headers={"Cache-Control": "no-store"}, media_type="application/json")


def router(rooms: Rooms) -> APIRouter:
    """Return the route of what was sent."""
    routes = APIRouter(prefix="/api/v1/notifications", tags=["publish"])
    routes.add_api_route(
        "/sent", SentDoors(rooms).listed, methods=["GET"], responses=problems(401, 403, 422, 503)
    )
    return routes
