"""The opening of one WebSocket: asks the application whether it may be, as any ASGI server does, and answers.

No message may come in here, and no handshake is judged. Made by `PatientHttp`; gone as soon as the
application has answered and `LiveProtocol` has its guest.
"""

import asyncio
import email.utils
import logging
from http import HTTPStatus
from typing import Any

from tidings.wire.handshake import Headers
from tidings.wire.websocket import LiveProtocol

SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)

log = logging.getLogger("uvicorn.error")


class LeftMeanwhile(OSError):
    """Who wanted to come in is gone."""


class Opening:
    """One handshake on its way through the application. `accept` is what proves that it was understood."""

    __slots__ = ("_accept", "_app", "_default_headers", "_refusal", "_scope", "_wire")

    def __init__(
        self, wire: LiveProtocol, app: Any, scope: dict[str, Any], accept: bytes, default_headers: Headers
    ) -> None:
        scope["extensions"] = {"websocket.http.response": {}, "tidings.wire": wire}
        self._wire, self._app, self._scope, self._accept = wire, app, scope, accept
        self._default_headers = default_headers
        self._refusal: tuple[int, Headers, bytes] | None = None

    async def run(self) -> None:
        """Ask the application. Whom it leaves without an answer, or without a guest, is hung up on."""
        try:
            await self._app(self._scope, self._receive, self._send)
        except LeftMeanwhile:
            pass
        except Exception:
            log.exception("Exception in ASGI application\n")
            self._refuse(500, [], b"Internal Server Error")
        except asyncio.CancelledError:
            self._wire.hang_up()
            raise
        if self._wire.guest is None:
            self._wire.hang_up()

    async def _receive(self) -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def _send(self, message: Any) -> None:
        if self._wire.disconnected or self._wire.transport.is_closing():
            raise LeftMeanwhile
        match message["type"]:
            case "websocket.accept":
                self._answer(message.get("headers", ()))
            case "websocket.http.response.start":
                self._refusal = (message["status"], list(message.get("headers", ())), b"")
            case "websocket.http.response.body" if self._refusal is not None:
                status, headers, body = self._refusal
                self._refusal = (status, headers, body + message.get("body", b""))
                if not message.get("more_body", False):
                    self._refuse(*self._refusal)
            case "websocket.close":
                self._refuse(403, [], b"")
            case other:
                raise RuntimeError(f"'{other}' is no answer to a handshake; who is let in gets a guest.")

    def _answer(self, headers: Any) -> None:
        lines = [b"%b: %b\r\n" % header for header in (*self._default_headers, *headers)]
        self._wire.opened(b"".join((SWITCHING, self._accept, b"\r\n", *lines, b"\r\n")))

    def _refuse(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer in plain HTTP; nothing is upgraded (RFC 6455, 4.2.2)."""
        if not self._wire.is_open:
            said = {
                b"date": email.utils.formatdate(usegmt=True).encode(),
                b"connection": b"close",
                b"content-length": b"%d" % len(body),
                b"content-type": b"text/plain; charset=utf-8",
            } | dict(headers)
            lines = [b"%b: %b\r\n" % header for header in said.items()]
            first = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
            self._wire.transport.write(b"".join((first, *lines, b"\r\n", body)))
        self._wire.hang_up()
