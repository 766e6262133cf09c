"""Seats: where those who have a place stand, in columns: thousands can be looked at and moved at once.

No socket and no name may come in here. Kept by the places; whoever has a seat has their numbers there.
"""

import numpy as np
import numpy.typing as npt

from tidings.live.pipe import NO_DESCRIPTOR, Line, Numbers

FIRST_ROOM = 64


class Seats:
    """Columns of numbers, a row for each seat. They grow, so nobody may hold a column."""

    def __init__(self) -> None:
        self.seq: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self.revision: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self.is_live: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self.line: Numbers = np.zeros(0, np.int32)  # where to write while nothing waits, or NO_DESCRIPTOR
        self._free: list[int] = []

    def take(self) -> int:
        """Return the number of a seat that is nobody's."""
        if not self._free:
            self._grow()
        return self._free.pop()

    def give_back(self, seat: int) -> None:
        """Let somebody else have it."""
        self.is_live[seat], self.line[seat] = False, NO_DESCRIPTOR
        self._free.append(seat)

    def see_line(self, seat: int, line: Line) -> None:
        """Note whether this line can be written to."""
        self.line[seat] = line.descriptor if line.roomy else NO_DESCRIPTOR

    def _grow(self) -> None:
        before = len(self.seq)
        more = max(FIRST_ROOM, before)
        self.seq = np.append(self.seq, np.zeros(more, np.int64))
        self.revision = np.append(self.revision, np.zeros(more, np.int64))
        self.is_live = np.append(self.is_live, np.zeros(more, np.bool_))
        self.line = np.append(self.line, np.full(more, NO_DESCRIPTOR, np.int32))
        self._free.extend(range(before + more - 1, before - 1, -1))
