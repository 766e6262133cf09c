"""Who may shake hands at all: path, origin, no token in the address, not too many from one address.

No connection may come in here: these are decided before the upgrade. Called by the endpoint.
"""

import math
import random
from collections.abc import Callable, Collection, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

from tidings.live.limits import Doorkeeper

PATH = "/ws"
DRAIN_WINDOW_MS = 5_000  # everybody comes back within this time after a restart, not all at once


@dataclass(frozen=True)
class Refusal:
    """An answer in plain HTTP (RFC 9457), instead of an upgrade."""

    status: int
    title: str
    detail: str
    retry_after_s: int | None = None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return [] if self.retry_after_s is None else [(b"retry-after", b"%d" % self.retry_after_s)]

    @property
    def body(self) -> bytes:
        problem = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return orjson.dumps(problem)


NO_SUCH_PATH = Refusal(404, "Not Found", "There is no WebSocket here; it is at /ws.")
TOKEN_IN_URL = Refusal(400, "Bad Request", "/ws takes no query: the token goes into the first message.")
SUBPROTOCOL = Refusal(400, "Bad Request", "/ws has no subprotocols: the token goes into the first message.")
FOREIGN = Refusal(403, "Forbidden", "Pages of this origin may not connect here.")


class Door:
    """Decides about handshakes, and counts those who have not said who they are."""

    def __init__(
        self,
        origins: Collection[str],
        keeper: Doorkeeper,
        address_of: Callable[[MutableMapping[str, Any]], str],
    ) -> None:
        self._origins = frozenset(origins)
        self._keeper = keeper
        self.address_of = address_of
        self.left = keeper.left

    def refuses(self, scope: MutableMapping[str, Any], address: str, now: float) -> Refusal | None:
        """Return why this handshake is refused, or None. The query is looked at for being there, not read."""
        if scope["path"] != PATH or scope.get("raw_path", b"/ws").split(b"?")[0] != PATH.encode():
            return NO_SUCH_PATH
        if scope.get("query_string"):
            return TOKEN_IN_URL
        if scope.get("subprotocols"):
            return SUBPROTOCOL
        if not self._at_home(scope):
            return FOREIGN
        return _crowded(self._keeper.wait(address, now))

    async def enter(self, address: str) -> Refusal | None:
        """Count somebody who has not said who it is yet, or return why there is no room for one more."""
        return _crowded(await self._keeper.enter(address))

    def spread_ms(self) -> int:
        """Return a moment to come back at, somewhere in the drain window."""
        return random.randint(500, DRAIN_WINDOW_MS)

    def _at_home(self, scope: MutableMapping[str, Any]) -> bool:
        """A browser always names its origin; a client without one is no browser and brings no cookie."""
        named = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"origin"]
        return all(origin in self._origins for origin in named)


def _crowded(wait_s: float) -> Refusal | None:
    if not wait_s:
        return None
    detail = "Too many connections from this address."
    return Refusal(429, "Too Many Requests", detail, math.ceil(wait_s))
