"""An exchange: a request whose body is all there, and its answer in one piece, past the messages of ASGI.

No route and no header of ours may come in here. Offered by `PatientHttp` as `tidings.exchange` among the
scope's extensions; used by the shield and by whoever reads bodies. What is not whole goes the usual way.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, 5.6.2, in lower case
VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
LINES_KEPT = 512  # most headers say the same in every answer
PIECEWISE = frozenset({b"connection", b"transfer-encoding"})  # uvicorn knows what these ask for
WITHOUT_BODY = frozenset({204, 304})

Header = tuple[bytes, bytes]


class Exchange:
    """One request and its answer, seen through uvicorn's own record of them; nothing once it is over."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle: RequestResponseCycle | None = cycle

    def body(self) -> bytes | None:
        """Return the whole body, or None while some of it is on its way."""
        cycle = self._cycle
        return None if cycle is None or cycle.more_body or cycle.disconnected else bytes(cycle.body)

    def answer(self, status: int, headers: Iterable[Header], body: bytes) -> bool:
        """Write the whole answer; False when it has to go in pieces."""
        cycle = self._cycle
        if cycle is None or _is_special(cycle, status):
            return False
        head = _head(status, [*cycle.default_headers, *headers], body)
        if head is None:
            return False
        head.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
        cycle.transport.write(b"".join((*head, body)))
        _finish(cycle)
        return True

    def close(self) -> None:
        """It is over. The record holds the scope, and the scope holds us."""
        self._cycle = None


def _is_special(cycle: RequestResponseCycle, status: int) -> bool:
    hindered = cycle.response_started or cycle.disconnected or cycle.flow.write_paused
    return hindered or cycle.scope["method"] == "HEAD" or status in WITHOUT_BODY


def _finish(cycle: RequestResponseCycle) -> None:
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def _head(status: int, headers: list[Header], body: bytes) -> list[bytes] | None:
    """Return the lines of an answer's head, or None when something about it is unusual."""
    said = dict(headers)
    if said.get(b"content-length") != b"%d" % len(body) or not PIECEWISE.isdisjoint(said):
        return None
    lines = [STATUS_LINE[status]]
    for name, value in headers:
        line = _line(name, value)
        if line is None:
            return None
        lines.append(line)
    return lines


@lru_cache(maxsize=LINES_KEPT)
def _line(name: bytes, value: bytes) -> bytes | None:
    """Return the line of a header, or None when nobody may say that."""
    return b"%b: %b\r\n" % (name, value) if NAME.fullmatch(name) and VALUE.fullmatch(value) else None
