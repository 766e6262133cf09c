"""The follower: tells one connection exactly what continues what it was told, or else the difference.

No socket and no rule of the inbox may come in here. Called by the hub (push, tell, look) and by the desk
(start); the endpoint's socket is one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from tidings.live.codes import Code
from tidings.live.connection import Connection, Phase
from tidings.live.frames import Frame
from tidings.live.pipe import Pipe
from tidings.live.protocol import Cursor
from tidings.live.replay import told
from tidings.live.services import Missed, OperationRefused, Services

LONG_REPLAY_S = 1.0
MOST_HELD_BACK = 100  # frames that are kept nowhere, waiting for the end of a replay

log = logging.getLogger("tidings.live")


class Follower:
    """Knows by `connection.revision` what its browser was told.

    There are two ways to tell more, and one of them is always right: the news continues exactly there, or the
    difference is read from the database. So nothing is skipped and nothing is told twice.
    """

    __slots__ = ("_behind", "_catching_up", "_held_back", "_services", "connection", "pipe")

    def __init__(self, connection: Connection, services: Services, pipe: Pipe) -> None:
        self.connection = connection
        self.pipe = pipe
        self._services = services
        self._behind = False
        self._catching_up: asyncio.Task[None] | None = None
        self._held_back: deque[Frame] | None = None

    def say(self, *frames: Frame) -> None:
        """Say it now, together."""
        raise NotImplementedError

    def end(self, code: Code, retry_after_ms: int | None = None) -> None:
        """Send the browser away."""
        raise NotImplementedError

    def relayed(self, items: Sequence[dict[str, Any]]) -> None:
        """Hear that these were told live, although they were not announced here; for whoever counts."""

    async def start(self, missed: Missed, *before: Frame) -> None:
        """Say these, replay what was missed, then be live; return when that is done, or takes long.

        Most who come back missed nothing: what they are told leaves in one piece, as the kernel's half of a
        write costs more than ours. What has to wait is a task of its own: a browser on a slow line is still
        heard, and may renew its token meanwhile.
        """
        frames = told(self.connection, missed, self._services.epoch(), first=True)
        self.say(*before, *islice(frames, 1))
        for frame in frames:
            if self.pipe.waiting_bytes():
                frames = chain((frame,), frames)
                break
            self.say(frame)
        else:
            if not self._behind:
                self._be_live()
                return
        self._catching_up = asyncio.create_task(self._catch_up(frames))
        await asyncio.wait({self._catching_up}, timeout=LONG_REPLAY_S)

    def push(self, frame: Frame, first_revision: int, seq: int, revision: int) -> bool:
        """Say what happened and return True, if it continues exactly what was said; else look for more."""
        framed = frame.form(deflated=self.connection.deflates)
        return self.put(framed, first_revision, seq, revision)

    def put(self, framed: bytes, first_revision: int, seq: int, revision: int) -> bool:
        """As `push`, with the bytes of the frame: every delivery to a few comes through here."""
        if self.connection.follow(first_revision, seq, revision):
            if not self.pipe.put(framed):
                self.end(Code.TOO_SLOW)
            return True
        if self.connection.revision < revision:
            self.look()
        return False

    def line_changed(self) -> None:
        """It became possible to write past the pipe, or impossible."""
        self.connection.see_line(self.pipe.line)

    def offered(self, framed: bytes, taken: int) -> None:
        """The kernel was offered this frame and took so much of it: see to the rest."""
        if not self.pipe.put_rest(framed, taken):
            self.end(Code.TOO_SLOW)

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
            self._catching_up = asyncio.create_task(self._catch_up(()))

    def stop_following(self) -> None:
        """Tell nothing more."""
        if self._catching_up is not None:
            self._catching_up.cancel()

    async def _catch_up(self, frames: Iterable[Frame]) -> None:
        """Say these, then everything between what was said and what is there, until both are the same."""
        try:
            await self._say_each(frames)
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
            await self._say_each(told(here, missed, epoch, first=False))
            if missed.recovered:
                self.relayed(missed.items)

    async def _say_each(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            await self.pipe.drained()
            if self.connection.phase is not Phase.ENDED:
                self.say(frame)

    def _be_live(self) -> None:
        if self.connection.phase is not Phase.REPLAYING:
            return
        self._catching_up = None  # it ends with this
        self.connection.phase = Phase.LIVE
        held_back, self._held_back = self._held_back or (), None
        for frame in held_back:
            self.say(frame)
