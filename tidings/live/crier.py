"""The crier: tells those who listen what was announced in one turn of the loop, in one frame a person.

No database and nobody's name may come in here. Called by the hub, which decides what is told.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence

from tidings.live.frames import Shared
from tidings.live.needs import News, Position
from tidings.live.places import Socket
from tidings.live.press import Press, Run, part
from tidings.live.tally import Tally

NOBODY: Mapping[str, Socket] = {}


class Crier:
    """`listeners` are the hub's own: sockets by user and connection."""

    def __init__(
        self, listeners: Mapping[str, Mapping[str, Socket]], epoch: Callable[[], str], tally: Tally
    ) -> None:
        self._listeners, self._epoch, self._tally = listeners, epoch, tally
        self._news: list[News] = []

    def tell(self, news: Collection[News], committed_at: float | None) -> None:
        """Tell this at the end of this turn of the loop, with what else comes in it."""
        self._tally.waits_since = self._tally.waits_since if self._news else committed_at
        self._news.extend(news)
        asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Tell it now; what was announced may not come after what happened later."""
        if not self._news:
            return
        news, self._news = self._news, []
        press = Press(self._epoch())
        if _is_run(news):
            told = self._tell(press.run([part(each) for each in news]), news)
        else:
            told = self._tell_several(press, news)
        self._tally.told(told)

    def _tell(self, run: Run, news: Sequence[News]) -> int:
        """Tell each person the same items, in one frame.

        Nothing is faster than what is not done: what is done here is done for every socket, and the kernel's
        share of a delivery is 3 µs.
        """
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


def _is_run(news: Sequence[News]) -> bool:
    """Tell whether these went to the same people, one directly after the other."""
    start = news[0]
    return all(
        each.positions is start.positions and each.further == start.further + place
        for place, each in enumerate(news)
    )
