"""One tab in the words of somebody who looks at it: what the badge says, which cards, what to click.

No server, and no waiting by the clock: every sentence waits until it is true, or fails. Made by visitor.py.
"""

import re

from playwright.sync_api import Locator, Page, expect

SOON_S = 10.0  # of a machine that does other things, too; what is promised sooner says so
ALL_IS_THERE = "performance.getEntriesByType('resource').some(({ name }) => name.includes('radix_parts'))"


class Tab:
    """The feed, or the way to it, in one tab."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self._site = site

    # what there is

    @property
    def badge(self) -> Locator:
        """The connection badge."""
        return self.page.get_by_test_id("connection-badge")

    @property
    def cards(self) -> Locator:
        """All notifications in view."""
        return self.page.get_by_test_id("feed-item")

    @property
    def notice(self) -> Locator:
        """The words at the lower edge while there is no connection."""
        return self.page.get_by_role("alert")

    @property
    def reconnect(self) -> Locator:
        """The button in that notice."""
        return self.page.get_by_test_id("reconnect")

    def card(self, title: str) -> Locator:
        """The notification with this title."""
        return self.cards.filter(
            has=self.page.locator(".row-title", has_text=re.compile(f"^{re.escape(title)}$"))
        )

    # what is done

    def goes_to(self, path: str) -> None:
        """Type an address of this site."""
        self.page.goto(self._site + path)

    def comes_to_the_front(self) -> None:
        """Be looked at, instead of whatever was in front."""
        self.page.bring_to_front()

    def signs_in(self, name: str, password: str) -> None:
        """Fill the form and press the button."""
        form = self.page.get_by_test_id("sign-in-form")
        form.locator("[name=username]").fill(name)
        form.locator("[name=password]").fill(password)
        form.get_by_role("button", name="Sign in").click()

    def signs_out(self) -> None:
        """Press the button at the end of the page."""
        self.page.get_by_test_id("sign-out").click()

    def opens(self, title: str) -> None:
        """Open a notification, which reads it."""
        self.card(title).locator("button[aria-expanded]").click()

    def presses(self, name: str, title: str) -> None:
        """Press one of the small buttons of a notification."""
        card = self.card(title)
        card.locator("button[aria-expanded]").hover()
        card.get_by_role("button", name=name, exact=True).first.click()

    # what is seen

    def is_connected(self, within_s: float = SOON_S) -> None:
        """See the badge say that all is well."""
        self.is_in("connected", within_s=within_s)

    def is_at_rest(self) -> None:
        """Wait until the page has fetched all that can wait."""
        while not self.page.evaluate(ALL_IS_THERE):  # the page's policy lets nobody wait in there
            self.page.wait_for_timeout(100)

    def is_done_scrolling(self) -> None:
        """Wait until nothing scrolls: a key on the way, where the list has moved, Chromium may forget."""
        before = -1.0
        while (now := self.page.evaluate("scrollY")) != before:
            before = now
            self.page.wait_for_timeout(100)

    def is_in(self, state: str, reason: str = "", within_s: float = SOON_S) -> None:
        """See the badge in this state, for this reason."""
        words = f'[data-testid="connection-badge"][data-state="{state}"][data-reason="{reason}"]'
        expect(self.page.locator(words)).to_be_attached(timeout=within_s * 1000)

    def is_at_sign_in(self, within_s: float = SOON_S) -> None:
        """See the sign-in page."""
        expect(self.page.get_by_test_id("sign-in-form")).to_be_visible(timeout=within_s * 1000)
        expect(self.page).to_have_url(re.compile(r"/login/?(\?.*)?$"))

    def shows(self, *titles: str, within_s: float = SOON_S) -> None:
        """See exactly these notifications, from the top."""
        expect(self.cards.locator(".row-title")).to_have_text(list(titles), timeout=within_s * 1000)

    def counts(self, unread: int, within_s: float = SOON_S) -> None:
        """See this number of unread ones, in the header and in the title of the tab."""
        timeout = within_s * 1000
        expect(self.page.get_by_test_id("unread-count")).to_have_text(str(unread), timeout=timeout)
        expect(self.page).to_have_title(f"({unread}) Tidings" if unread else "Tidings", timeout=timeout)

    def shows_read(self, title: str, within_s: float = SOON_S) -> None:
        """See that one as read."""
        expect(self.card(title)).to_have_attribute("data-read", "true", timeout=within_s * 1000)

    def shows_unread(self, title: str, within_s: float = SOON_S) -> None:
        """See that one as not read."""
        expect(self.card(title)).to_have_attribute("data-read", "false", timeout=within_s * 1000)
