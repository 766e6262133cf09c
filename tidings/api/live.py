"""The doors of the operator's page, for admins: everything at once, and the end of a connection.

What happens second by second travels over the socket, never through here. Called by app.py.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from sqlmodel import Session

from tidings.accounts import sessions
from tidings.accounts.sessions import EndReason
from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import Problem, problems
from tidings.api.rooms import LiveConnection, Rooms
from tidings.audit.log import Entry
from tidings.audit.tables import Action


class ConnectionEnded(BaseModel):
    """The connection is being closed; `sessions` were ended with it."""

    id: str
    sessions: list[str]


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of the overview."""
    doors = Doors(rooms)
    routes = APIRouter(prefix="/api/v1/live", tags=["live"], route_class=PrivateRoute)

    async def overview(request: Request, search: Annotated[str, Query(max_length=64)] = "") -> dict[str, Any]:
        """See what is known here of all workers at this moment; the others tell more once somebody looks."""
        await doors.signed_in_admin(request)
        return await rooms.live.snapshot(search)

    async def end(
        request: Request,
        connection: Annotated[str, Path(max_length=64)],
        sign_out: Annotated[bool, Query(description="end its session as well, or it comes back")] = False,
        user: Annotated[str, Query(max_length=64, description="whose it is, if another worker has it")] = "",
    ) -> ConnectionEnded:
        """End somebody's connection."""
        here = await doors.signed_in_admin(request)
        found = await rooms.live.find(connection, user)
        if found is None:
            raise _out_of_reach() if user and rooms.redis_is_away() else _gone()
        entry = doors.witness.entry(request, Action.CONNECTION_CUT, here.user).about(
            found.user, found.user_id, address=found.address, signed_out=sign_out
        )
        now = rooms.clock.now()

        def work(session: Session) -> tuple[list[str], Entry]:
            over = _sign_out(session, found) if sign_out else []
            return over, entry

        def _sign_out(session: Session, one: LiveConnection) -> list[str]:
            return sessions.end(session, one.user_id, one.session_id, now, EndReason.SIGNED_OUT_ELSEWHERE)

        ended = await doors.change(here, work, doors.announce_ended)
        if not ended:
            rooms.live.cut(found)
        return ConnectionEnded(id=connection, sessions=ended)

    routes.add_api_route("", overview, methods=["GET"], responses=problems(401, 403, 422, 503))
    routes.add_api_route(
        "/{connection}", end, methods=["DELETE"], responses=problems(401, 403, 404, 422, 503)
    )
    return routes


def _gone() -> Problem:
    detail = "This connection has ended already, or another worker has it and you did not say whose it is."
    return Problem(404, "Nothing here", detail, kind="no-connection")


def _out_of_reach() -> Problem:
    detail = "It is not at this worker, and the others cannot be reached while Redis does not answer."
    return Problem(503, "Out of reach", detail, kind="redis-away")
