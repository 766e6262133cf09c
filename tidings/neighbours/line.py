"""The line to Redis: one subscription that comes back by itself, and calls that never take long.

No meaning of any message may come in here. Called by street.py and by whatever else asks Redis something.

A subscription alone does not notice a Redis that is stopped or cut off, so it asks for a sign of life; and
what redis-py does by itself after a loss (trying again inside of a call) is switched off: one loop decides.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from tidings.tally import EngineTally

CONNECT_S = 1.0
CALL_S = 0.5  # longer is away: whoever asks has an answer of its own for that
ASK_EVERY_S = 1.0
SILENT_S = 2.5  # two questions without an answer
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 2.0
CONNECTIONS = 16
ANSWERS = ("subscribe", "pong")  # to us; what others publish arrives also when nothing of ours gets there

FAILURES = (RedisError, OSError, TimeoutError)

log = logging.getLogger("tidings.neighbours")

T = TypeVar("T")
Channel = Callable[[], str]


class RedisAway(Exception):
    """Redis did not answer; nobody knows whether it did what was asked."""


class Line:
    """One process's connection with Redis. `up` says whether its subscription stands."""

    def __init__(self, url: str) -> None:
        pool = redis.BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
            url,
            max_connections=CONNECTIONS,
            timeout=CALL_S,
            socket_connect_timeout=CONNECT_S,
            socket_timeout=CONNECT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis: Any = redis.Redis.from_pool(pool)  # which it closes, too
        self._listening: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            url, socket_connect_timeout=CONNECT_S, socket_timeout=CONNECT_S, retry=Retry(NoBackoff(), 0)
        )
        self.up = False
        self.losses = 0
        self.tally = EngineTally(up=False)
        self._said_away = False

    async def call(self, question: Callable[[Any], Awaitable[T]]) -> T:
        """Ask Redis something. Raises `RedisAway`, at once when it is known to be away."""
        if not self.up:
            raise RedisAway
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(CALL_S):
                answer = await question(self._redis)
        except FAILURES as failure:
            self.tally.failed("late" if isinstance(failure, TimeoutError) else "refused")
            raise RedisAway from failure
        self.tally.answered(asyncio.get_running_loop().time() - began)
        return answer

    async def listen(
        self, channel: Channel, heard: Callable[[bytes], None], back: Callable[[], Awaitable[None]]
    ) -> None:
        """Pass on what is said on the channel, for ever; `back` is called whenever the line stands again."""
        wait_s = FIRST_WAIT_S
        while True:
            try:
                await self._listen_once(channel, heard, back)
            except FAILURES as failure:
                wait_s = FIRST_WAIT_S if self.up else min(2 * wait_s, LONGEST_WAIT_S)
                self._lost(failure)
            await asyncio.sleep(wait_s * random.uniform(0.5, 1))

    async def close(self) -> None:
        """Let go of every connection."""
        self.up = False
        for client in (self._redis, self._listening):
            try:
                async with asyncio.timeout(CALL_S):
                    await client.aclose()
            except FAILURES:
                pass  # a server that is gone closes its end by itself

    async def _listen_once(
        self, channel: Channel, heard: Callable[[bytes], None], back: Callable[[], Awaitable[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        subscription = self._listening.pubsub()
        try:
            async with asyncio.timeout(CONNECT_S):
                await subscription.subscribe(subscribed := channel())
            asked_at = answered_at = loop.time()
            while channel() == subscribed:
                message = await subscription.get_message(timeout=ASK_EVERY_S)
                now = loop.time()
                if message is not None and message["type"] in ANSWERS:
                    answered_at = now
                elif now - answered_at > SILENT_S:
                    raise TimeoutError("Redis is silent")
                if now - asked_at >= ASK_EVERY_S:
                    asked_at = now
                    await subscription.ping()
                if message is not None and message["type"] == "subscribe":
                    await self._found(back)
                elif message is not None and message["type"] == "message":
                    heard(message["data"])
        finally:
            await _closed(subscription)

    async def _found(self, back: Callable[[], Awaitable[None]]) -> None:
        self.up = self.tally.up = True
        if self._said_away:
            log.info("Redis answers again.")
        self._said_away = False
        await back()

    def _lost(self, failure: BaseException) -> None:
        """Say it once, not once an attempt."""
        self.losses += self.up
        self.tally.failed("lost" if self.up else "away")
        self.up = False
        if not self._said_away:
            log.warning("Redis does not answer (%s); what is new is read from the database.", _why(failure))
        self._said_away = True


def _why(failure: BaseException) -> str:
    return type(failure).__name__


async def _closed(subscription: Any) -> None:
    try:
        async with asyncio.timeout(CALL_S):
            await subscription.aclose()
    except FAILURES:
        pass  # it is gone already
