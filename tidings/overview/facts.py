"""What the overview shows besides rates: who is connected, how connections ended, how the engines do.

Nothing is remembered here. Called by broadcast.py. Bounded: an overview is for eyes.
"""

from collections.abc import Iterable
from typing import Any

from tidings.clock import iso
from tidings.database import Database
from tidings.live.hub import Hub
from tidings.live.places import Socket
from tidings.live.tally import Ending, Tally, name_of
from tidings.tally import EngineTally

MOST_SHOWN = 100
MOST_ENDINGS = 30


def people(hub: Hub, search: str) -> dict[str, Any]:
    """Return who is connected: those for whom bytes wait first, then the newest."""
    found = [socket for socket in hub.sockets() if _matches(socket, search.casefold())]
    found.sort(key=lambda socket: (socket.pipe.waiting_bytes() > 0, socket.since), reverse=True)
    return {"search": search, "found": len(found), "rows": [_row(socket) for socket in found[:MOST_SHOWN]]}


def endings(tally: Tally) -> list[dict[str, Any]]:
    """Return the last endings, the newest first."""
    return [_ending(each) for each in list(tally.endings)[: -MOST_ENDINGS - 1 : -1]]


def database(database: Database) -> dict[str, Any]:
    """Return how the database does."""
    tally, batches = database.tally, database.tally.batches
    return {
        "kind": database.dialect,
        "waiting": database.waiting,
        "busy": tally.busy,
        "batch": round(batches.total / batches.times, 1) if batches.times else None,
        "reads": engine(tally.reads),
        "writes": engine(tally.writes),
        "up": tally.up,
    }


def engine(tally: EngineTally) -> dict[str, Any]:
    """Return how an engine answers."""
    usual, slow = tally.answers.quantile(0.5), tally.answers.quantile(0.99)
    return {
        "up": tally.up,
        "usual_ms": None if usual is None else usual * 1000,
        "slow_ms": None if slow is None else slow * 1000,
        "errors": tally.errors.total(),
    }


def _matches(socket: Socket, search: str) -> bool:
    if not search:
        return True
    admission = socket.connection.admission
    name = admission.user_name if admission else ""
    return search in name.casefold() or search in socket.address


def _row(socket: Socket) -> dict[str, Any]:
    connection = socket.connection
    admission = connection.admission
    return {
        "id": connection.id,
        "user": admission.user_name if admission else "",
        "device": socket.device,
        "address": socket.address,
        "since": iso(socket.since),
        "state": connection.phase.value,
        "waiting_bytes": socket.pipe.waiting_bytes(),
        "round_trip_ms": connection.round_trip_ms,
    }


def _ending(ending: Ending) -> dict[str, Any]:
    return {
        "id": ending.connection,
        "user": ending.user,
        "address": ending.address,
        "code": ending.code,
        "name": name_of(ending.code),
        "ours": ending.ours,
        "lasted_s": round(ending.lasted_s, 1),
        "at": iso(ending.at),
    }


def counted(pipes: Iterable[Socket]) -> tuple[int, int]:
    """Return for how many bytes wait, and how many bytes."""
    waiting = [size for socket in pipes if (size := socket.pipe.waiting_bytes())]
    return len(waiting), sum(waiting)
