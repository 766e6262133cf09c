"""Somebody with a browser of their own: a fresh profile with tabs, a network that can fail, and a witness.

No assertion about pages (tab.py) comes in here. Made by the fixture `open_browser`.
"""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.chromium import Chromium
from tests.browser.people import Person
from tests.browser.tab import Tab
from tests.browser.witness import Witness
from tests.running import wait_until


class Visitor:
    """One browser. Its first tab is `tab`."""

    def __init__(
        self, playwright: Playwright, chromium: Chromium, site: str, *, shares: bool = False
    ) -> None:
        self.site = site
        self._chromium = chromium
        try:
            self._arrive(playwright, shares)
        except BaseException:
            self._chromium.close()  # whoever never had the visitor cannot close it
            raise

    def _arrive(self, playwright: Playwright, shares: bool) -> None:
        address = self._chromium.address()
        self.browser: Browser = playwright.chromium.connect_over_cdp(address, no_defaults=True)
        self.context: BrowserContext = self.browser.contexts[0]
        self.context.set_default_timeout(20_000)
        if not shares:
            self.context.add_init_script("delete window.SharedWorker")
        self.witness = Witness(self.context, self.site)
        self.tab = Tab(self.context.pages[0], self.site)
        self.tab.comes_to_the_front()  # else nothing in it can have the focus

    def is_signed_in_as(self, person: Person) -> None:
        """Have the cookie without the form, which has journeys of its own."""
        words = {"username": person.name, "password": person.password}
        answer = self.context.request.post(self.site + "/api/v1/session", data=words)
        assert answer.ok, answer.text()

    def chooses(self, **preferences: Any) -> None:
        """Have chosen before; the page of preferences has journeys of its own."""
        door = f"{self.site}/api/v1/preferences"
        answer = self.context.request.put(door, data=preferences, headers={"Origin": self.site})
        assert answer.ok, answer.text()

    @property
    def devtools_address(self) -> str:
        """Where the browser tells of everything in it."""
        return self._chromium.address()

    def opens_the_feed(self) -> Tab:
        """Look at the feed in the first tab until it is live."""
        self.tab.goes_to("/")
        self.tab.is_connected()
        expect(self.tab.page.get_by_test_id("feed")).to_have_attribute("aria-busy", "false")
        return self.tab

    def opens_another_tab(self, path: str = "/") -> Tab:
        """Open a tab of the same browser in front of the others."""
        tab = Tab(self.context.new_page(), self.site)
        tab.goes_to(path)
        return tab

    def looks_at_something_else(self) -> Page:
        """Put a tab that is none of ours in front: the others are hidden now, really."""
        return self.context.new_page()

    def connections(self) -> int:
        """Ask the server how many live connections this person has."""
        sessions = self.context.request.get(self.site + "/api/v1/sessions").json()["sessions"]
        return sum(len(session["connections"]) for session in sessions)

    def has_connections(self, count: int, within_s: float = 3) -> None:
        """See the server agree."""
        wait_until(lambda: self.connections() == count, within_s, f"{count} connections at the server")

    def waits_until(self, true: Any, within_s: float, what: str) -> None:
        """Wait for something that the witness notes; its notes come in while the page is looked at."""

        def look() -> bool:
            self.tab.page.wait_for_timeout(20)
            return bool(true())

        wait_until(look, within_s, what)

    def close(self) -> list[str]:
        """End the browser; return what the witness complains about."""
        self._chromium.close()
        return self.witness.verdict()
