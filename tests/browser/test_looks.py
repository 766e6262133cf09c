"""What every page owes its readers: no sideways scrolling on a phone, and nothing to stumble over."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}  # WCAG 1.4.10: no sideways scrolling down to here
SERIOUS = ("serious", "critical")
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 4


def _publish_all_kinds(sender: Sender, person: Person) -> None:
    for level in ("info", "success", "warning", "error"):
        sender.publishes(
            f"A {level}", person, level=level, body="What happened\nand what to do", category="deploys"
        )
    sender.publishes(LONG_WORD[:190], person, body=LONG_WORD * 3, url="https://example.org/" + "a" * 200)
    sender.publishes("Twice", person, dedupe_key="twice")
    sender.publishes("Twice", person, dedupe_key="twice", priority=5)


def finds_nothing_serious(page: Page) -> None:
    page.wait_for_timeout(300)  # what fades in has no contrast yet
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    serious = [
        (rule["id"], rule["help"], [node["target"] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in SERIOUS
    ]
    assert not serious


def never_scrolls_sideways(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axefinds_nothing_serious(visitor: Visitor, person: Person, sender: Sender, theme: str) -> None:
    page = visitor.tab.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    tab = visitor.opens_the_feed()
    expect(tab.page.locator("html")).to_have_class(theme)
    finds_nothing_serious(page)
    _publish_all_kinds(sender, person)
    expect(tab.cards).to_have_count(6)
    tab.opens("A warning")
    finds_nothing_serious(page)
    page.keyboard.press("s")
    expect(page.get_by_role("menu")).to_be_visible()
    finds_nothing_serious(page)
    page.get_by_role("menuitem", name="Pick…").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    finds_nothing_serious(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("x")
    expect(page.get_by_test_id("selection-bar")).to_be_visible()
    finds_nothing_serious(page)
    page.keyboard.press("?")
    expect(page.get_by_test_id("help")).to_be_visible()
    finds_nothing_serious(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    tab.badge.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    finds_nothing_serious(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("account-menu").click()
    expect(page.get_by_role("menu")).to_be_visible()
    finds_nothing_serious(page)
    page.keyboard.press("Escape")
    visitor.context.set_offline(True)
    expect(tab.notice).to_be_visible()
    finds_nothing_serious(page)
    visitor.context.set_offline(False)
    visitor.witness.expects("status of 404")
    tab.goes_to("/nowhere")
    finds_nothing_serious(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axefinds_nothing_serious_for_strangers(open_browser: Callable[[], Visitor], theme: str) -> None:
    visitor = open_browser()
    page = visitor.tab.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for path in ("/login", "/login?error=wrong"):
        visitor.tab.goes_to(path)
        finds_nothing_serious(page)


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "narrow"])
def test_nothing_scrolls_sideways(
    visitor: Visitor, person: Person, sender: Sender, size: dict[str, int]
) -> None:
    visitor.witness.expects("status of 404")
    tab, page = visitor.tab, visitor.tab.page
    page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
    _publish_all_kinds(sender, person)
    visitor.opens_the_feed()
    expect(tab.cards).to_have_count(6)
    never_scrolls_sideways(page)
    tab.opens(LONG_WORD[:190])
    never_scrolls_sideways(page)
    expect(tab.card(LONG_WORD[:190]).get_by_role("link")).to_be_visible()
    tab.badge.click()
    never_scrolls_sideways(page)
    page.keyboard.press("Escape")
    visitor.context.set_offline(True)
    expect(tab.notice).to_be_visible()
    never_scrolls_sideways(page)
    visitor.context.set_offline(False)
    for path in ("/login?error=wrong", "/nowhere"):
        tab.goes_to(path)
        never_scrolls_sideways(page)


def test_an_address_that_leads_nowhere_says_so_and_the_way_back(visitor: Visitor) -> None:
    visitor.witness.expects("status of 404")
    page = visitor.tab.page
    answer = page.goto(visitor.site + "/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.get_by_role("link", name="Go to your notifications").click()
    visitor.tab.is_connected()


def test_the_panel_behind_the_badge_shows_what_was_measured(tab: Tab) -> None:
    tab.badge.click()
    panel = tab.page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name="Connection")).to_be_visible()
    expect(panel.locator("dd").first).to_have_text(re.compile(r"^\d+ ms$"))
    panel.get_by_role("button", name="Reconnect").click()
    tab.is_connected()


def test_the_theme_can_be_chosen_and_is_kept(tab: Tab) -> None:
    tab.page.get_by_test_id("account-menu").click()
    tab.page.get_by_role("menuitemradio", name="Dark").click()
    expect(tab.page.locator("html")).to_have_class("dark")
    tab.page.reload()
    expect(tab.page.locator("html")).to_have_class("dark")
