"""Read, done, undone: what one browser does, another one sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

AT_ONCE_S = 1.0


@pytest.fixture
def other(open_browser: Callable[[], Visitor], person: Person) -> Tab:
    """Return the same person's feed in a second browser."""
    visitor = open_browser()
    visitor.is_signed_in_as(person)
    return visitor.opens_the_feed()


@pytest.fixture
def three(tab: Tab, other: Tab, person: Person, sender: Sender) -> None:
    """Have three unread ones in both."""
    sender.publishes_many(["one", "two", "three"], person)
    for each in (tab, other):
        each.shows("three", "two", "one")
        each.counts(3)


@pytest.mark.usefixtures("three")
def test_what_is_read_here_is_read_there(tab: Tab, other: Tab) -> None:
    tab.opens("two")
    for each in (tab, other):
        each.shows_read("two", AT_ONCE_S)
        each.shows_unread("one")
        each.counts(2)
    other.presses("Mark as unread", "two")
    for each in (tab, other):
        each.shows_unread("two", AT_ONCE_S)
        each.counts(3)


@pytest.mark.usefixtures("three")
def test_mark_all_read_reads_all_everywhere(tab: Tab, other: Tab) -> None:
    tab.page.get_by_role("button", name="Mark all read").click()
    for each in (tab, other):
        each.counts(0, AT_ONCE_S)
        for title in ("one", "two", "three"):
            each.shows_read(title)
    expect(other.page.get_by_role("button", name="Mark all read")).to_be_disabled()


@pytest.mark.usefixtures("three")
def test_what_is_done_here_leaves_there_and_can_be_undone(tab: Tab, other: Tab) -> None:
    tab.presses("Done", "two")
    for each in (tab, other):
        each.shows("three", "one", within_s=AT_ONCE_S)
        each.counts(2)
    tab.page.get_by_role("button", name="Undo").click()
    for each in (tab, other):
        each.shows("three", "two", "one", within_s=AT_ONCE_S)
        each.counts(3)


@pytest.mark.usefixtures("three")
def test_the_keyboard_opens_reads_and_closes(tab: Tab, other: Tab) -> None:
    tab.card("three").locator("button[aria-expanded]").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.card("three").locator("button[aria-expanded]")).to_have_attribute("aria-expanded", "true")
    other.shows_read("three", AT_ONCE_S)
    tab.page.keyboard.press("Escape")
    expect(tab.card("three").locator("button[aria-expanded]")).to_have_attribute("aria-expanded", "false")
    expect(tab.card("three").locator("button[aria-expanded]")).to_be_focused()


@pytest.mark.usefixtures("three")
def test_a_fresh_page_shows_what_the_old_ones_do(tab: Tab, other: Tab) -> None:
    tab.opens("one")
    tab.presses("Done", "three")
    other.counts(1)
    other.page.reload()
    other.shows("two", "one")
    other.shows_read("one")
    other.counts(1)
