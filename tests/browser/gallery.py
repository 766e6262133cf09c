"""The gallery: pictures of every page and state, made from the real server, written to docs/screenshots.

No assertion comes in here; whoever made them looks at them. Run by scripts/screenshots; names make only some.
"""

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.chromium import Stand, installed
from tests.browser.finger import Finger
from tests.browser.people import Person, Sender, add_person
from tests.browser.sights import ADMIN, all_senders, awkward, every_page, realistic, spread_over_days
from tests.browser.visitor import Visitor
from tests.running import ROOT, TidingsServer

PLACE = ROOT / "docs/screenshots"
PHONE, TABLET, DESK = (390, 844), (820, 1180), (1440, 900)
SIZES = (PHONE, TABLET, DESK)
BOTH = ("light", "dark")
QUALITY = 70  # of WebP: text stays sharp, a picture has about 20 KB
SETTLED_MS = 700
FEW, MANY = 14, 200


class Gallery:
    """One server, one browser at a time, and the album on disk."""

    def __init__(self, playwright: Playwright, stand: Stand, server: TidingsServer, only: set[str]) -> None:
        self.server, self.sender, self.senders = server, Sender(server), all_senders(server)
        self._playwright, self._stand, self._only = playwright, stand, only
        self.made = 0

    def visitor(self, person: Person | None) -> Visitor:
        """Return a fresh browser, signed in as somebody or nobody."""
        visitor = Visitor(self._playwright, self._stand.take(), self.server.url)
        if person is not None:
            visitor.is_signed_in_as(person)
        return visitor

    def picture(
        self, page: Page, name: str, sizes: tuple[tuple[int, int], ...], themes: tuple[str, ...]
    ) -> None:
        """Take the page as it is, in these sizes and themes."""
        if self._only and not any(name.startswith(wanted) for wanted in self._only):
            return
        line: Any = page.context.new_cdp_session(page)
        line.send("Emulation.setScrollbarsHidden", {"hidden": True})  # as on a phone
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            for theme in themes:
                page.emulate_media(
                    color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce"
                )
                page.wait_for_timeout(SETTLED_MS)
                asked = {"format": "webp", "quality": QUALITY}
                taken = line.send("Page.captureScreenshot", asked)
                (PLACE / f"{name}-{width}-{theme}.webp").write_bytes(base64.b64decode(taken["data"]))
                self.made += 1


def pages(gallery: Gallery) -> None:
    """Every page there is, as an admin sees it, with something in it."""
    for name in ("alice", "bob", "carol"):
        gallery.server.command("user", "add", name, "--password-stdin", given="six green apples\n")
    gallery.server.command("group", "add", "ops", "alice", "bob")
    realistic(gallery.senders, ADMIN, FEW)
    spread_over_days(gallery.server)
    visitor = gallery.visitor(ADMIN)
    for sight in every_page():
        visitor.tab.goes_to(sight.path)
        visitor.tab.is_connected(10)
        visitor.tab.page.wait_for_load_state("networkidle")
        gallery.picture(visitor.tab.page, sight.name, SIZES, BOTH if sight.path == "/" else ("light",))
        gallery.picture(visitor.tab.page, sight.name, (DESK,), ("dark",))
    visitor.close()


def strangers(gallery: Gallery) -> None:
    """What is seen without a session, and where nothing is."""
    visitor = gallery.visitor(None)
    visitor.tab.goes_to("/login")
    gallery.picture(visitor.tab.page, "sign-in", SIZES, BOTH)
    visitor.tab.goes_to("/login?error=wrong")
    gallery.picture(visitor.tab.page, "sign-in-refused", (PHONE,), BOTH)
    visitor.close()
    visitor = gallery.visitor(add_person(gallery.server))
    visitor.tab.goes_to("/no/such/page")
    gallery.picture(visitor.tab.page, "not-found", (PHONE, DESK), ("light",))
    visitor.tab.goes_to("/users")
    gallery.picture(visitor.tab.page, "not-for-you", (DESK,), ("light",))
    visitor.close()


def empty(gallery: Gallery) -> None:
    """An inbox at nought, on the first day."""
    visitor = gallery.visitor(add_person(gallery.server))
    visitor.opens_the_feed()
    gallery.picture(visitor.tab.page, "inbox-empty", SIZES, BOTH)
    visitor.close()


