"""One finger on the glass, as the browser's own gestures see it.

No assertion comes in here. Used by the journeys of touch screens and by the gallery.
"""

from typing import Any

from playwright.sync_api import Locator, Page

STEPS = 8
STEP_MS = 16
REST_MS = 150


class Finger:
    """Put it down, lead it somewhere, lift it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._line: Any = page.context.new_cdp_session(page)
        self._line.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        self.x, self.y = 0.0, 0.0

    def on(self, row: Locator, x: float = 180) -> None:
        """Come down on the line of a row."""
        box = row.locator(".row-bar").bounding_box()
        assert box
        self.x, self.y = x, box["y"] + box["height"] / 2
        self._say("touchStart")

    def goes(self, right: float, down: float = 0) -> None:
        """Go this far, in steps as a screen reports them."""
        for _ in range(STEPS):
            self.x, self.y = self.x + right / STEPS, self.y + down / STEPS
            self._say("touchMove")
            self.page.wait_for_timeout(STEP_MS)

    def rests(self) -> None:
        """Stay where it is for so long that it is no flick."""
        self.page.wait_for_timeout(REST_MS)

    def up(self) -> None:
        """Leave the glass."""
        self._line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _say(self, kind: str) -> None:
        point = {"x": self.x, "y": self.y}
        self._line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
