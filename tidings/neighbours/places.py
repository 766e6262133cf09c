"""The places people have in all processes together: five in all, not five each.

No socket and no decision about codes may come in here. Called by the hub (take, free), and by the doors that
list where somebody is connected.

While Redis is away each process counts its own, so nobody is locked out; when it is back each says what it
has, and whoever is too many then leaves. A process that crashes says nothing any more: its lease runs out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from tidings.neighbours.line import Line, RedisAway
from tidings.neighbours.scripts import LIST, RECONCILE, TAKE

LEASE_S = 20  # a crash frees its places within it
RENEW_S = 5.0
RECONCILE_EVERY = 6  # renewals: what got lost on the way to Redis is put right every half minute
AT_ONCE = 200
SECOND_LOOK_S = 0.15  # who has just left another process may not have been crossed out yet

log = logging.getLogger("tidings.neighbours")

Leave = Callable[[str, str, bool], None]


@dataclass(frozen=True)
class Place:
    """One live connection of one person, somewhere."""

    user_id: str
    id: str
    session_id: str
    since: datetime
    address: str


class SharedPlaces:
    """This process's places among all. `leave(user, connection, replaced)` ends one, wherever it is."""

    def __init__(self, line: Line, worker: str, most: int, evict_oldest: bool, leave: Leave) -> None:
        self._line, self._worker, self._leave = line, worker, leave
        self._most, self._evict = most, "1" if evict_oldest else "0"
        self._mine: dict[str, dict[str, str]] = {}
        self._freed: dict[str, set[str]] = {}
        self._visited: set[str] = set()
        self._prompt = asyncio.Event()
        self.namespace: Callable[[], str] = lambda: "tidings"

    async def take(self, place: Place, replaces: str | None) -> bool:
        """Take a place; False when the person has none left. Without Redis the own count has decided."""
        self._visited.add(place.user_id)
        try:
            if not await self._ask_for(place, replaces):
                await asyncio.sleep(SECOND_LOOK_S)
                if not await self._ask_for(place, replaces):
                    return False
        except RedisAway:
            pass
        except asyncio.CancelledError:  # the connection ended meanwhile; Redis may have heard of it
            self._give_back(place.user_id, place.id)
            raise
        self._mine.setdefault(place.user_id, {})[place.id] = self._entry(place)
        return True

    def free(self, user_id: str, connection: str) -> None:
        """Give a place back; does not wait."""
        held = self._mine.get(user_id)
        if held is None or held.pop(connection, None) is None:
            return
        if not held:
            del self._mine[user_id]
        self._give_back(user_id, connection)

    async def of_user(self, user_id: str) -> list[Place]:
        """Return a person's places in all processes, the oldest first. Raises `RedisAway`."""
        found: list[bytes] = await self._eval(LIST, user_id)
        return [_place(user_id, orjson.loads(entry)) for entry in found]

    async def back(self) -> None:
        """Redis is there, again or at last, and may be empty: say what is ours."""
        await self._renew()
        await self._reconcile()

    async def keep(self) -> None:
        """Renew the lease, give back what was left, and put right what got lost, for ever."""
        beats = 0
        loop = asyncio.get_running_loop()
        due = loop.time() + RENEW_S
        while True:
            with suppress(TimeoutError):  # no wait_for: before Python 3.12 it can overhear a cancel
                async with asyncio.timeout_at(due):
                    await self._prompt.wait()
            self._prompt.clear()
            await self._cross_out()
            if loop.time() >= due:
                due, beats = loop.time() + RENEW_S, beats + 1
                if not await self._renew() or beats % RECONCILE_EVERY == 0:
                    await self._reconcile()

    async def leave_all(self) -> None:
        """This process ends: its places are free at once."""
        with suppress(RedisAway):
            await self._line.call(lambda redis: redis.delete(self._lease))

    async def _ask_for(self, place: Place, replaces: str | None) -> bool:
        freed = orjson.dumps(list(self._freed.get(place.user_id, ()))).decode()
        entry, session = self._entry(place), place.session_id
        words = (place.id, entry, session, replaces or "", self._most, self._evict, freed)
        taken, *leaving = await self._eval(TAKE, place.user_id, *words)
        for connection in leaving:
            self._leave(place.user_id, connection.decode(), connection.decode() == replaces)
        return bool(taken)

    def _give_back(self, user_id: str, connection: str) -> None:
        self._freed.setdefault(user_id, set()).add(connection)
        self._prompt.set()

    async def _renew(self) -> bool:
        """Renew the lease; False when it had run out or was lost, and with it our places."""
        try:
            if await self._line.call(lambda redis: redis.expire(self._lease, LEASE_S)):
                return True
            await self._line.call(lambda redis: redis.set(self._lease, "1", ex=LEASE_S))
        except RedisAway:
            return True  # `back` will say what is ours
        return False

    async def _cross_out(self) -> None:
        freed, self._freed = self._freed, {}
        if not freed:
            return

        async def work(redis: Any) -> None:
            pipeline = redis.pipeline(transaction=False)
            for user_id, connections in freed.items():
                pipeline.hdel(self._key(user_id), *connections)
            await pipeline.execute()

        with suppress(RedisAway):  # then reconciling does it: their people are among the visited
            await self._line.call(work)

    async def _reconcile(self) -> None:
        visited, self._visited = list(self._visited), set(self._mine)
        for at in range(0, len(visited), AT_ONCE):
            try:
                await self._reconcile_some(visited[at : at + AT_ONCE])
            except RedisAway:
                self._visited.update(visited)
                return

    async def _reconcile_some(self, user_ids: list[str]) -> None:
        async def work(redis: Any) -> list[list[bytes]]:
            pipeline = redis.pipeline(transaction=False)
            for user_id in user_ids:
                mine = orjson.dumps(self._mine.get(user_id, {})).decode()
                words = (self._leases, self._worker, self._most, self._evict, mine)
                pipeline.eval(RECONCILE, 1, self._key(user_id), *words)
            return await pipeline.execute()

        for user_id, leaving in zip(user_ids, await self._line.call(work), strict=True):
            for connection in leaving:
                self._leave(user_id, connection.decode(), False)

    def _eval(self, script: str, user_id: str, *words: str | int) -> Awaitable[Any]:
        return self._line.call(lambda redis: redis.eval(script, 1, self._key(user_id), self._leases, *words))

    def _entry(self, place: Place) -> str:
        since = round(place.since.timestamp() * 1000)
        entry = {"worker": self._worker, "session": place.session_id, "since": since}
        return orjson.dumps(entry | {"address": place.address}).decode()

    def _key(self, user_id: str) -> str:
        return f"{self.namespace()}:places:{user_id}"

    @property
    def _leases(self) -> str:
        return f"{self.namespace()}:worker:"

    @property
    def _lease(self) -> str:
        return self._leases + self._worker


def _place(user_id: str, entry: dict[str, Any]) -> Place:
    since = datetime.fromtimestamp(entry["since"] / 1000, UTC)
    return Place(user_id, entry["id"], entry["session"], since, entry["address"])
