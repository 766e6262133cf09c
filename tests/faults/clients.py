"""The two ends of a storm: senders who retry until they are answered, listeners who always come back.

No judgement may come in here: listeners pass what they hear to their `View`. Called by storm.py.
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.faults.history import Publications, View, title_of

COME_BACK_S = 0.15
TOKEN_LASTS_S = 200.0


class Sender:
    """Publishes with idempotency keys, again and again until it is answered."""

    def __init__(self, http: httpx.AsyncClient, key: str, publications: Publications) -> None:
        self._http, self._key, self._publications = http, key, publications
        self.retries = 0
        self.refused = 0
        self.bounced = 0
        self.lost: list[str] = []
        self.refusals: list[str] = []
        self.doubled: list[int] = []
        self.slowest_refusal_s = 0.0
        self.slowest_answer_s = 0.0
        self.answered_at: dict[int, float] = {}

    async def publish(self, to: list[str] | str, recipients: frozenset[str], **fields: Any) -> int:
        """Publish to these people and return the tag, acknowledged."""
        tag = self._publications.attempt(recipients)
        body = orjson.dumps({"to": to, "title": title_of(tag)} | fields)
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": f"storm-{tag}"}
        began = time.monotonic()
        while (answer := await self._try(body, headers)) is None:
            self.retries += 1
            await asyncio.sleep(0.05 + random.random() * 0.1)
        self.answered_at[tag] = time.monotonic()
        self.slowest_answer_s = max(self.slowest_answer_s, self.answered_at[tag] - began)
        if not self._publications.acknowledge(tag, answer["id"]):
            self.doubled.append(tag)
        return tag

    async def _try(self, body: bytes, headers: dict[str, str]) -> dict[str, Any] | None:
        began = time.monotonic()
        try:
            answer = await self._http.post("/api/v1/notifications", content=body, headers=headers)
        except httpx.TransportError as lost:
            self.lost.append(f"{lost!r} after {time.monotonic() - began:.1f} s")
            return None
        if answer.status_code in (502, 504):  # a proxy's: whoever should have answered was restarting
            self.bounced += 1
            return None
        if answer.status_code == 503:
            assert "retry-after" in answer.headers
            self.refused += 1
            self.refusals.append(f"{answer.json()['detail']} after {time.monotonic() - began:.1f} s")
            self.slowest_refusal_s = max(self.slowest_refusal_s, time.monotonic() - began)
            return None
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return orjson.loads(answer.content)


class Listener:
    """One person's browser: it comes back with its cursor whenever it is thrown out, and marks a little."""

    def __init__(self, view: View, http: httpx.AsyncClient, address: Callable[[], str], name: str) -> None:
        self.view, self.name = view, name
        self.http, self.address = http, address
        self._token, self._token_at = "", -TOKEN_LASTS_S
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._operations: dict[str, dict[str, Any]] = {}
        self._marked = 0
        self.connections = 0
        self.endings: list[int] = []
        self.told_to_wait_ms: list[int] = []
        self.arrived_at: dict[int, float] = {}
        self.keep_times = False
        self.live = asyncio.Event()

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Go away, as a closed laptop does; `start` again comes back with the same cursor."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            if not self._task.cancelled() and (failure := self._task.exception()):
                raise failure
        self.live.clear()

    async def mark_read(self, tag: int) -> None:
        """Mark an item read; sent again after each loss until it is acknowledged."""
        self._marked += 1
        operation = f"{self.name}-{self._marked}"
        ids = [self.view.publications.ids[tag]]
        self._operations[operation] = {"type": "mark", "id": operation, "as": "read", "items": ids}
        if self.live.is_set():
            await self._send(self._operations[operation])

    @property
    def quiet(self) -> bool:
        """Whether everything it asked for is acknowledged and it is connected."""
        return self.live.is_set() and not self._operations

    def failed(self) -> BaseException | None:
        """Return what ended the listening, if anything did."""
        done = self._task is not None and self._task.done() and not self._task.cancelled()
        return self._task.exception() if done and self._task else None

    async def _listen(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, InvalidHandshake, httpx.TransportError, TimeoutError):
                await self._connect_once()
            self.live.clear()
            await asyncio.sleep(COME_BACK_S * random.random())

    async def _connect_once(self) -> None:
        token = await self.fresh_token()
        options: dict[str, Any] = {
            "proxy": None,
            "compression": None,
            "max_size": None,
            "ping_interval": None,
        }
        async with connect(self.address(), open_timeout=10, close_timeout=0.5, **options) as socket:
            self._socket = socket
            self.connections += 1
            auth = {"type": "auth", "token": token, "protocol": 1, "cursor": self.view.cursor}
            await self._send({name: value for name, value in auth.items() if value is not None})
            async for frame in socket:
                await self._hear(orjson.loads(frame))

    async def _hear(self, message: dict[str, Any]) -> None:
        self.view.hear(message)
        kind = message["type"]
        if kind == "auth_ok":
            self.live.set()
            for operation in list(self._operations.values()):
                await self._send(operation)
        elif kind == "ping":
            await self._send({"type": "pong", "t": message["t"]})
        elif kind == "ack":
            self._operations.pop(message["ref"], None)
        elif kind == "closing":
            self.endings.append(message["code"])
            if "retry_after_ms" in message:
                self.told_to_wait_ms.append(message["retry_after_ms"])
            if message["code"] in (4401, 4411):
                self._token_at = -TOKEN_LASTS_S
        elif kind == "notifications" and self.keep_times:
            now = time.monotonic()
            for item in message["items"]:
                self.arrived_at.setdefault(self.view.tags[item["id"]], now)

    async def _send(self, message: dict[str, Any]) -> None:
        if self._socket is not None:
            with suppress(WebSocketException):
                await self._socket.send(orjson.dumps(message).decode())

    async def fresh_token(self) -> str:
        """Return a token that opens the socket, the last one while it lasts."""
        if time.monotonic() - self._token_at > TOKEN_LASTS_S:
            answer = await self.http.post("/api/v1/session/token", timeout=10)
            if answer.status_code != 200:
                raise TimeoutError  # the database is away: come back later
            self._token, self._token_at = answer.json()["token"], time.monotonic()
        return self._token
