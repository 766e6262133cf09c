"""The doors for whoever watches this server: alive, ready, and the numbers.

No rule may come in here. Called by app.py, which mounts the router.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text

from tidings.api.doors import Doors, PrivateRoute
from tidings.api.problems import Problem, problems
from tidings.api.rooms import Rooms
from tidings.database import DatabaseUnavailable

READY_WITHIN_S = 2.0
FORWARDED = {"forwarded", "x-forwarded-for", "x-real-ip", "via"}


def router(rooms: Rooms, metrics: Callable[[], bytes]) -> APIRouter:
    """Return the routes of health; `metrics` writes the Prometheus text."""
    doors = Doors(rooms)
    routes = APIRouter(tags=["health"], route_class=PrivateRoute)  # a cache would say what was true once

    async def alive() -> dict[str, str]:
        """Answer: the process and its event loop work."""
        return {"status": "alive"}

    async def ready() -> JSONResponse:
        """Answer 200 when the database does, and Redis where there is one; 503 with the reason if not."""
        try:
            looking = rooms.database.read(
                lambda session: session.connection().execute(text("SELECT 1")).all()
            )
            await asyncio.wait_for(looking, READY_WITHIN_S)
        except (DatabaseUnavailable, TimeoutError):
            return _not_ready("The database does not answer.")
        if rooms.redis_is_away():
            return _not_ready("Redis does not answer; everything else goes on without it.")
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
        if FORWARDED & set(request.headers.keys()):
            return False  # through a proxy on this machine the whole world looks like this machine
        return _is_this_machine(doors.address(request)) and _is_this_machine(_name(request))

    routes.add_api_route("/healthz", alive, methods=["GET"])
    routes.add_api_route(
        "/readyz", ready, methods=["GET"], responses={503: {"description": "not ready, and why"}}
    )
    for place, answer in (("/healthz", alive), ("/readyz", ready)):  # many a watchman asks for no body
        routes.add_api_route(place, answer, methods=["HEAD"], include_in_schema=False)
    routes.add_api_route(
        "/metrics", numbers, methods=["GET"], response_class=PlainTextResponse, responses=problems(401)
    )
    return routes


def _not_ready(reason: str) -> JSONResponse:
    return JSONResponse({"status": "not ready", "reason": reason}, 503)


def _name(request: Request) -> str:
    """Return the name that was asked for, without the port; anything may stand there."""
    host = request.headers.get("host", "")
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_this_machine(host: str) -> bool:
    """Tell whether an address, or the name that was asked for, is this machine and nothing else.

    The name counts because a page can make its own name point here (DNS rebinding) and then read what is
    answered.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
