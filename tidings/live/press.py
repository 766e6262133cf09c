"""The press: prints the frames that tell people their news, in one turn of the loop.

No socket may come in here. Called by the hub. An item is written and compressed once, however many people get
it; only its number, and where their inbox now stands, differ from one to the next.
"""

from collections.abc import Callable, Sequence

import orjson

from tidings.live.frames import Frame, JoinedFrame, Shared
from tidings.live.needs import News, Position

HEAD = (
    b'{"type":"notifications","after":%d,"cursor":{"epoch":%b,"seq":%d,"revision":%d},'
    b'"unread":%d,"replay":false,"items":[{"seq":%d,'
)
NEXT = b',{"seq":%d,'
END = b"]}"


class Press:
    """Prints for one turn of the loop."""

    def __init__(self, epoch: str) -> None:
        self._named = orjson.dumps(epoch)

    def single(self, item: Shared) -> Callable[[int, int, int], Frame]:
        """Return what prints this one item for a person who stands at `seq, revision, unread`."""
        named = self._named

        def printed(seq: int, revision: int, unread: int) -> Frame:
            return JoinedFrame(((HEAD % (seq - 1, named, seq, revision, unread, seq), item),), END)

        return printed

    def several(self, items: Sequence[tuple[Shared, Position]]) -> Frame:
        """Print what one person is told, the first number first."""
        first, (_, seq, revision, unread) = items[0][1][1], items[-1][1]
        head = HEAD % (first - 1, self._named, seq, revision, unread, first)
        more = [(NEXT % position[1], item) for item, position in items[1:]]
        return JoinedFrame(((head, items[0][0]), *more), END)


def part(news: News) -> Shared:
    """Return the item without the brace it begins with: each person's number comes between."""
    return Shared(news.tail[1:])
