"""All HTTP doors as one ASGI application, and in front of it the fork between doors, socket and pages.

No rule may come in here. Called by the composition root.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI

from tidings import __version__
from tidings.api import (
    audit,
    groups,
    health,
    hooks,
    inbox,
    keys,
    live,
    preferences,
    publishing,
    sent,
    sessions,
    topics,
    users,
)
from tidings.api.docs import add_docs
from tidings.api.problems import install, nowhere
from tidings.api.publishing import Wicket
from tidings.api.rooms import Rooms
from tidings.api.sending import Sending

DOORS = ("/api", "/healthz", "/readyz", "/metrics")
REFLEX_SOCKET = "/_event"

AsgiApp = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def build_doors(rooms: Rooms, sending: Sending, metrics: Callable[[], bytes]) -> FastAPI:
    """Return the application with every HTTP route of ours. Its documentation loads nothing foreign."""
    app = FastAPI(
        title="Tidings",
        version=__version__,
        description="Publish notifications, read them, and manage who is signed in.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # it redirects to whatever host the request named
    )
    install(app)
    add_docs(app)
    app.include_router(sessions.router(rooms))
    app.include_router(publishing.router(sending))
    app.include_router(hooks.router(sending))
    app.include_router(sent.router(rooms))  # before the inbox, which takes any word as an id
    app.include_router(inbox.router(rooms))
    app.include_router(users.router(rooms))
    app.include_router(preferences.router(rooms))
    app.include_router(groups.router(rooms))
    app.include_router(topics.router(rooms))
    app.include_router(keys.router(rooms))
    app.include_router(audit.router(rooms))
    app.include_router(live.router(rooms))
    app.include_router(health.router(rooms, metrics))
    return app


class ShortWay:
    """Outside of every framework: lets the live socket and publishing programs past all of them.

    Reflex, its middleware and FastAPI ask a hundred questions of each request that these two never need.
    """

    def __init__(self, live: AsgiApp, publishing: Wicket, site: AsgiApp) -> None:
        self._live, self._publishing, self._site = live, publishing, site

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            way = self._publishing if self._publishing.suits(scope) else self._site
            # The frameworks' patterns end at a line break, and PostgreSQL cannot even be asked for a NUL.
            if "\n" in scope["path"] or "\0" in scope["path"]:
                way = nowhere().response()
        else:
            live = scope["type"] == "websocket" and not _under(scope["path"], REFLEX_SOCKET)
            way = self._live if live else self._site
        await way(scope, receive, send)


class Fork:
    """Inside of Reflex: sends what the short way left where it belongs, to our doors or to the pages."""

    def __init__(self, doors: AsgiApp, pages: AsgiApp) -> None:
        self._doors, self._pages = doors, pages

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        is_ours = scope["type"] == "http" and any(_under(scope["path"], door) for door in DOORS)
        await (self._doors if is_ours else self._pages)(scope, receive, send)


def _under(path: str, root: str) -> bool:
    return path == root or path.startswith(root + "/")
