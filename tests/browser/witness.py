"""The witness: notes everything a browser does, and says at the end what no journey may ever show.

It never acts. Every browser of a journey has one (visitor.py); its complaints fail the test (conftest.py).
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

TRIGGERS = ("error", "warning")


@dataclass
class Wire:
    """One WebSocket as the page used it."""

    url: str
    sent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    received: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    is_open: bool = True

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of that type that went up."""
        return [message for message in self.sent if message.get("type") == kind]

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of that type that came down."""
        return [message for message in self.received if message.get("type") == kind]

    def close(self) -> None:
        """Note its end."""
        self.is_open = False


# The number in the tab icon changes offline, too, and Chromium looks for the plain one once more by itself.
ICON_OFFLINE = r"ERR_INTERNET_DISCONNECTED \(\S+/favicon\.(svg|ico)\)"


class Witness:
    """What one browser context asked for, said and complained about."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self._hosts = {urlsplit(own).netloc}
        self._expected: list[str] = []
        self.lines: list[str] = []
        self.complaints: list[str] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.wires: list[Wire] = []
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("page", self._on_page)
        for page in context.pages:
            self._on_page(page)

    def expects(self, pattern: str) -> None:
        """Name a console error that belongs to the story."""
        self._expected.append(pattern)

    def knows(self, host: str) -> None:
        """Name another host that belongs to us: the back end's port in development."""
        self._hosts.add(host)

    @property
    def story(self) -> list[str]:
        """The lines of the connection, without their beginning."""
        start = "[WebSocket] "
        return [line.removeprefix(start) for line in self.lines if line.startswith(start)]

    @property
    def open_wires(self) -> list[Wire]:
        """The sockets that are open at this moment."""
        return [wire for wire in self.wires if wire.is_open]

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of that type that went up on any socket."""
        return [message for wire in self.wires for message in wire.of_type(kind)]

    def verdict(self) -> list[str]:
        """Return what must not have happened."""
        return [
            *[f"page error: {text}" for text in self.errors],
            *[f"console error: {text}" for text in self.complaints if not self._is_expected(text)],
            *[f"foreign host: {url}" for url in self._urls() if self._is_foreign(url)],
            *[f"a token is in {place}" for place in self._leaks()],
        ]

    def _is_expected(self, text: str) -> bool:
        return any(re.search(pattern, text) for pattern in (*self._expected, ICON_OFFLINE))

    def _urls(self) -> list[str]:
        return [*self.requests, *[wire.url for wire in self.wires]]

    def _is_foreign(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc not in self._hosts

    def _leaks(self) -> list[str]:
        tokens = {message["token"] for message in self.sent("auth")}
        places = [*self._urls(), *self.lines, *self.complaints]
        return [place for place in places if any(token in place for token in tokens)]

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in TRIGGERS:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
        else:
            self.lines.append(message.text)

    def _on_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_socket)

    def _on_socket(self, socket: WebSocket) -> None:
        wire = Wire(socket.url)
        self.wires.append(wire)
        socket.on("framesent", lambda payload: _note(wire.sent, payload))
        socket.on("framereceived", lambda payload: _note(wire.received, payload))
        socket.on("close", lambda _: wire.close())


def _note(messages: list[dict[str, Any]], payload: str | bytes) -> None:
    """Keep our own messages; a compressed frame, or one of another protocol, is not for reading."""
    if isinstance(payload, str) and payload.startswith("{"):
        messages.append(json.loads(payload))
