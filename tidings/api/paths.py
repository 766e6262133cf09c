"""Addresses that name nothing, whatever route they would reach.

No route may come in here. Installed around all of them by problems.py.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


class PossiblePaths:
    """Answers `nothing` for a path with a NUL: no id has one, and PostgreSQL cannot even be asked for it."""

    def __init__(self, app: ASGIApp, nothing: ASGIApp) -> None:
        self.app, self.nothing = app, nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        impossible = scope["type"] == "http" and "\0" in scope["path"]
        await (self.nothing if impossible else self.app)(scope, receive, send)
