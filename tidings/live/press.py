"""The press: prints the frames that tell people their news, in one turn of the loop.

No socket may come in here. Called by the hub. An item is written and compressed once, however many people get
it; only its number, and where their inbox now stands, differ from one to the next.
"""

from collections.abc import Sequence

import orjson

from tidings.live.frames import Frame, JoinedFrame, Shared
from tidings.live.needs import News, Position

HEAD = (
    b'{"type":"notifications","after":%d,"cursor":{"epoch":%b,"seq":%d,"revision":%d},'
    b'"unread":%d,"replay":false,"items":[{"seq":%d,'
)
END = b"]}"


class Press:
    """Prints for one turn of the loop; it knows an item again by its identity."""

    def __init__(self, epoch: str) -> None:
        self._named = orjson.dumps(epoch)
        self._shared: dict[int, Shared] = {}

    def frame(self, pending: Sequence[tuple[News, Position]]) -> Frame:
        """Print what one person is told, the first number first."""
        first, last = pending[0][1], pending[-1][1]
        head = HEAD % (first.seq - 1, self._named, last.seq, last.revision, last.unread, first.seq)
        parts = [(head, self._rest(pending[0][0]))]
        for news, position in pending[1:]:
            parts.append((b',{"seq":%d,' % position.seq, self._rest(news)))
        return JoinedFrame(parts, END)

    def _rest(self, news: News) -> Shared:
        """The item without the brace it begins with: the number comes between."""
        found = self._shared.get(id(news))
        if found is None:
            found = self._shared[id(news)] = Shared(news.tail[1:])
        return found
