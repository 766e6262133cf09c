"""The board in Redis: which processes there are, and what they pinned for those who look.

No meaning of a report may come in here. Called by the overview, through the composition root; a board that is
out of reach loses what is pinned, and nobody waits for it longer than for any call.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from tidings.neighbours.line import RedisAway
from tidings.neighbours.street import Street

T = TypeVar("T")

ENROLLED_S = 3600  # a process says every few seconds that it is there
PINNED_S = 3  # what is older says nothing about now, and vanishes by itself
PAST_S = 60


class Board:
    """This process's view of the board; `name` is its own."""

    def __init__(self, street: Street, namespace: Callable[[], str]) -> None:
        self.name = street.origin
        self._street, self._namespace = street, namespace

    def look(self, searches: Collection[str]) -> None:
        """Tell the others that somebody here looks; nothing waits."""
        self._street.looking(searches)

    async def enrol(self, place: bytes) -> None:
        """Say that there is this process."""

        async def work(redis: Any) -> None:
            pipeline = redis.pipeline(transaction=False)
            pipeline.hset(self._register, self.name, place)
            pipeline.expire(self._register, ENROLLED_S)
            await pipeline.execute()

        await self._tried(work)

    async def pin(self, report: bytes, past: bytes | None) -> None:
        """Pin a report of this process, and now and then its past."""

        async def work(redis: Any) -> None:
            pipeline = redis.pipeline(transaction=False)
            pipeline.set(self._key("report", self.name), report, ex=PINNED_S)
            if past is not None:
                pipeline.set(self._key("past", self.name), past, ex=PAST_S)
            await pipeline.execute()

        await self._tried(work)

    async def read(self) -> tuple[Mapping[str, bytes], Mapping[str, bytes]] | None:
        """Return who is enrolled and what they pinned lately; None when that cannot be said."""

        async def look(redis: Any) -> tuple[dict[str, bytes], dict[str, bytes]]:
            found: dict[bytes, bytes] = await redis.hgetall(self._register)
            enrolled = {worker.decode(errors="replace"): place for worker, place in found.items()}
            names = [self._key("report", each) for each in enrolled]
            pinned: list[bytes | None] = await redis.mget(names) if names else []
            told = {worker: text for worker, text in zip(enrolled, pinned, strict=True) if text is not None}
            return enrolled, told

        return await self._tried(look)

    async def past(self, worker: str) -> bytes | None:
        """Return the past of one of them."""
        return await self._tried(lambda redis: redis.get(self._key("past", worker)))

    async def forget(self, workers: Collection[str]) -> None:
        """Take down what is left of processes that are gone."""
        await self._tried(lambda redis: redis.hdel(self._register, *workers))

    async def _tried(self, question: Callable[[Any], Awaitable[T]]) -> T | None:
        with suppress(RedisAway):
            return await self._street.line.call(question)
        return None

    @property
    def _register(self) -> str:
        return f"{self._namespace()}:workers"

    def _key(self, what: str, worker: str) -> str:
        return f"{self._namespace()}:{what}:{worker}"
