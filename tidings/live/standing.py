"""Standing: in which phase a connection is, and up to where its browser was told.

No message may come in here. A connection is one; who has a place also has a seat (seats.py), and then its
numbers are there, where a broadcast finds them beside all others'.
"""

from enum import StrEnum

from tidings.live.pipe import Line
from tidings.live.seats import Seats


class Phase(StrEnum):
    """Where a connection stands."""

    OPENING = "opening"  # waits for `auth`
    ADMITTING = "admitting"  # somebody looks at the token
    REPLAYING = "replaying"  # admitted; what was missed goes first
    LIVE = "live"
    ENDED = "ended"


LIVE = Phase.LIVE  # by this name it costs nothing to look up


class Standing:
    """Numbers of its own, or those of its seat."""

    __slots__ = ("_phase", "_revision", "_seat", "_seats", "_seq")

    def __init__(self) -> None:
        self._phase = Phase.OPENING
        self._seq = self._revision = 0
        self._seats: Seats | None = None
        self._seat = 0

    def sit(self, seats: Seats, line: Line) -> None:
        """Have the numbers in a seat from now on, where a broadcast finds them (ranks.py)."""
        self._seat, self._seats = seats.take(), seats
        self.phase, self.seq, self.revision = self._phase, self._seq, self._revision
        self.see_line(line)

    def rise(self) -> None:
        """Give the seat back."""
        if self._seats is not None:
            self._seq, self._revision = self.seq, self.revision
            self._seats.give_back(self._seat)
            self._seats = None

    def see_line(self, line: Line) -> None:
        """Note in the seat whether somebody can write past the pipe."""
        if self._seats is not None:
            self._seats.see_line(self._seat, line)

    @property
    def seat(self) -> int:
        """The number of the seat it has."""
        return self._seat

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        return self._phase

    @phase.setter
    def phase(self, phase: Phase) -> None:
        self._phase = phase
        if self._seats is not None:
            self._seats.is_live[self._seat] = phase is Phase.LIVE

    @property
    def seq(self) -> int:
        """The number of the last item it was told."""
        return self._seq if self._seats is None else self._seats.seq.item(self._seat)

    @seq.setter
    def seq(self, seq: int) -> None:
        if self._seats is None:
            self._seq = seq
        else:
            self._seats.seq[self._seat] = seq

    @property
    def revision(self) -> int:
        """The revision of the inbox it was told."""
        return self._revision if self._seats is None else self._seats.revision.item(self._seat)

    @revision.setter
    def revision(self, revision: int) -> None:
        if self._seats is None:
            self._revision = revision
        else:
            self._seats.revision[self._seat] = revision

    def follow(self, first_revision: int, seq: int, revision: int) -> bool:
        """Go on to there, if that continues exactly what the browser was told; else stay, and say so."""
        if self._phase is not LIVE or self.revision != first_revision - 1:
            return False
        self.seq, self.revision = seq, revision
        return True
