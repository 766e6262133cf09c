"""What stands in front of the built pages: the way to sign in, safe headers, and what a browser may keep.

No page comes in here. Called by app.py.
"""

from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from tidings.api.cookie import SessionCookie

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
    """The pages of the app behind a doorman. The pages themselves hold nothing private."""

    def __init__(self, pages: Any, cookie: SessionCookie, content_policy: str) -> None:
        self._pages = pages
        self._cookie = cookie
        self._headers = (*HEADERS, (b"content-security-policy", content_policy.encode()))

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
        elif scope["path"] == FEED and not self._has_cookie(scope):
            await _to_sign_in(send)
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

    def _has_cookie(self, scope: MutableMapping[str, Any]) -> bool:
        """Spare those without a cookie the detour over an empty feed; the doors decide who is signed in."""
        sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
        try:
            return self._cookie.name in SimpleCookie(sent)
        except CookieError:
            return False


async def _to_sign_in(send: Any) -> None:
    headers = [
        (b"location", SIGN_IN.encode()),
        (b"cache-control", b"no-store"),
        (b"content-length", b"0"),
        *HEADERS,
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
