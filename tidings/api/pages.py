"""What stands in front of the built pages: the way to sign in, safe headers, and what a browser may keep.

No page comes in here. Called by app.py.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request

from tidings.api.doors import Doors
from tidings.api.problems import Problem
from tidings.database import DatabaseUnavailable

FEED, SIGN_IN = "/", "/login"
FOR_EVER = b"public, max-age=31536000, immutable"  # built files carry a hash of their content in the name
ASK_FIRST = b"no-cache"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Pages:
    """The pages of the app behind a doorman, who spares people detours. The pages hold nothing private."""

    def __init__(self, pages: Any, doors: Doors, content_policy: str) -> None:
        self._pages = pages
        self._doors = doors
        self._headers = (*HEADERS, (b"content-security-policy", content_policy.encode()))

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
        elif elsewhere := await self._better_place(scope):
            await _see(elsewhere, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        path = scope["path"]
        if path == SIGN_IN:  # the folder of that name would answer with a detour
            scope = {**scope, "path": path + "/", "raw_path": path.encode() + b"/"}

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = FOR_EVER if path.startswith("/assets/") and message["status"] == 200 else ASK_FIRST
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                message = {**message, "headers": [*headers, *self._headers, (b"cache-control", kept)]}
            await send(message)

        await self._pages(scope, receive, answer)

    async def _better_place(self, scope: MutableMapping[str, Any]) -> str | None:
        """Send strangers from the feed to the sign-in, and people who are signed in the other way."""
        if scope["path"] not in (FEED, SIGN_IN) or scope["method"] not in ("GET", "HEAD"):
            return None
        try:
            await self._doors.signed_in(Request(scope))
        except Problem:
            return SIGN_IN if scope["path"] == FEED else None
        except DatabaseUnavailable:
            return None  # the page says so better than a bare answer could
        return FEED if scope["path"] == SIGN_IN else None


async def _see(place: str, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]) -> None:
    headers = [(b"location", place.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": [*headers, *HEADERS]})
    await send({"type": "http.response.body", "body": b""})
