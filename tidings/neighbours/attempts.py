"""Failed sign-ins in all processes together, kept for the throttle of the accounts.

No password and no rule of the throttle may come in here. Called by the throttle, as its storage.

Each process counts its own as well. So a Redis that is away, or comes back empty, forgives nobody what they
did here; and what cannot be asked is not waited for.
"""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from limits.aio.storage import MemoryStorage

from tidings.neighbours.line import Line, RedisAway


class SharedAttempts(MemoryStorage):
    """A moving window in memory and in Redis; the stricter of both holds."""

    STORAGE_SCHEME = None  # it is not made from an address

    def __init__(self, line: Line, namespace: Callable[[], str]) -> None:
        super().__init__()
        self._namespace = namespace
        self._line = line

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count, here and there; False when there was no room here."""
        acquired = await super().acquire_entry(key, limit, expiry, amount)
        now = time.time()

        async def count(redis: Any) -> None:
            pipeline = redis.pipeline(transaction=False)
            name = self._name(key)
            pipeline.zadd(name, {secrets.token_hex(6): now for _ in range(amount)})
            pipeline.zremrangebyscore(name, 0, now - expiry)
            pipeline.expire(name, expiry)
            await pipeline.execute()

        with suppress(RedisAway):
            await self._line.call(count)
        return acquired

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return since when and how many, by whichever count is higher."""
        here = await super().get_moving_window(key, limit, expiry)
        since = time.time() - expiry

        async def look(redis: Any) -> list[tuple[bytes, float]]:
            return await redis.zrangebyscore(self._name(key), since, "+inf", 0, limit, withscores=True)

        with suppress(RedisAway):
            if len(found := await self._line.call(look)) > here[1]:
                return found[0][1], len(found)
        return here

    async def clear(self, key: str) -> None:
        """Forget it, here and there."""
        await super().clear(key)
        with suppress(RedisAway):
            await self._line.call(lambda redis: redis.delete(self._name(key)))

    def _name(self, key: str) -> str:
        return f"{self._namespace()}:{key}"
