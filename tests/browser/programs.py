"""A program that holds live connections of somebody, without a browser.

No page comes in here. Used where a browser would share what must be many.
"""

import json
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.browser.people import Person
from tests.running import TidingsServer


class Program:
    """Signed in as somebody, with as many connections as asked for."""

    def __init__(self, server: TidingsServer, person: Person) -> None:
        self._server = server
        self._stack = ExitStack()
        self._http = self._stack.enter_context(
            httpx.Client(base_url=server.url, headers={"Origin": server.url})
        )
        words = {"username": person.name, "password": person.password}
        self._http.post("/api/v1/session", json=words).raise_for_status()

    def connects(self) -> ClientConnection:
        """Open one more connection and return it once it is welcome."""
        token = self._http.post("/api/v1/session/token").raise_for_status().json()["token"]
        socket = self._stack.enter_context(connect(self._server.socket_url, origin=self._server.url))  # pyright: ignore[reportArgumentType]
        socket.send(json.dumps({"type": "auth", "token": token, "protocol": 1}))
        answer: dict[str, Any] = json.loads(socket.recv())
        assert answer["type"] == "auth_ok", answer
        return socket

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
