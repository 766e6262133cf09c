"""The crier: tells those who listen what was announced in one turn of the loop, in one frame a person.

What goes to many waits for what is being committed, for as long as the last telling took: while thousands are
written to nothing else happens here, so under load the next frame may just as well carry all that came since.

No database and nobody's name may come in here. Called by the hub, which decides what is told.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from tidings.clock import Clock
from tidings.live.frames import Shared
from tidings.live.needs import News, Position
from tidings.live.pipe import SendRows
from tidings.live.places import Places
from tidings.live.press import Press, Run, part
from tidings.live.ranks import NOBODY, Ranks
from tidings.live.tally import Tally

log = logging.getLogger("tidings.live")

FEW = 50  # to fewer it is cheaper to print for each alone
LONGEST_S = 0.01  # nobody notices


class Crier:
    """`places` are the hub's own, `send` is for what goes to many, `more_comes` tells of commits to come."""

    def __init__(
        self,
        places: Places,
        epoch: Callable[[], str],
        tally: Tally,
        send: SendRows,
        more_comes: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._places, self._epoch, self._tally, self._send = places, epoch, tally, send
        self._more_comes, self._clock = more_comes, clock
        self._listeners = places.listeners
        self._news: list[News] = []
        self._patience_s = 0.0
        self._alarm: asyncio.TimerHandle | None = None  # when what waits has waited long enough

    def tell(self, news: Collection[News], committed_at: float | None) -> None:
        """Tell this at the end of this turn of the loop, or a little later, with what else comes."""
        self._tally.waits_since = self._tally.waits_since if self._news else committed_at
        self._news.extend(news)
        loop = asyncio.get_running_loop()
        if not self._may_wait(news):
            loop.call_soon(self.flush)
        elif self._alarm is None:
            self._alarm = loop.call_later(self._patience_s, self.flush)

    def flush(self) -> None:
        """Tell it now; what was announced may not come after what happened later."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if not self._news:
            return
        news, self._news = self._news, []
        press, began = Press(self._epoch()), self._clock.monotonic()
        groups = [list(some) for _, some in groupby(news, _audience)]
        self._tally.told(sum(self._tell_some(press, some) for some in groups))
        self._patience_s = min(LONGEST_S, self._clock.monotonic() - began)

    def _may_wait(self, news: Collection[News]) -> bool:
        is_for_many = all(_audience(each) is not None for each in news)
        return is_for_many and self._patience_s > 0 and self._more_comes()

    def _tell_some(self, press: Press, news: list[News]) -> int:
        """Tell what goes to the same many, or to few; an error of ours costs nobody else their news."""
        try:
            if not _is_run(news):
                return self._tell_several(press, news)
            run = press.run([part(each) for each in news])
            return self._tell(run, news) if _audience(news[0]) is None else self._tell_many(run, news)
        except Exception:
            log.exception("What was committed could not be told; whoever lacks it finds out by themselves.")
            return 0

    def _tell(self, run: Run, news: Sequence[News]) -> int:
        """Tell each person the same items, in one frame."""
        if run.is_large:
            return self._tell_large(run, news)
        listeners, told, further, back = self._listeners, 0, news[-1].further, len(news) - 1
        for user_id, seq, revision, unread in news[-1].positions:
            if sockets := listeners.get(user_id):
                seq += further
                revision += further
                framed, first = run.text(seq, revision, unread + further), revision - back
                for socket in sockets.values():
                    told += socket.put(framed, first, seq, revision)
        return told * len(news)

    def _tell_many(self, run: Run, news: Sequence[News]) -> int:
        """As `_tell`, all at once. They stand in their ranks as they did, if nobody came or went."""
        last, ranks = news[-1], self._places.ranks
        if ranks is None or ranks.positions is not last.positions:
            ranks = self._places.ranks = Ranks(last.positions, self._places, self._send)
        return ranks.tell(run, last.further) * len(news)

    def _tell_large(self, run: Run, news: Sequence[News]) -> int:
        """As `_tell`, for what is worth compressing where that is understood."""
        told, further, back = 0, news[-1].further, len(news) - 1
        for user_id, seq, revision, unread in news[-1].positions:
            here, text, packed = (seq + further, revision + further, unread + further), b"", b""
            for socket in self._listeners.get(user_id, NOBODY).values():
                if socket.connection.deflates:
                    framed = packed = packed or run.packed(*here)
                else:
                    framed = text = text or run.text(*here)
                told += socket.put(framed, here[1] - back, here[0], here[1])
        return told * len(news)

    def _tell_several(self, press: Press, news: list[News]) -> int:
        """Tell each person all their items in one frame."""
        told = 0
        for user_id, pending in self._by_listener(news).items():
            first_revision, (_, seq, revision, _) = pending[0][1][2], pending[-1][1]
            if revision - first_revision != len(pending) - 1:  # somebody else wrote in between
                for socket in self._listeners[user_id].values():
                    socket.look()
                continue
            frame, sockets = press.several(pending), self._listeners[user_id]
            pushed = [socket.push(frame, first_revision, seq, revision) for socket in sockets.values()]
            told += len(pending) * sum(pushed)
        return told

    def _by_listener(self, news: list[News]) -> dict[str, list[tuple[Shared, Position]]]:
        found: dict[str, list[tuple[Shared, Position]]] = {}
        listeners = self._listeners
        for item, each in [(part(each), each) for each in news]:
            for user_id, seq, revision, unread in each.positions:
                if user_id in listeners:
                    here = (user_id, seq + each.further, revision + each.further, unread + each.further)
                    found.setdefault(user_id, []).append((item, here))
        return found


def _audience(news: News) -> int | None:
    """Name those whom it goes to, if they are many; what goes to few is told together, whoever they are."""
    return id(news.positions) if len(news.positions) > FEW else None


def _is_run(news: Sequence[News]) -> bool:
    """Tell whether these went to the same people, one directly after the other."""
    start = news[0]
    return all(
        each.positions is start.positions and each.further == start.further + place
        for place, each in enumerate(news)
    )
