"""For everybody: axe finds nothing on any page, in either theme, at any size; nothing moves unasked.

The pages come from the app itself, so that a new one is looked at without being named here.
"""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender
from tests.browser.sights import ADMIN, Sight, awkward, every_page
from tests.browser.visitor import Visitor

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
PAGES = every_page()
NAMES = [sight.name for sight in PAGES]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 256}  # what is left of 1280 × 1024 at 400 % (WCAG 1.4.10)
SETTLED_MS = 400  # what fades in has no contrast yet
STILL_MS = 100  # for readers who want no motion nothing fades
SMALLEST_TARGET = 24  # WCAG 2.5.8
PRESSED = "a[href], button, [role=button], input, select, [role=menuitem], [role=tab]"

Opened = Callable[[Sight], Page]


@pytest.fixture
def opened(open_browser: Callable[[], Visitor], sender: Sender) -> Opened:
    """Return what opens a page as the admin, with a difficult inbox, until it has settled."""
    visitor = open_browser()
    visitor.is_signed_in_as(ADMIN)
    awkward(sender, ADMIN)
    page = visitor.tab.page
    page.emulate_media(reduced_motion="reduce")

    def opened(sight: Sight) -> Page:
        visitor.tab.goes_to(sight.path)
        visitor.tab.is_connected()
        settled(page, STILL_MS)
        return page

    return opened


def settled(page: Page, ms: int = SETTLED_MS) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(ms)


def finds_nothing(page: Page, *besides: str) -> None:
    """Let axe look with all its rules, best practices too."""
    rules = {rule: {"enabled": False} for rule in besides}
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("async (rules) => (await axe.run({rules})).violations", rules)
    assert not [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]


def themed(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")


def never_scrolls_sideways(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], page.evaluate(
        """[...document.querySelectorAll("main *, header *")]
           .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
           .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))"""
    )


@pytest.mark.parametrize("sight", PAGES, ids=NAMES)
def test_axe_finds_nothing_on_any_page(opened: Opened, sight: Sight) -> None:
    page = opened(sight)
    for theme in ("light", "dark"):
        themed(page, theme)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
            settled(page, STILL_MS)
            finds_nothing(page)


@pytest.mark.parametrize("sight", PAGES, ids=NAMES)
def test_every_page_fits_everybody(opened: Opened, sight: Sight) -> None:
    page = opened(sight)
    has_landmarks(page)
    page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    settled(page, STILL_MS)
    has_nothing_too_small_to_press(page)
    page.set_viewport_size(NARROW)  # pyright: ignore[reportArgumentType]
    settled(page, STILL_MS)
    never_scrolls_sideways(page)
    page.reload()
    settled(page)
    moves_nothing(page)


def has_landmarks(page: Page) -> None:
    """See one main part, one header, one heading above all, and a way past the header."""
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)
    assert page.title().endswith("Tidings")
    assert page.locator("html").get_attribute("lang")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def moves_nothing(page: Page) -> None:
    moving = page.evaluate(
        """document.getAnimations().filter((each) => each.playState === "running")
           .map((each) => [each.animationName ?? each.transitionProperty, each.effect?.target?.className])"""
    )
    assert not moving


def has_nothing_too_small_to_press(page: Page) -> None:
    """Measure what can be pressed, except for links within text."""
    small = page.evaluate(
        """([what, least]) => [...document.querySelectorAll(what)]
           .filter((each) => each.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
           .filter((each) => !each.closest("p") && getComputedStyle(each).clipPath === "none")
           .map((each) => [each, each.getBoundingClientRect()])
           .filter(([, box]) => box.width > 1 && (box.width < least || box.height < least))
           .map(([each, box]) => [each.outerHTML.slice(0, 100), box.width, box.height])""",
        [PRESSED, SMALLEST_TARGET],
    )
    assert not small


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/login", "/login?error=wrong", "/nowhere"])
def test_axe_finds_nothing_where_strangers_come(
    open_browser: Callable[[], Visitor], path: str, theme: str
) -> None:
    visitor = open_browser()
    visitor.witness.expects("status of 40[14]")  # strangers have no session, and /nowhere is nowhere
    page = visitor.tab.page
    themed(page, theme)
    visitor.tab.goes_to(path)
    page.wait_for_url("**/login*")  # where strangers end up, wherever they came
    settled(page)
    finds_nothing(page)
    page.set_viewport_size(NARROW)  # pyright: ignore[reportArgumentType]
    settled(page)
    never_scrolls_sideways(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_the_inbox(
    visitor: Visitor, person: Person, sender: Sender, theme: str
) -> None:
    page = visitor.tab.page
    themed(page, theme)
    tab = visitor.opens_the_feed()
    finds_nothing(page)  # empty
    awkward(sender, person)
    expect(tab.cards.first).to_be_visible()
    settled(page)
    finds_nothing(page)  # with toasts
    tab.opens("With data")
    settled(page)
    finds_nothing(page)
    for thing, role in (("connection-badge", "dialog"), ("account-menu", "menu")):
        page.get_by_test_id(thing).click()
        expect(page.get_by_role(role)).to_be_visible()  # pyright: ignore[reportArgumentType]
        settled(page)
        finds_nothing(page, "region")  # a menu that floats over the page belongs to no part of it
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    settled(page)
    finds_nothing(page)
    page.keyboard.press("Escape")
    visitor.context.set_offline(True)
    expect(tab.notice).to_be_visible()
    settled(page)
    finds_nothing(page)
    visitor.context.set_offline(False)


def test_who_may_not_see_a_page_is_told_so_politely(visitor: Visitor) -> None:
    visitor.witness.expects("status of 403")
    page = visitor.tab.page
    for sight in PAGES:
        answer = page.goto(visitor.site + sight.path)
        assert answer is not None
        if answer.status == 403:
            settled(page)
            finds_nothing(page)
