"""The neighbourhood: which bells this process hears, and what it does when one rings.

No rule of any room may come in here. Called by the house, which runs its tasks.

Two bells, one clear order. Redis says who should look, within milliseconds, so it is the one that counts
while it is there. The database's own bell (LISTEN/NOTIFY, or SQLite's data_version) hears also those who
know no Redis, the command line above all; it is heard at once while Redis is away, and otherwise only for
what Redis did not name.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any

from tidings.clock import Clock
from tidings.live.codes import Code
from tidings.live.ear import Ear
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.neighbours import (
    Board,
    Bounds,
    Gate,
    Line,
    Place,
    RedisAway,
    Ring,
    SharedAttempts,
    SharedPlaces,
    Street,
)
from tidings.rate import Allowances
from tidings.tally import EngineTally

SHARE_EVERY_S = 0.1
UNNAMED_S = 0.8  # a commit that Redis has not spoken of by then was made by somebody who does not know it


class Neighbourhood:
    """The other processes of the same installation, or nobody. `live_here` is the hub, once there is one."""

    def __init__(self, redis_url: str, most_per_user: int, evict_oldest: bool, clock: Clock) -> None:
        self._clock = clock
        self.ear = Ear()
        self.street: Street | None = None
        self.places: _Places | None = None
        self.attempts: SharedAttempts | None = None
        self.board: Board | None = None
        self.gate: Gate | None = None
        self.looked_for: Callable[[Collection[str]], None] = lambda searches: None
        self.live_here: Hub | None = None
        self.allowances: Allowances | None = None
        self.epoch: Callable[[], str] = lambda: ""
        if redis_url:
            line = Line(redis_url)
            self.street = Street(line)
            self.attempts = SharedAttempts(line, self._namespace)
            self.board = Board(self.street, self._namespace)
            shared = SharedPlaces(line, self.street.origin, most_per_user, evict_oldest, self.end)
            shared.namespace = self._namespace
            self.places = _Places(shared)

    @property
    def silent(self) -> bool:
        """Whether there is a Redis that should answer and does not."""
        return self.street is not None and not self.street.line.up

    @property
    def tally(self) -> EngineTally | None:
        """How Redis answers; nothing where there is none."""
        return self.street.line.tally if self.street else None

    def database_rang(self) -> None:
        """Another process has committed something."""
        if self.street is None or not self.street.line.up:
            self.ear.ring()
        else:
            self.ear.whisper(UNNAMED_S)

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """Return what is to run meanwhile."""
        if self.street is None or self.places is None:
            return []
        return [
            self.street.speak(self._namespace),
            self.street.listen(self._namespace, self._told, self._back),
            self.places.shared.keep(),
            self._share_allowances(),
            *([self.gate.keep()] if self.gate else []),
        ]

    def gate_with(self, pending: int, upgrades_per_minute: int) -> Gate | None:
        """Return the common gate for these bounds, where there are others and there is a bound."""
        if self.street is not None and (pending or upgrades_per_minute):
            bounds = Bounds(pending, upgrades_per_minute)
            self.gate = Gate(self.street.line, self.street.origin, bounds, self._namespace)
        return self.gate

    async def connections(self, user_id: str) -> list[Place]:
        """Return where a person is connected; without Redis, what is known here."""
        if self.places is not None:
            with suppress(RedisAway):
                return await self.places.shared.of_user(user_id)
        here = self.live_here.of_user(user_id) if self.live_here else []
        return [_place(socket) for socket in here]

    async def close(self) -> None:
        """Let go of Redis."""
        if self.street is not None and self.places is not None and self.board is not None:
            await self.places.shared.leave_all()
            await self.board.forget([self.board.name])
            await self.street.line.close()

    def _namespace(self) -> str:
        """Each life of the database has a channel and keys of its own."""
        return f"tidings:{self.epoch()}"

    async def _share_allowances(self) -> None:
        """Tell what senders took here, soon and without any of them waiting for it."""
        while self.allowances is not None and self.street is not None:
            await asyncio.sleep(SHARE_EVERY_S)
            if spent := self.allowances.spent():
                self.street.spent(spent)

    def _told(self, ring: Ring) -> None:
        if ring.everybody:
            self.ear.ring()
        if ring.people or ring.ended:
            self.ear.name(ring.people, ring.ended)
        if self.live_here is not None:
            for user_id, message in ring.said:
                self.live_here.overhear(user_id, message)
        if self.allowances is not None:
            for name, amount in ring.spent.items():
                self.allowances.owe(name, amount, self._clock.monotonic())
        for user_id, connection, may_return in ring.leaving:
            self._end(user_id, connection, may_return)
        if ring.looking:
            self.looked_for(ring.looking)

    async def _back(self) -> None:
        self.ear.ring()  # whatever was said meanwhile was said to nobody
        if self.places is not None:
            await self.places.shared.back()
        if self.gate is not None:
            self.gate.back()

    def end(self, user_id: str, connection: str, may_return: bool) -> None:
        """Let a connection end, wherever it is: it has lost its place, or an operator wants it to."""
        if not self._end(user_id, connection, may_return) and self.street is not None:
            self.street.leaving(user_id, connection, may_return)

    def _end(self, user_id: str, connection: str, may_return: bool) -> bool:
        code = Code.GOING_AWAY if may_return else Code.TOO_MANY
        return self.live_here is not None and self.live_here.end_connection(user_id, connection, code)


class _Places:
    """The shared places in the words of the live room (tidings.live.needs.SharedPlaces)."""

    def __init__(self, shared: SharedPlaces) -> None:
        self.shared = shared
        self.free = shared.free

    async def take(self, socket: Socket, replaces: str | None) -> bool:
        return await self.shared.take(_place(socket), replaces)


def _place(socket: Socket) -> Place:
    admission = socket.connection.admission
    assert admission is not None
    return Place(admission.user_id, socket.connection.id, admission.session_id, socket.since, socket.address)
