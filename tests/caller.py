"""A browser's half in a few lines: signed in over HTTP, live over one socket, back with its cursor.

No assertion comes in here. Used where a test needs one live person and no page.
"""

import json
import ssl
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.running import ADMIN_PASSWORD


class Caller:
    """Somebody at `url`, which may be a proxy with a certificate of its own making."""

    def __init__(self, url: str, name: str = "admin", password: str = ADMIN_PASSWORD, **http: Any) -> None:
        self._open = ExitStack()
        self.url = url
        self.http = self._open.enter_context(
            httpx.Client(base_url=url, headers={"Origin": url}, verify=False, **http)
        )
        words = {"username": name, "password": password}
        self.http.post("/api/v1/session", json=words).raise_for_status()
        self.cursor: dict[str, Any] = {}
        self.socket: ClientConnection | None = None

    def connects(self) -> dict[str, Any]:
        """Open a connection, give the cursor, and return the answer."""
        token = self.http.post("/api/v1/session/token").raise_for_status().json()["token"]
        trusting = ssl._create_unverified_context() if self.url.startswith("https") else None
        address = "ws" + self.url.removeprefix("http") + "/ws"
        self.socket = self._open.enter_context(connect(address, origin=self.url, ssl=trusting))  # pyright: ignore[reportArgumentType]
        auth = {"type": "auth", "token": token, "protocol": 1}
        self.socket.send(json.dumps(auth | ({"cursor": self.cursor} if self.cursor else {})))
        answer = self.hears("auth_ok")
        self.cursor = answer["cursor"]
        return answer

    def hears(self, kind: str) -> dict[str, Any]:
        """Read until a message of this kind."""
        assert self.socket is not None
        while True:
            message: dict[str, Any] = json.loads(self.socket.recv(timeout=10))
            self.cursor = message.get("cursor", self.cursor)
            if message["type"] == kind:
                return message

    def hears_titles(self) -> list[str]:
        """Read what comes next in the inbox."""
        return [item["title"] for item in self.hears("notifications")["items"]]

    def close(self) -> None:
        """Hang up."""
        with suppress(ConnectionClosed, OSError):
            self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
