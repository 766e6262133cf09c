"""What stands in front of the built pages: the way to sign in, and what a browser may keep of them.

No page comes in here. Made by the house, served by the fork of app.py.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
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
POLICY = b"content-security-policy"
HTML = b"text/html"  # also of an answer that does not say what it is

Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Judgement:
    """What to do with a request for a page: send it `elsewhere`, or answer it.

    `status` is the answer's if it is not the page's own, `reader` who is signed in.
    """

    elsewhere: str | None = None
    status: int | None = None
    reader: str | None = None


UNJUDGED = Judgement()


class Pages:
    """The pages of the app behind a doorman, who spares people detours. The pages hold nothing private."""

    def __init__(self, pages: Any, doors: Doors, page_policy: str, file_policy: str) -> None:
        self._pages = pages
        self._doors = doors
        self._page_policy = (POLICY, page_policy.encode())
        self._file_policy = (POLICY, file_policy.encode())

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._pages(scope, receive, send)
        place = scope["path"].rstrip("/") or FEED
        if place not in PRIVATE | {SIGN_IN} or scope["method"] not in ("GET", "HEAD"):
            return await self._serve(scope, receive, send)
        judged = await self._judged(place, Request(scope))
        if judged.elsewhere:
            return await _see(judged.elsewhere, send)
        # The folder of that name would answer with a detour.
        inside = place if place == FEED else place + "/"
        scope = {**scope, "path": inside, "raw_path": inside.encode()}
        return await self._serve(scope, receive, send, judged)

    async def _serve(
        self, scope: MutableMapping[str, Any], receive: Any, send: Any, judged: Judgement = UNJUDGED
    ) -> None:
        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ever = scope["path"].startswith("/assets/") and message["status"] == 200
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                kept = (b"cache-control", FOR_EVER if ever else ASK_FIRST)
                policy = self._policy_for(message["headers"])
                message = {**message, "headers": [*headers, policy, kept, *_named(judged.reader)]}
                message["status"] = judged.status or message["status"]
            await send(message)

        await self._pages(scope, receive, answer)

    def _policy_for(self, headers: Headers) -> tuple[bytes, bytes]:
        kind = next((value for name, value in headers if name.lower() == b"content-type"), HTML)
        return self._page_policy if kind.startswith(HTML) else self._file_policy

    async def _judged(self, place: str, request: Request) -> Judgement:
        """Judge who may see the page.

        Strangers go to the sign-in, people who are signed in past it; who is no admin reads a polite 403.
        """
        try:
            here = await self._doors.signed_in(request)
        except Problem:
            return UNJUDGED if place == SIGN_IN else Judgement(elsewhere=SIGN_IN)
        except DatabaseUnavailable:
            return UNJUDGED  # the page says so better than a bare answer could
        if place == SIGN_IN:
            return Judgement(elsewhere=FEED)
        status = 403 if place in FOR_ADMINS and not here.user.is_admin else None
        return Judgement(status=status, reader=here.user.id)


def _named(reader: str | None) -> list[tuple[bytes, bytes]]:
    """Tell the page who looks, in the one header of its own that a page can read (assets/live/memory.js).

    With it the page shows what the browser kept of that person, and of nobody else, before anything is asked.
    """
    return [] if reader is None else [(b"server-timing", f'reader;desc="{reader}"'.encode())]


async def _see(place: str, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]) -> None:
    headers = [(b"location", place.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
