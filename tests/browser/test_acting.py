"""Several at once, snoozed and taken back; and every tab and browser agrees at every step."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

AT_ONCE_S = 3.0
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def everywhere(
    visitor: Visitor, open_browser: Callable[[], Visitor], person: Person, sender: Sender
) -> list[Tab]:
    """Return two tabs of one browser and one of another, with three unread ones in each."""
    second = open_browser()
    second.is_signed_in_as(person)
    tabs = [second.opens_the_feed(), visitor.opens_the_feed(), visitor.opens_another_tab()]
    sender.publishes_many(["one", "two", "three"], person)
    for tab in tabs:
        agree([tab], "three", "two", "one", unread=3)
    return tabs


def agree(tabs: list[Tab], *titles: str, unread: int) -> None:
    """See the same list and the same number in all of them; hidden ones learn it when they are looked at."""
    for tab in tabs:
        tab.comes_to_the_front()
        tab.is_connected()
        tab.shows(*titles)
        tab.counts(unread)
    tabs[0].comes_to_the_front()


def bar(tab: Tab) -> Locator:
    return tab.page.get_by_test_id("selection-bar")


def select(tab: Tab, title: str, *, shift: bool = False) -> None:
    tab.card(title).hover()
    tab.card(title).get_by_test_id("select").click(modifiers=["Shift"] if shift else [])


def offer(tab: Tab) -> Locator:
    """Return the toast that offers to undo what was done last."""
    return tab.page.get_by_test_id("toast").filter(has_text="Undo").last


def undo(tab: Tab) -> None:
    offer(tab).get_by_role("button", name="Undo").click()


def test_several_are_snoozed_at_once_and_one_undo_brings_all_back(everywhere: list[Tab]) -> None:
    tab = everywhere[0]
    tab.opens("two")
    agree(everywhere, "three", "two", "one", unread=2)
    select(tab, "three")
    select(tab, "two", shift=True)
    expect(bar(tab)).to_contain_text("2 selected")
    bar(tab).get_by_role("button", name="Snooze").click()
    tab.page.get_by_role("menuitem", name=re.compile("^Tomorrow · ")).click()
    expect(offer(tab)).to_contain_text("2 snoozed until tomorrow")
    agree(everywhere, "one", unread=1)
    undo(tab)
    agree(everywhere, "three", "two", "one", unread=2)
    tab.shows_read("two")


def test_everything_is_marked_read_and_unread_again_everywhere(everywhere: list[Tab]) -> None:
    tab = everywhere[0]
    tab.opens("one")
    agree(everywhere, "three", "two", "one", unread=2)
    tab.page.get_by_role("button", name="Mark all read").click()
    agree(everywhere, "three", "two", "one", unread=0)
    undo(tab)
    tab.counts(2, AT_ONCE_S)
    agree(everywhere, "three", "two", "one", unread=2)
    for each in everywhere:
        each.shows_read("one")


def test_what_is_done_and_undone_without_a_network_arrives_in_order(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes_many(["one", "two"], person)
    tab.shows("two", "one")
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    tab.page.get_by_role("button", name="Mark all read").click()
    tab.counts(0)
    expect(tab.card("two").locator(".row-pending")).to_be_visible()
    undo(tab)
    tab.counts(2)
    tab.presses("Done", "one")
    tab.shows("two")
    tab.counts(1)
    visitor.context.set_offline(False)
    tab.is_connected(within_s=10)
    expect(tab.cards.locator(".row-pending")).to_have_count(0)
    tab.page.reload()
    tab.shows("two")
    tab.counts(1)


def test_a_moment_is_picked_and_the_past_is_refused(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("later", person)
    tab.shows("later")
    tab.opens("later")
    tab.card("later").locator(".row-details").get_by_role("button", name="Snooze").click()
    tab.page.get_by_role("menuitem", name="Pick…").click()
    field = tab.page.locator('input[type="datetime-local"]')
    dialog = tab.page.get_by_role("dialog", name="Snooze until")
    field.fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="Snooze").click()
    expect(dialog).to_contain_text("Choose a moment in the future.")
    field.fill(f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT10:15}")
    dialog.get_by_role("button", name="Snooze").click()
    expect(tab.cards).to_have_count(0)
    expect(offer(tab)).to_contain_text(re.compile(r"Snoozed until .*10:15"))


def test_thumbs_select_by_a_long_press_or_a_button(visitor: Visitor, person: Person, sender: Sender) -> None:
    tab = visitor.tab
    tab.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    visitor.opens_the_feed()
    sender.publishes_many(["one", "two", "three"], person)
    tab.shows("three", "two", "one")
    tab.opens("three")
    tab.card("three").get_by_role("button", name="Select").click()
    expect(bar(tab)).to_contain_text("1 selected")
    touch: Any = visitor.context.new_cdp_session(tab.page)
    tab.opens("three")  # closes it: else the others are under the bar
    tab.card("one").evaluate("(row) => row.scrollIntoView({ block: 'center' })")
    place = tab.card("one").bounding_box()
    assert place
    at = [{"x": place["x"] + 120, "y": place["y"] + 20}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    expect(bar(tab)).to_contain_text("2 selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(tab.card("one")).to_have_attribute("data-open", "false")
    box = bar(tab).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    for button in bar(tab).get_by_role("button").all():
        size = button.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 44
    bar(tab).get_by_role("button", name="Done").click()
    tab.shows("two")
