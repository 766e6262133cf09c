"""What stands in front of the built pages: the way to sign in, and what a browser may keep of them.

No page comes in here. Made by the house, served by the fork of app.py.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request

from tidings.api.doors import Doors
from tidings.api.problems import Problem
from tidings.database import DatabaseUnavailable

FEED, SIGN_IN = "/", "/login"
FOR_ADMINS = frozenset({"/users", "/groups", "/compose", "/keys", "/audit", "/live"})
PRIVATE = frozenset({FEED, "/preferences", "/sessions", "/topics", "/doctor"}) | FOR_ADMINS
FOR_EVER = b"public, max-age=31536000, immutable"  # built files carry a hash of their content in the name
ASK_FIRST = b"no-cache"


class Pages:
    """The pages of the app behind a doorman, who spares people detours. The pages hold nothing private."""

    def __init__(self, pages: Any, doors: Doors, content_policy: str) -> None:
        self._pages = pages
        self._doors = doors
        self._policy = (b"content-security-policy", content_policy.encode())

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._pages(scope, receive, send)
        place = scope["path"].rstrip("/") or FEED
        if place not in PRIVATE | {SIGN_IN} or scope["method"] not in ("GET", "HEAD"):
            return await self._serve(scope, receive, send)
        elsewhere, status = await self._judged(place, Request(scope))
        if elsewhere:
            return await _see(elsewhere, send)
        # The folder of that name would answer with a detour.
        inside = place if place == FEED else place + "/"
        scope = {**scope, "path": inside, "raw_path": inside.encode()}
        return await self._serve(scope, receive, send, status)

    async def _serve(
        self, scope: MutableMapping[str, Any], receive: Any, send: Any, status: int | None = None
    ) -> None:
        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ever = scope["path"].startswith("/assets/") and message["status"] == 200
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                kept = (b"cache-control", FOR_EVER if ever else ASK_FIRST)
                message = {**message, "headers": [*headers, self._policy, kept]}
                message["status"] = status or message["status"]
            await send(message)

        await self._pages(scope, receive, answer)

    async def _judged(self, place: str, request: Request) -> tuple[str | None, int | None]:
        """Return where somebody is better off, or with which status they see this page if not its own.

        Strangers go to the sign-in, people who are signed in past it; who is no admin reads a polite 403.
        """
        try:
            here = await self._doors.signed_in(request)
        except Problem:
            return (None if place == SIGN_IN else SIGN_IN), None
        except DatabaseUnavailable:
            return None, None  # the page says so better than a bare answer could
        if place == SIGN_IN:
            return FEED, None
        return None, 403 if place in FOR_ADMINS and not here.user.is_admin else None


async def _see(place: str, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]) -> None:
    headers = [(b"location", place.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
