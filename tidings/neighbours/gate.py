"""What one address does at the doors of all processes: open sockets without a name, handshakes a minute.

No handshake and no answer may come in here. Called by the doorkeeper, after he has counted for himself.

One question to Redis is under way at a time; whoever comes meanwhile goes along with the next. So a lone
visitor waits for one trip, and a thousand at once cost a few. Each question says how many this process holds
in all, not how many more: whatever gets lost on the way is put right by the next. Who is not answered soon is
let in by the own count, and for a moment nobody asks.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tidings.neighbours.line import Line, RedisAway
from tidings.neighbours.scripts import ENTER

ANSWERED_WITHIN_S = 0.25  # nobody notices; longer is as good as away
NOT_ASKED_S = 1.0  # after that
TELL_EVERY_S = 0.1  # who has left, if nobody asks anyway
SECOND_LOOK_S = 0.15  # so that who has just left elsewhere is told before anybody is sent away
CROWDED_S = 5.0  # until when to come back; a socket without a name lives no longer
AT_ONCE = 200  # addresses in one question

Asking = asyncio.Future[float]


@dataclass(frozen=True)
class Bounds:
    """Per address; 0 means no limit."""

    pending: int
    upgrades_per_minute: int


class Gate:
    """This process's end of the common gate."""

    def __init__(self, line: Line, worker: str, bounds: Bounds, namespace: Callable[[], str]) -> None:
        self._line, self._worker, self._bounds, self._namespace = line, worker, bounds, namespace
        self._held: Counter[str] = Counter()
        self._asking: dict[str, list[Asking]] = {}
        self._stale: set[str] = set()
        self._prompt, self._asked = asyncio.Event(), asyncio.Event()
        self._silent_until = float("-inf")

    async def enter(self, address: str) -> float:
        """Return 0 when a socket of this address may open, or how many seconds it should wait."""
        wait_s = await self._ask(address)
        if wait_s == CROWDED_S:
            await asyncio.sleep(SECOND_LOOK_S)
            wait_s = await self._ask(address)
        return wait_s

    def left(self, address: str) -> None:
        """A socket that was let in has said who it is, or gone; does not wait."""
        self._held[address] -= 1
        if self._held[address] <= 0:
            del self._held[address]
        self._stale.add(address)
        self._prompt.set()

    def back(self) -> None:
        """Redis is there, again or at last, and may be empty."""
        self._silent_until = float("-inf")
        self._stale.update(self._held)
        self._prompt.set()

    async def keep(self) -> None:
        """Ask and tell, for ever."""
        while True:
            await self._prompt.wait()
            if not self._asking:
                with suppress(TimeoutError):  # who has left can wait, unless somebody asks
                    async with asyncio.timeout(TELL_EVERY_S):
                        await self._asked.wait()
            self._prompt.clear()
            self._asked.clear()
            if self._asking or self._stale:
                await self._speak()

    async def _ask(self, address: str) -> float:
        loop = asyncio.get_running_loop()
        if not self._line.up or loop.time() < self._silent_until:
            self._held[address] += 1
            return 0
        answer: Asking = loop.create_future()
        self._asking.setdefault(address, []).append(answer)
        self._prompt.set()
        self._asked.set()
        try:
            return await answer
        except asyncio.CancelledError:  # the visitor has gone meanwhile
            if not answer.cancelled() and answer.result() == 0:
                self.left(address)
            raise

    async def _speak(self) -> None:
        addresses = [*self._asking, *(self._stale - self._asking.keys())][:AT_ONCE]
        asking = {address: self._asking.pop(address, []) for address in addresses}
        self._stale.difference_update(addresses)
        if self._asking or self._stale:
            self._prompt.set()
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                answers = await self._question(asking)
        except (RedisAway, TimeoutError):
            self._silent_until = asyncio.get_running_loop().time() + NOT_ASKED_S
            self._stale.update(addresses)  # told again when there is somebody to tell
            answers = {address: (len(waiting), 0.0) for address, waiting in asking.items()}
        for address, (room, wait_s) in answers.items():
            self._answer(address, asking[address], room, wait_s)

    async def _question(self, asking: dict[str, list[Asking]]) -> dict[str, tuple[int, float]]:
        """Return for each address for how many there is room, and how long the others should wait."""
        keys = [f"{self._namespace()}:gate:{address}" for address in asking]
        words: list[str | int] = [f"{self._namespace()}:worker:", self._worker]
        words += [self._bounds.pending, self._bounds.upgrades_per_minute]
        for address, waiting in asking.items():
            words += [self._held[address], len(waiting)]
        found: list[int] = await self._line.call(lambda redis: redis.eval(ENTER, len(keys), *keys, *words))
        waits = [wait_ms / 1000 or CROWDED_S for wait_ms in found[1::2]]
        return dict(zip(asking, zip(found[::2], waits, strict=True), strict=True))

    def _answer(self, address: str, waiting: list[Asking], room: int, wait_s: float) -> None:
        for answer in waiting:
            if answer.done():  # gone meanwhile, but counted as one who has come
                self._stale.add(address)
                self._prompt.set()
            elif room > 0:
                room -= 1
                self._held[address] += 1
                answer.set_result(0)
            else:
                answer.set_result(wait_s)
