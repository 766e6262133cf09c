"""Close codes as data: what each means and whether the browser comes back.

Nothing but the table may come in here. assets/live/protocol.js holds the same table; a test compares the two.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

ComeBack = Literal["yes", "no", "new_token", "after_retry", "person"]


class Code(IntEnum):
    """Every code this server closes a WebSocket with (RFC 6455, 7.4: 4000-4999 are ours)."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    RESTARTING = 1012
    OVERLOADED = 1013
    BAD_MESSAGE = 4400
    REFUSED = 4401
    FORBIDDEN = 4403
    TOO_LATE = 4408
    SIGNED_OUT = 4410
    TOKEN_EXPIRED = 4411
    SILENT = 4420
    TOO_SLOW = 4428
    TOO_MANY = 4429
    FLOODING = 4430


@dataclass(frozen=True)
class Meaning:
    """A code's name on the wire, and what a browser does after it."""

    name: str
    come_back: ComeBack


MEANINGS: dict[Code, Meaning] = {
    Code.GOING_AWAY: Meaning("going away", "yes"),
    Code.TOO_BIG: Meaning("too big", "no"),
    Code.RESTARTING: Meaning("restarting", "after_retry"),
    Code.OVERLOADED: Meaning("overloaded", "yes"),
    Code.BAD_MESSAGE: Meaning("bad message", "no"),
    Code.REFUSED: Meaning("refused", "new_token"),
    Code.FORBIDDEN: Meaning("forbidden", "no"),
    Code.TOO_LATE: Meaning("too late", "yes"),
    Code.SIGNED_OUT: Meaning("signed out", "no"),
    Code.TOKEN_EXPIRED: Meaning("token expired", "new_token"),
    Code.SILENT: Meaning("silent", "yes"),
    Code.TOO_SLOW: Meaning("too slow", "yes"),
    Code.TOO_MANY: Meaning("too many connections", "person"),
    Code.FLOODING: Meaning("flooding", "after_retry"),
}
