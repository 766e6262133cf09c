"""The doors for whoever watches this server: alive, ready, and the numbers.

No rule may come in here. Called by app.py, which mounts the router.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from tidings.api.doors import Doors, Rooms
from tidings.api.problems import Problem
from tidings.database import DatabaseUnavailable

READY_WITHIN_S = 2.0


def router(rooms: Rooms, metrics: Callable[[], bytes]) -> APIRouter:
    """Return the routes of health; `metrics` writes the Prometheus text."""
    doors = Doors(rooms)
    routes = APIRouter(tags=["health"])

    async def alive() -> dict[str, str]:
        """Answer: the process and its event loop work."""
        return {"status": "alive"}

    async def ready() -> JSONResponse:
        """Answer 200 when the database does; 503 with the reason when it does not."""
        try:
            looking = rooms.database.read(
                lambda session: session.connection().execute(text("SELECT 1")).all()
            )
            await asyncio.wait_for(looking, READY_WITHIN_S)
        except (DatabaseUnavailable, TimeoutError):
            return JSONResponse({"status": "not ready", "reason": "The database does not answer."}, 503)
        return JSONResponse({"status": "ready"})

    async def numbers(request: Request) -> Response:
        """Return the metrics, to this machine or to whoever has the token."""
        if not _may_scrape(request):
            raise Problem(401, "Not let in", "Metrics are for this machine, or for the metrics token.")
        return Response(metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def _may_scrape(request: Request) -> bool:
        token = rooms.settings.metrics_token
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if token is not None and scheme.lower() == "bearer":
            return secrets.compare_digest(given.strip().encode(), token.get_secret_value().encode())
        address = doors.address(request)
        return address != "unknown" and ipaddress.ip_address(address).is_loopback

    routes.add_api_route("/healthz", alive, methods=["GET"])
    routes.add_api_route("/readyz", ready, methods=["GET"])
    routes.add_api_route("/metrics", numbers, methods=["GET"])
    return routes
