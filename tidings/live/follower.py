"""The follower: tells one connection exactly what continues what it was told, or else the difference.

No socket and no rule of the inbox may come in here. Called by the hub (push, tell, look) and by the desk
(start); the endpoint's socket is one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any

from tidings.live.codes import Code
from tidings.live.connection import Connection, Phase
from tidings.live.frames import Frame
from tidings.live.pipe import Pipe
from tidings.live.protocol import Cursor
from tidings.live.replay import Reader, say_missed
from tidings.live.services import Missed, OperationRefused, Services

LIVE = Phase.LIVE  # by this name it costs nothing to look up
LONG_REPLAY_S = 1.0
MOST_HELD_BACK = 100  # frames that are kept nowhere, waiting for the end of a replay

log = logging.getLogger("tidings.live")


class Follower(Reader):
    """Knows by `connection.revision` what its browser was told.

    There are two ways to tell more, and one of them is always right: the news continues exactly there, or the
    difference is read from the database. So nothing is skipped and nothing is told twice.
    """

    def __init__(self, connection: Connection, services: Services, pipe: Pipe) -> None:
        self.connection = connection
        self.pipe = pipe
        self._services = services
        self._behind = False
        self._catching_up: asyncio.Task[None] | None = None
        self._held_back: deque[Frame] | None = None

    def end(self, code: Code, retry_after_ms: int | None = None) -> None:
        """Send the browser away."""
        raise NotImplementedError

    def relayed(self, items: Sequence[dict[str, Any]]) -> None:
        """Hear that these were told live, although they were not announced here; for whoever counts."""

    async def start(self, missed: Missed) -> None:
        """Replay what was missed, then be live; return when that is done, or takes long.

        It is a task of its own: a browser on a slow line is still heard, and may renew its token meanwhile.
        """
        self._catching_up = asyncio.create_task(self._catch_up(missed))
        await asyncio.wait({self._catching_up}, timeout=LONG_REPLAY_S)

    def push(self, frame: Frame, first_revision: int, seq: int, revision: int) -> bool:
        """Say what happened and return True, if it continues exactly what was said; else look for more."""
        connection = self.connection
        if connection.phase is LIVE and connection.revision == first_revision - 1:
            connection.seq, connection.revision = seq, revision
            if not self.pipe.write(frame, connection.deflates):  # as `say`; every delivery comes through here
                self.end(Code.TOO_SLOW)
            return True
        if connection.revision < revision:
            self.look()
        return False

    def tell(self, frame: Frame) -> None:
        """Say what is kept nowhere; never in the middle of a replay."""
        if self.connection.phase is Phase.LIVE:
            self.say(frame)
        elif self.connection.phase is Phase.REPLAYING:
            self._held_back = self._held_back or deque(maxlen=MOST_HELD_BACK)
            self._held_back.append(frame)

    def look(self) -> None:
        """Catch up from the database, now or once more after the catching up that is under way."""
        self._behind = True
        if self.connection.phase is Phase.LIVE:
            self.connection.phase = Phase.REPLAYING
            self._catching_up = asyncio.create_task(self._catch_up(None))

    def stop_following(self) -> None:
        """Tell nothing more."""
        if self._catching_up is not None:
            self._catching_up.cancel()

    async def _catch_up(self, missed: Missed | None) -> None:
        """Say everything between what was said and what is there, until both are the same; then be live."""
        try:
            if missed is not None:
                await say_missed(self, missed, self._services.epoch(), first=True)
            await self._say_difference()
        except OperationRefused as away:
            # The hub looks again in a few seconds.
            log.info("A connection stays behind for a while: %s", away)
        except Exception:
            log.exception("A connection could not catch up; it is asked to come back.")
            self.end(Code.OVERLOADED)
        self._be_live()

    async def _say_difference(self) -> None:
        admission = self.connection.admission
        while self._behind and admission is not None:
            self._behind = False
            epoch, here = self._services.epoch(), self.connection
            cursor = Cursor(epoch=epoch, seq=here.seq, revision=here.revision)
            missed = await self._services.backlog(admission.user_id, cursor)
            await say_missed(self, missed, epoch, first=False)
            if missed.recovered:
                self.relayed(missed.items)

    def _be_live(self) -> None:
        if self.connection.phase is not Phase.REPLAYING:
            return
        self.connection.phase = Phase.LIVE
        held_back, self._held_back = self._held_back or (), None
        for frame in held_back:
            self.say(frame)
