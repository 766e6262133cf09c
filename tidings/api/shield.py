"""The shield: what holds for every answer, whoever gave it: ours, the pages', the framework's.

No route may come in here. Wrapped around the whole site by the composition root, outside of every
framework, because Reflex adds headers of its own after ours.
"""

import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from tidings.journal import request_id

Scope = MutableMapping[str, Any]

log = logging.getLogger("tidings.api")
GIVEN_NAME = re.compile(rb"[A-Za-z0-9._~-]{8,64}")  # any other X-Request-Id is replaced

YEAR_S = 31_536_000
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "content-security-policy": NOTHING,
}


class Shield:
    """Names the request for the journal, and dresses the answer; what it already says is left as it is."""

    def __init__(self, app: Any, *, secure: bool) -> None:
        self._app = app
        hsts = {"strict-transport-security": f"max-age={YEAR_S}"} if secure else {}
        self._always = ALWAYS | hsts

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        name = _name(scope)
        before = request_id.set(name)
        try:
            await self._app(scope, receive, self._dressing(scope, send, name))
        finally:
            request_id.reset(before)

    def _dressing(self, scope: Scope, send: Any, name: str) -> Any:
        if scope["type"] == "websocket":
            return send  # its frames are many, and a refused handshake is nothing a page could show

        began = time.monotonic()

        async def answer(message: Scope) -> None:
            if message["type"] == "http.response.start":
                _tell(scope, message["status"], began)
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                self._dress(headers, scope)
                headers["x-request-id"] = name
                message = {**message, "headers": headers.raw}
            await send(message)

        return answer

    def _dress(self, headers: MutableHeaders, scope: Scope) -> None:
        for header, value in self._always.items():
            headers.setdefault(header, value)
        if "access-control-allow-origin" not in headers:
            _without_cors(headers)
        if "location" in headers:
            headers["location"] = _at_home(headers["location"], Headers(scope=scope).get("host", ""))


def _name(scope: Scope) -> str:
    """Return the name a request came with, so that it can be followed through a proxy, or a new one."""
    for header, value in scope["headers"]:
        if header == b"x-request-id" and GIVEN_NAME.fullmatch(value):
            return value.decode()
    return secrets.token_hex(6)


def _tell(scope: Scope, status: int, began: float) -> None:
    """Say what was asked and answered; never the query, which may hold what nobody should read."""
    if log.isEnabledFor(logging.DEBUG):
        facts = {"method": scope["method"], "path": ascii(scope["path"])[1:-1], "status": status}
        took_ms = round((time.monotonic() - began) * 1000, 1)
        log.debug("request answered", extra={"facts": {**facts, "took_ms": took_ms}})


def _without_cors(headers: MutableHeaders) -> None:
    """Take off what Reflex's middleware tells pages of other sites; without an origin it means nothing."""
    for header in [name for name in headers if name.startswith("access-control-")]:
        del headers[header]


def _at_home(location: str, host: str) -> str:
    """Return a redirect to our own host without the host: the visitor chose it, a cache may keep it."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "/"
    if not parts.netloc or parts.netloc != host:
        return location
    question = f"?{parts.query}" if parts.query else ""
    return "/" + parts.path.lstrip("/") + question  # two slashes would name another host
