"""Somebody on the line between page and server who doubles, swaps, drops and cuts.

No page comes in here. Laid over a tab before it opens the feed.
"""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

Lie = Callable[[str], list[str]]


def truth(frame: str) -> list[str]:
    """Pass everything on."""
    return [frame]


def doubled(frame: str) -> list[str]:
    """Say everything twice."""
    return [frame, frame]


def kind_of(frame: str) -> str:
    """Return the type of a message."""
    return json.loads(frame)["type"]


class Swapped:
    """Hold the first of two arrivals back until after the second."""

    def __init__(self) -> None:
        self._held: list[str] = []

    def __call__(self, frame: str) -> list[str]:
        """Swap."""
        if kind_of(frame) != "notifications":
            return [frame]
        if not self._held:
            self._held.append(frame)
            return []
        return [frame, self._held.pop()]


class Lost:
    """Lose the first arrivals for ever."""

    def __init__(self, count: int = 1) -> None:
        self._left = count

    def __call__(self, frame: str) -> list[str]:
        """Lose or pass on."""
        if kind_of(frame) == "notifications" and self._left:
            self._left -= 1
            return []
        return [frame]


def saying(change: Callable[[dict[str, Any]], None]) -> Lie:
    """Change each arriving item."""

    def lie(frame: str) -> list[str]:
        message = json.loads(frame)
        for item in message.get("items", []):
            change(item)
        return [json.dumps(message)]

    return lie


class Liar:
    """Sits on every socket of one page; `lie` may change at any time."""

    def __init__(self, page: Page, lie: Lie = truth) -> None:
        self.lie = lie
        self.lines: list[WebSocketRoute] = []
        page.route_web_socket(lambda url: url.endswith("/ws"), self._sit)

    def cuts(self, code: int) -> None:
        """End the newest connection with this code, on both sides."""
        self.lines[-1].close(code=code, reason="cut")

    def _sit(self, line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        self.lines.append(line)

        def pass_on(frame: str | bytes) -> None:
            for each in self.lie(frame) if isinstance(frame, str) else [frame]:
                line.send(each)

        server.on_message(pass_on)
