"""Replay: what somebody missed, in order, in frames of bounded size.

No reading of the database may come in here: what was missed is given. Called by the follower, which says each
frame when there is room for it.
"""

from collections.abc import Iterator
from typing import Any

from tidings.live.connection import Connection
from tidings.live.frames import Frame
from tidings.live.pipe import LOW_BYTES
from tidings.live.protocol import write
from tidings.live.services import Missed

CHUNK_ITEMS = 200


def told(connection: Connection, missed: Missed, epoch: str, *, first: bool) -> Iterator[Frame]:
    """Make the frames that bring a browser from its cursor to where the inbox stands, or give it a snapshot.

    Whoever asks for the next one has said the one before; when there is none any more, the connection stands
    there. The `first` replay of a connection always ends with `updated`; a later one only if it says
    something.
    """
    if not missed.recovered:
        yield _snapshot(missed, epoch)
    else:
        place = missed.position
        silent = not missed.changes and (bool(missed.items) or connection.revision == place.revision)
        yield from _items(connection, missed, epoch, settles=not missed.changes)
        if first or not silent:
            changed = {"items": missed.changes, "unread": place.unread, "revision": place.revision}
            yield Frame.of({"type": "updated"} | changed)
    if missed.chose and not first:  # the first time they stand in `auth_ok`
        yield Frame.of({"type": "preferences", "preferences": missed.preferences})
    connection.seq, connection.revision = missed.position.seq, missed.position.revision


def _snapshot(missed: Missed, epoch: str) -> Frame:
    place = missed.position
    cursor = {"epoch": epoch, "seq": place.seq, "revision": place.revision}
    state = {"unread": place.unread, "revision": place.revision, "cursor": cursor}
    return Frame.of({"type": "snapshot", "items": missed.items[::-1]} | state)


def _items(connection: Connection, missed: Missed, epoch: str, *, settles: bool) -> Iterator[Frame]:
    """Make the items' frames. Their cursors claim no changes of older items that are still to follow in
    `updated`.

    `settles`: nothing follows, so that the last cursor may claim the whole revision.
    """
    after, place = connection.seq, missed.position
    for chunk in chunks(missed.items):
        at_end = chunk[-1] is missed.items[-1]
        last = place.seq if at_end else chunk[-1]["seq"]
        revision = place.revision if at_end and settles else connection.revision
        cursor = {"epoch": epoch, "seq": last, "revision": revision}
        message = {"type": "notifications", "after": after, "cursor": cursor, "replay": True, "items": chunk}
        yield Frame.of(message | {"unread": place.unread})
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