def full(gallery: Gallery) -> None:
    """Two hundred unread, and what can be opened over them."""
    person = add_person(gallery.server)
    realistic(gallery.senders, person, MANY)
    spread_over_days(gallery.server)
    visitor = gallery.visitor(person)
    tab = visitor.opens_the_feed()
    gallery.picture(tab.page, "inbox-200-unread", (PHONE, DESK), ("light",))
    tab.badge.click()
    gallery.picture(tab.page, "connection-panel", (PHONE, DESK), BOTH)
    tab.page.keyboard.press("Escape")
    tab.page.get_by_test_id("account-menu").click()
    gallery.picture(tab.page, "account-menu", (DESK,), BOTH)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("?")
    gallery.picture(tab.page, "keyboard-help", (DESK,), BOTH)
    visitor.close()


def difficult(gallery: Gallery) -> None:
    """Long words, other scripts, other directions, an opened item."""
    person = add_person(gallery.server)
    awkward(gallery.sender, person)
    visitor = gallery.visitor(person)
    tab = visitor.opens_the_feed()
    gallery.picture(tab.page, "inbox-difficult", SIZES, BOTH)
    tab.opens("With data")
    gallery.picture(tab.page, "inbox-opened", (PHONE, DESK), BOTH)
    visitor.close()


def touched(gallery: Gallery) -> None:
    """A phone under a finger: a row on its way, and the choices that come up."""
    person = add_person(gallery.server)
    realistic(gallery.senders, person, FEW)
    visitor = gallery.visitor(person)
    page = visitor.tab.page
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    tab = visitor.opens_the_feed()
    tab.page.get_by_role("button", name="Dismiss all").click()
    finger = Finger(page)
    for name, way, themes in (("swipe-done", 150, BOTH), ("swipe-snooze", -150, ("light",))):
        finger.on(tab.cards.nth(1))
        finger.goes(way)
        gallery.picture(page, name, (PHONE,), themes)
        if way > 0:
            finger.goes(-way)  # not done after all
        finger.rests()
        finger.up()
    gallery.picture(page, "snooze-sheet", (PHONE,), BOTH)
    visitor.close()


def right_to_left(gallery: Gallery) -> None:
    """The same for somebody who reads Arabic."""
    person = add_person(gallery.server)
    awkward(gallery.sender, person)
    visitor = gallery.visitor(person)
    visitor.chooses(language="ar")
    tab = visitor.opens_the_feed()
    expect(tab.page.locator("html")).to_have_attribute("dir", "rtl")
    gallery.picture(tab.page, "arabic-inbox", (PHONE, DESK), ("light",))
    tab.badge.click()
    gallery.picture(tab.page, "arabic-panel", (PHONE,), ("dark",))
    tab.goes_to("/preferences")
    tab.is_connected()
    gallery.picture(tab.page, "arabic-preferences", (DESK,), ("light",))
    visitor.close()


def failing(gallery: Gallery) -> None:
    """Offline, the server gone, and given up. The last of all, because the server does not come back."""
    person = add_person(gallery.server)
    realistic(gallery.senders, person, FEW)
    visitor = gallery.visitor(person)
    tab = visitor.opens_the_feed()
    visitor.context.set_offline(True)
    expect(tab.notice).to_be_visible()
    gallery.picture(tab.page, "inbox-offline", (PHONE, DESK), BOTH)
    visitor.context.set_offline(False)
    tab.is_connected(10)
    gallery.server.kill()
    tab.page.wait_for_timeout(2_500)
    gallery.picture(tab.page, "inbox-reconnecting", (PHONE, DESK), ("light",))
    tab.is_in("disconnected", "gave_up", within_s=60)
    gallery.picture(tab.page, "inbox-gave-up", (PHONE, DESK), BOTH)
    visitor.close()


ROOMS: tuple[Callable[[Gallery], None], ...] = (
    pages,
    strangers,
    empty,
    full,
    difficult,
    touched,
    right_to_left,
    failing,
)


def main() -> None:
    """Make the pictures; names on the command line make only those that begin so."""
    PLACE.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    if not only:
        for old in PLACE.glob("*.webp"):
            old.unlink()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = installed(playwright)
        if program is None:
            sys.exit("No Chromium: install the package chromium, or run `playwright install chromium`.")
        limits = {f"TIDINGS_{name}": "0" for name in ("MAX_PUBLISHES_PER_SECOND_PER_KEY",)}
        server = TidingsServer(Path(folder) / "data", **limits)
        stand = Stand(program)
        server.start()
        try:
            gallery = Gallery(playwright, stand, server, only)
            for room in ROOMS:
                room(gallery)
                print(f"{room.__name__}: {gallery.made} pictures so far", flush=True)
        finally:
            stand.close()
            server.stop()
    size = sum(path.stat().st_size for path in PLACE.glob("*.webp"))
    print(f"{size / 1e6:.1f} MB in {PLACE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
