"""A WebSocket as a browser of that site holds one: authenticated, answering heartbeats.

No judgement may come in here. Used by the checks beside it.
"""

import json
import time
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

WITHIN_S = 10.0
LARGEST = 4 * 1024 * 1024

Message = dict[str, Any]


class Line:
    """One live connection."""

    def __init__(self, url: str, origin: str) -> None:
        # The library must not ping: what keeps a line alive here is what keeps a browser's alive.
        self._stack = ExitStack()
        opening = connect(
            url,
            origin=origin,  # pyright: ignore[reportArgumentType]
            compression=None,
            ping_interval=None,
            open_timeout=WITHIN_S,
            close_timeout=2,
            max_size=LARGEST,
            proxy=None,
        )
        self._socket: ClientConnection = self._stack.enter_context(opening)
        self.welcome: Message = {}
        self.opened_at = time.monotonic()

    def enter(self, token: str, cursor: Message | None = None) -> Message:
        """Say who we are; return the welcome."""
        auth: Message = {"type": "auth", "token": token, "protocol": 1}
        self.say(auth | ({"cursor": cursor} if cursor else {}))
        self.welcome = self.hear(lambda message: message["type"] == "auth_ok")
        return self.welcome

    def say(self, message: Message) -> None:
        """Send a message."""
        self._socket.send(json.dumps(message))

    def hear(self, wanted: Callable[[Message], bool], within_s: float = WITHIN_S) -> Message:
        """Return the first message like that; heartbeats are answered meanwhile. Raises `TimeoutError`."""
        deadline = time.monotonic() + within_s
        while (left_s := deadline - time.monotonic()) > 0:
            message = _read(self._socket.recv(timeout=left_s))
            if message["type"] == "ping":
                self.say({"type": "pong", "t": message["t"]})
            if wanted(message):
                return message
        raise TimeoutError("nothing came")

    def silent_for(self, seconds: float) -> float:
        """Say nothing for so long; return after how many seconds the line was cut, or all of them."""
        began = time.monotonic()
        self.say({"type": "silence", "seconds": seconds + WITHIN_S})
        try:
            while (passed := time.monotonic() - began) < seconds:
                self._socket.recv(timeout=seconds - passed)
        except TimeoutError:
            return seconds
        except ConnectionClosed:
            return time.monotonic() - began
        return seconds

    def close(self) -> None:
        """Say goodbye."""
        self._stack.close()


def _read(frame: str | bytes) -> Message:
    text = frame if isinstance(frame, str) else zlib.decompress(frame, -zlib.MAX_WBITS)
    return json.loads(text)
