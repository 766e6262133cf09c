"""Ranks: those who hear the same broadcast, drawn up in columns, and told it all at once.

No database and nobody's name may come in here. Kept by the places as long as nobody comes or goes; called by
the crier. Whoever cannot be told like all the others is told alone, as if there were no ranks.
"""

import logging
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tidings.live.codes import Code
from tidings.live.needs import Position
from tidings.live.pipe import NO_DESCRIPTOR, SendRows, Table
from tidings.live.places import Places, Socket
from tidings.live.press import Run
from tidings.live.seats import Seats
from tidings.live.sheet import Columns, printed, sheets, widest

NOBODY: Mapping[str, Socket] = {}

log = logging.getLogger("tidings.live")

Flags = npt.NDArray[np.bool_]
Step = tuple[int, int, int]  # the first revision of some news, and the seq and revision after them


class Ranks:
    """The listeners among `positions`: those who take deflate, and those who do not."""

    def __init__(self, positions: Collection[Position], places: Places, send: SendRows) -> None:
        self.positions = positions
        plain, deflating = list[tuple[Socket, Position]](), list[tuple[Socket, Position]]()
        for position in positions:
            for socket in places.listeners.get(position[0], NOBODY).values():
                (deflating if socket.connection.deflates else plain).append((socket, position))
        ranks = (plain, False), (deflating, True)
        self._ranks = [
            _Rank(members, places.seats, send, deflates=deflates) for members, deflates in ranks if members
        ]

    def tell(self, run: Run, further: int) -> int:
        """Tell everybody these items, after which they stand so much `further`; return how many heard."""
        return sum(rank.tell(run, further) for rank in self._ranks)


class _Rank:
    """Those who are told in the same form."""

    def __init__(
        self, members: Sequence[tuple[Socket, Position]], seats: Seats, send: SendRows, *, deflates: bool
    ) -> None:
        self._sockets = [socket for socket, _ in members]
        self._at = np.array([socket.connection.seat for socket in self._sockets])
        _, *stand = zip(*(position for _, position in members), strict=True)
        self._stand: Columns = np.array(stand, np.int64)  # seq, revision, unread
        self._seats, self._send, self._deflates = seats, send, deflates

    def tell(self, run: Run, further: int) -> int:
        here = self._stand + further
        numbers = _numbers(here, run.amount)
        digits = printed(numbers, widest(numbers))
        form = run.form(digits.shape[2], deflated=self._deflates)
        apart = self._step(here, run.amount)  # from here on, nobody may be left without a word
        place, told = 0, 0
        try:
            for sheet in sheets(form, digits):
                told += self._send_out(sheet, place, here, apart, run.amount)
                place += len(sheet)
        except Exception:
            log.exception("A broadcast broke off by an error of ours; who was still to hear it comes back.")
            for socket in self._sockets[place:]:
                socket.end(Code.OVERLOADED)
        return told

    def _send_out(self, sheet: Table, start: int, here: Columns, apart: Flags, amount: int) -> int:
        """Send a sheet, whose first row is for that place, and see to those for whom that was not enough."""
        places, told = slice(start, start + len(sheet)), len(sheet)
        lines = np.where(apart[places], NO_DESCRIPTOR, self._seats.line[self._at[places]])
        taken = self._send(lines, sheet)
        for row in np.flatnonzero(taken != sheet.shape[1]).tolist():
            step = _step_of(here, start + row, amount) if apart[start + row] else None
            told -= not self._see_to(start + row, sheet[row].tobytes(), int(taken[row]), step)
        return told

    def _step(self, here: Columns, amount: int) -> Flags:
        """Move all who are live and stand exactly before it; return who is not among them."""
        seats, at = self._seats, self._at
        apart = ~seats.is_live[at] | (seats.revision[at] != here[1] - amount)
        moved = ~apart
        seats.seq[at[moved]], seats.revision[at[moved]] = here[0][moved], here[1][moved]
        return apart

    def _see_to(self, place: int, framed: bytes, taken: int, apart: Step | None) -> bool:
        """Do for one what could not be done for all; False when they are told nothing now."""
        socket = self._sockets[place]
        try:
            if apart is not None:
                return socket.put(framed, *apart)
            socket.offered(framed, taken)
        except Exception:
            log.exception("A connection could not be told its news; it is asked to come back.")
            socket.end(Code.OVERLOADED)
            return False
        return True


def _step_of(here: Columns, place: int, amount: int) -> Step:
    seq, revision, _ = here[:, place].tolist()
    return revision - amount + 1, seq, revision


def _numbers(here: Columns, amount: int) -> Columns:
    """Return the numbers of a frame in the order they stand there (press.py)."""
    seq, revision, unread = here
    each = [seq - amount + place for place in range(1, amount + 1)]
    return np.stack([seq - amount, seq, revision, unread, *each])
