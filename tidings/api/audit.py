"""The door of the audit log, for admins: read it, page by page. There is no way to change it.

No SQL may come in here. Called by app.py, which mounts the router.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import problems
from tidings.api.rooms import Rooms
from tidings.api.session_views import Moment
from tidings.audit.log import LARGEST_PAGE, page
from tidings.audit.tables import AuditEntry

LARGEST_ID = 2**53 - 1
Subject = Literal["session", "password", "user", "group", "topic", "key", "limit", "connection", "database"]


class PublicEntry(BaseModel):
    """One thing that happened."""

    id: int
    at: Moment
    action: str
    actor_kind: str
    actor: str
    actor_id: str | None
    address: str
    target: str
    target_id: str | None
    details: dict[str, Any]


class EntryList(BaseModel):
    """Entries, the newest first; `next` is the `before` of the page after this one."""

    entries: list[PublicEntry]
    next: int | None


def router(rooms: Rooms) -> APIRouter:
    """Return the routes of the audit log."""
    doors = Doors(rooms)
    routes = APIRouter(prefix="/api/v1/audit", tags=["audit"], route_class=PrivateRoute)

    async def entries(
        request: Request,
        before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
        subject: Annotated[Subject | None, Query()] = None,
        search: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    ) -> EntryList:
        """Read the audit log."""
        await doors.signed_in_admin(request)
        rows = await rooms.database.read(
            lambda session: page(session, before=before, limit=limit, subject=subject, search=search)
        )
        following = rows[-1].id if len(rows) == limit else None
        return EntryList(entries=[_public(row) for row in rows], next=following)

    routes.add_api_route("", entries, methods=["GET"], responses=problems(401, 403, 422, 503))
    return routes


def _public(row: AuditEntry) -> PublicEntry:
    return PublicEntry.model_validate({**row.model_dump(), "details": row.details or {}})
