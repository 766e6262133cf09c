"""Replay: say what somebody missed, in order, in frames of bounded size, each when there is room for it.

No reading of the database may come in here: what was missed is given. Called by the follower.
"""

from collections.abc import Iterator
from typing import Any

from tidings.live.connection import Connection, Phase
from tidings.live.frames import Frame
from tidings.live.pipe import LOW_BYTES, Pipe
from tidings.live.protocol import write
from tidings.live.services import Missed

CHUNK_ITEMS = 200


class Reader:
    """Whoever is told."""

    connection: Connection
    pipe: Pipe

    def say(self, frame: Frame) -> None:
        """Say it now."""
        raise NotImplementedError


async def say_missed(reader: Reader, missed: Missed, epoch: str, *, first: bool) -> None:
    """Bring the reader from its connection's cursor to where the inbox stands, or give it a snapshot.

    The `first` replay of a connection always ends with `updated`; a later one only if it says something.
    """
    if not missed.recovered:
        await _say_snapshot(reader, missed, epoch)
    else:
        place = missed.position
        silent = not missed.changes and (bool(missed.items) or reader.connection.revision == place.revision)
        await _say_items(reader, missed, epoch, settles=not missed.changes)
        if first or not silent:
            changed = {"items": missed.changes, "unread": place.unread, "revision": place.revision}
            await _say(reader, {"type": "updated"} | changed)
    if missed.chose and not first:  # the first time they stand in `auth_ok`
        await _say(reader, {"type": "preferences", "preferences": missed.preferences})
    reader.connection.seq, reader.connection.revision = missed.position.seq, missed.position.revision


async def _say(reader: Reader, message: dict[str, Any]) -> None:
    await reader.pipe.drained()
    if reader.connection.phase is not Phase.ENDED:
        reader.say(Frame.of(message))


async def _say_snapshot(reader: Reader, missed: Missed, epoch: str) -> None:
    place = missed.position
    cursor = {"epoch": epoch, "seq": place.seq, "revision": place.revision}
    state = {"unread": place.unread, "revision": place.revision, "cursor": cursor}
    await _say(reader, {"type": "snapshot", "items": missed.items[::-1]} | state)


async def _say_items(reader: Reader, missed: Missed, epoch: str, *, settles: bool) -> None:
    """Say the items. Their cursors claim no changes of older items that are still to follow in `updated`.

    `settles`: nothing follows, so that the last cursor may claim the whole revision.
    """
    after, place = reader.connection.seq, missed.position
    for chunk in chunks(missed.items):
        at_end = chunk[-1] is missed.items[-1]
        last = place.seq if at_end else chunk[-1]["seq"]
        revision = place.revision if at_end and settles else reader.connection.revision
        cursor = {"epoch": epoch, "seq": last, "revision": revision}
        message = {"type": "notifications", "after": after, "cursor": cursor, "replay": True, "items": chunk}
        await _say(reader, message | {"unread": place.unread})
        after = last


def chunks(items: list[dict[str, Any]], most_bytes: int = LOW_BYTES) -> Iterator[list[dict[str, Any]]]:
    """Cut the items into pieces that are not larger than given, unless a single item is."""
    chunk: list[dict[str, Any]] = []
    size = 0
    for item in items:
        length = len(write(item))
        if chunk and (size + length > most_bytes or len(chunk) == CHUNK_ITEMS):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += length
    if chunk:
        yield chunk
