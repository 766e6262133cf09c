"""The door of preferences: what the reader has chosen, and choosing.

No SQL may come in here. Called by app.py, which mounts the router.
"""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session

from tidings.api.bodies import JSON, body_in_openapi, read_json
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import problems
from tidings.api.rooms import Rooms
from tidings.notifications import marks
from tidings.notifications.marks import Marked
from tidings.preferences import keeping
from tidings.preferences.choices import Choices, understood


class PreferenceDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)

    async def chosen(self, request: Request) -> Choices:
        """Return what you have chosen, filled up with what holds for everybody."""
        user_id = (await self.doors.signed_in(request)).user.id
        kept = await self.rooms.database.read(lambda session: keeping.kept(session, user_id))
        return Choices() if kept is None else understood(kept.chosen)

    async def choose(self, request: Request) -> Choices:
        """Choose everything anew, in all your tabs.

        What is left out is as for somebody who never chose.
        """
        here = await self.doors.signed_in(request)
        choices = await read_json(request, Choices)
        user_id, document = here.user.id, choices.model_dump()

        def work(session: Session) -> tuple[Marked, None]:
            marked = marks.stir(session, user_id)
            keeping.keep(session, user_id, document, marked.revision)
            return marked, None

        await self.doors.change(here, work, self.rooms.stirred)
        return choices


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of preferences."""
    doors = PreferenceDoors(rooms)
    routes = APIRouter(prefix="/api/v1/preferences", tags=["preferences"], route_class=PrivateRoute)
    add: Any = routes.add_api_route
    add("", doors.chosen, methods=["GET"], responses=problems(401, 503))
    body = body_in_openapi(Choices, JSON)
    refusals = problems(400, 401, 403, 413, 415, 422, 503)
    add("", doors.choose, methods=["PUT"], responses=refusals, openapi_extra=body)
    return routes
