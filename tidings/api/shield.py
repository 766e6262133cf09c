"""The shield: what holds for every answer, whoever gave it: ours, the pages', the framework's.

No route may come in here. Wrapped around the whole site by the composition root, outside of every
framework, because Reflex adds headers of its own after ours.
"""

import logging
import random
import re
import time
from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from tidings.journal import request_id

Scope = MutableMapping[str, Any]
Header = tuple[bytes, bytes]

log = logging.getLogger("tidings.api")
GIVEN_NAME = re.compile(rb"[A-Za-z0-9._~-]{8,64}")  # any other X-Request-Id is replaced

NAME, ALLOW_ORIGIN = b"x-request-id", b"access-control-allow-origin"
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
        self._always = [(name.encode(), value.encode()) for name, value in (ALWAYS | hsts).items()]

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        name = _name(scope)
        before = request_id.set(name)
        try:
            # The frames of a socket are many, and a refused handshake is nothing a page could show.
            is_socket = scope["type"] == "websocket"
            await self._app(scope, receive, send if is_socket else Answer(self._dressed, scope, send, name))
        finally:
            request_id.reset(before)

    def _dressed(self, headers: Iterable[Header], scope: Scope, name: str) -> list[Header]:
        """Return the headers of an answer with all that holds for every answer."""
        said = [header for header in headers if header[0] != NAME]
        names = {header[0] for header in said}
        if ALLOW_ORIGIN not in names:  # without it means nothing what Reflex tells pages of other sites
            said = [header for header in said if not header[0].startswith(b"access-control-")]
        if b"location" in names:
            host = Headers(scope=scope).get("host", "")
            said = [_at_home(header, host) for header in said]
        return [*said, *(header for header in self._always if header[0] not in names), (NAME, name.encode())]


class Answer:
    """An answer on its way out: dressed, told to the journal, in one piece where it can be."""

    __slots__ = ("_began", "_dressed", "_exchange", "_kept", "_name", "_scope", "_send")

    def __init__(self, dressed: Any, scope: Scope, send: Any, name: str) -> None:
        self._dressed, self._scope, self._send, self._name = dressed, scope, send, name
        self._exchange = scope.get("extensions", {}).get("tidings.exchange")
        self._kept: Scope | None = None  # the start of an answer whose body is about to come
        self._began = time.monotonic()

    async def __call__(self, message: Scope) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
            return
        start, self._kept = self._kept, None
        if start is not None:
            if _is_whole(message) and self._exchange.answer(
                start["status"], start["headers"], message.get("body", b"")
            ):
                return
            await self._send(start)
        await self._send(message)

    async def _start(self, message: Scope) -> None:
        _tell(self._scope, message["status"], self._began)
        headers = self._dressed(message.get("headers", ()), self._scope, self._name)
        message = {**message, "headers": headers}
        if self._exchange is not None and any(header[0] == b"content-length" for header in headers):
            self._kept = message
        else:
            await self._send(message)


def _is_whole(message: Scope) -> bool:
    return message["type"] == "http.response.body" and not message.get("more_body", False)


def _name(scope: Scope) -> str:
    """Return the name a request came with, so that it can be followed through a proxy, or a new one."""
    for header, value in scope["headers"]:
        if header == b"x-request-id" and GIVEN_NAME.fullmatch(value):
            return value.decode()
    return f"{random.getrandbits(48):012x}"  # no secret; asking the kernel lets go of Python's lock


def _tell(scope: Scope, status: int, began: float) -> None:
    """Say what was asked and answered; never the query, which may hold what nobody should read."""
    if log.isEnabledFor(logging.DEBUG):
        facts = {"method": scope["method"], "path": ascii(scope["path"])[1:-1], "status": status}
        took_ms = round((time.monotonic() - began) * 1000, 1)
        log.debug("request answered", extra={"facts": {**facts, "took_ms": took_ms}})


def _at_home(header: Header, host: str) -> Header:
    name, value = header
    return (
        (name, _without_host(value.decode("latin-1"), host).encode("latin-1"))
        if name == b"location"
        else header
    )


def _without_host(location: str, host: str) -> str:
    """Return a redirect to our own host without the host: the visitor chose it, a cache may keep it."""
    try:
        parts = urlsplit(location)
    except ValueError:
        return "/"
    if not parts.netloc or parts.netloc != host:
        return location
    question = f"?{parts.query}" if parts.query else ""
    return "/" + parts.path.lstrip("/") + question  # two slashes would name another host
