"""What the overview shows besides rates: who is connected, how connections ended, how the database does.

Nothing is remembered here. Called by broadcast.py. Bounded: an overview is for eyes.
"""

from collections.abc import Iterable
from heapq import nlargest

from tidings.clock import iso
from tidings.database import Database
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.live.tally import Ending, Tally, name_of
from tidings.overview.report import MOST_ROWS, DatabaseHealth, Ended, Engine, Found, Row

MOST_SHOWN = MOST_ROWS
MOST_ENDINGS = 30


def people(hub: Hub, search: str) -> Found:
    """Return who is connected: those for whom bytes wait first, then the newest."""
    wanted = search.casefold()
    found = [socket for socket in hub.sockets() if _matches(socket, wanted)]
    shown = nlargest(MOST_SHOWN, found, key=lambda socket: (socket.pipe.waiting_bytes() > 0, socket.since))
    return Found(found=len(found), rows=[_row(socket) for socket in shown])


def endings(tally: Tally) -> list[Ended]:
    """Return the last endings, the newest first."""
    return [_ending(each) for each in list(tally.endings)[: -MOST_ENDINGS - 1 : -1]]


def database(database: Database) -> DatabaseHealth:
    """Return how the database does."""
    tally, batches = database.tally, database.tally.batches
    return DatabaseHealth(
        kind=database.dialect,
        up=tally.up,
        waiting=database.waiting,
        busy=tally.busy,
        batch=round(batches.total / batches.times, 1) if batches.times else None,
        reads=Engine.of(tally.reads),
        writes=Engine.of(tally.writes),
    )


def counted(pipes: Iterable[Socket]) -> tuple[int, int]:
    """Return for how many bytes wait, and how many bytes."""
    waiting = [size for socket in pipes if (size := socket.pipe.waiting_bytes())]
    return len(waiting), sum(waiting)


def _matches(socket: Socket, search: str) -> bool:
    if not search:
        return True
    admission = socket.connection.admission
    name = admission.user_name if admission else ""
    return search in name.casefold() or search in socket.address


def _row(socket: Socket) -> Row:
    connection = socket.connection
    admission = connection.admission
    return Row(
        id=connection.id,
        user=admission.user_name if admission else "",
        device=socket.device,
        address=socket.address,
        since=iso(socket.since),
        state=connection.phase.value,
        waiting_bytes=socket.pipe.waiting_bytes(),
        round_trip_ms=connection.round_trip_ms,
    )


def _ending(ending: Ending) -> Ended:
    return Ended(
        id=ending.connection,
        user=ending.user,
        address=ending.address,
        code=ending.code,
        name=name_of(ending.code),
        ours=ending.ours,
        lasted_s=round(ending.lasted_s, 1),
        at=iso(ending.at),
    )
