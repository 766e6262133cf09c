"""A storm: one real server, people who listen, senders, and the judgement at the end.

No assertion may come in here. Called by the fault tests and by the soak.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import httpx
import psycopg

from tests.faults.chaos import ChaosProxy
from tests.faults.clients import Listener, Sender
from tests.faults.history import Publications, Row, Verdict, View, judge
from tests.running import PLAIN, TidingsServer
from tidings.accounts import users
from tidings.accounts.passwords import Hasher
from tidings.clock import SystemClock
from tidings.database import Database

PASSWORD = "rain on the window"
QUIET_S = 30.0
NO_LIMITS = {
    "TIDINGS_MAX_UPGRADES_PER_MINUTE_PER_IP": "0",
    "TIDINGS_MAX_PENDING_PER_IP": "0",
    "TIDINGS_MAX_PUBLISHES_PER_SECOND_PER_KEY": "0",
}


class Front(Protocol):
    """What stands between the people and the server, or several servers."""

    port: int
    cuts: int

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def cut(self, share: float = 1.0) -> None: ...


class Storm:
    """Everything that happens in it is recorded."""

    def __init__(self, server: TidingsServer, prefix: str = "person", front: Front | None = None) -> None:
        self.server = server
        self.publications, self.verdict = Publications(), Verdict()
        self.listeners: list[Listener] = []
        self.names: frozenset[str] = frozenset()
        self.proxy: Front = front or ChaosProxy(server.port)
        self._behind_front = front is not None
        self.sender: Sender
        self.kills = 0
        self._prefix = prefix
        self._clients: list[httpx.AsyncClient] = []

    async def begin(self, people: int) -> None:
        """Let people move in, sign in and listen, through a proxy that can cut."""
        await self.proxy.start()
        names = [f"{self._prefix}{number}" for number in range(people)]
        self.names = frozenset(names)
        key = await asyncio.to_thread(self._settle, names)
        self.sender = Sender(self._client(self.proxy.port), key, self.publications)
        for name in names:
            self.listeners.append(await self._listener(name))
        for listener in self.listeners:
            listener.start()
        await self.until(lambda: all(listener.quiet for listener in self.listeners), "everybody listens")

    async def end(self) -> None:
        for listener in self.listeners:
            await listener.stop()
        for client in self._clients:
            await client.aclose()
        await self.proxy.stop()

    async def broadcast(self) -> int:
        """Publish to everybody in this storm."""
        return await self.sender.publish(sorted(self.names), self.names)

    async def publish_to_some(self) -> int:
        some = frozenset(random.sample(sorted(self.names), random.randint(1, len(self.names))))
        return await self.sender.publish(sorted(some), some)

    async def mark_some(self, chance: float = 0.05) -> None:
        """Let some people mark something they have."""
        for listener in self.listeners:
            if listener.view.seqs and random.random() < chance:
                await listener.mark_read(random.choice(list(listener.view.seqs)[-50:]))

    async def kill(self) -> float:
        """Kill the server as a power cut does and start it again; return the seconds until it was ready."""
        await asyncio.to_thread(self.server.kill)
        self.kills += 1
        began = time.monotonic()
        await asyncio.to_thread(self.server.start)
        return time.monotonic() - began

    async def settle(self) -> Verdict:
        """Wait until it is quiet, then judge. Whoever listens must have everything by then."""
        try:
            await self.until(self._everybody_has_everything, "everybody has everything")
        except TimeoutError as late:
            self.verdict.examples.append(str(late))  # the judgement says who lacks what
        judge([listener.view for listener in self.listeners], self.truth())
        for tag in self.sender.doubled:
            self.verdict.add("doubled", f"publication {tag} was answered with two ids")
        return self.verdict

    async def until(self, true: Callable[[], bool], what: str, within_s: float = QUIET_S) -> None:
        deadline = time.monotonic() + within_s
        while not true():
            for listener in self.listeners:
                if failure := listener.failed():
                    raise failure
            if time.monotonic() > deadline:
                raise TimeoutError(f"not within {within_s} s: {what}")
            await asyncio.sleep(0.05)

    def truth(self) -> dict[str, list[Row]]:
        """Return what the database has for each person."""
        query = (
            "SELECT users.name, contents.title, seq, read_at IS NOT NULL FROM deliveries"
            " JOIN contents ON contents.id = content_id JOIN users ON users.id = user_id"
            " UNION ALL SELECT users.name, contents.title, seq + number - settled, FALSE FROM inboxes"
            " JOIN broadcasts ON number > settled JOIN contents ON contents.id = content_id"
            " JOIN users ON users.id = user_id"
        )
        rows: dict[str, list[Row]] = {name: [] for name in self.names}
        for name, title, seq, read in self.ask(query):
            if name in rows:
                rows[name].append((title, seq, bool(read)))
        return rows

    def integrity(self) -> str:
        """Return SQLite's own judgement of its file: `ok`."""
        return self.ask("PRAGMA integrity_check")[0][0] if self.path.exists() else "ok"

    def ask(self, query: str) -> list[Any]:
        """Ask the database past all our code."""
        if url := self.server.environment.get("TIDINGS_DATABASE_URL"):
            with psycopg.connect(url) as connection:
                return connection.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(query).fetchall()

    @property
    def path(self) -> Path:
        return self.server.data_dir / "tidings.db"

    def _everybody_has_everything(self) -> bool:
        if not all(listener.quiet for listener in self.listeners):
            return False
        query = "SELECT users.name, seq, revision FROM inboxes JOIN users ON users.id = user_id"
        stand = {name: (seq, revision) for name, seq, revision in self.ask(query)}
        views = [listener.view for listener in self.listeners]
        return all((view.seq, max(view.revision, 0)) == stand.get(view.user, (0, 0)) for view in views)

    def _settle(self, names: list[str]) -> str:
        url = self.server.environment.get("TIDINGS_DATABASE_URL", f"sqlite:///{self.path}")
        database, hasher = Database(url), Hasher()
        password_hash, now = hasher.hash_now(PASSWORD), SystemClock().now()
        try:
            database.write_now(
                lambda session: [users.add(session, name, password_hash, now) for name in names]
            )
        finally:
            database.close_now()
            hasher.close()
        return self.server.command("key", "create", f"{self._prefix}-sender")

    async def _listener(self, name: str) -> Listener:
        http = self._client(self.proxy.port if self._behind_front else self.server.port)
        answer = await http.post("/api/v1/session", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        view = View(name, self.publications, self.verdict)
        return Listener(view, http, lambda: f"ws://127.0.0.1:{self.proxy.port}/ws", name)

    def _client(self, port: int) -> httpx.AsyncClient:
        headers = {"Origin": self.server.url}
        limits = httpx.Limits(max_connections=20)
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers=headers,
            timeout=15,
            trust_env=False,
            verify=PLAIN,
            limits=limits,
        )
        self._clients.append(client)
        return client


async def steadily(storm: Storm, seconds: float, per_second: float = 40) -> None:
    """Publish without haste for a while, with marks in between."""
    deadline = time.monotonic() + seconds
    tasks: set[asyncio.Task[int]] = set()
    while time.monotonic() < deadline:
        publish = storm.broadcast if random.random() < 0.5 else storm.publish_to_some
        task = asyncio.create_task(publish())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await storm.mark_some(0.02)
        await asyncio.sleep(1 / per_second)
    await asyncio.gather(*tasks)


def fill_up(folder: Path) -> Path:
    """Use up what is left on a small disk; remove the returned file to heal it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return ballast
