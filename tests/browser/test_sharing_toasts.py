"""One toast a moment, in one tab; one summary after an absence; and what the badge's panel tells."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.test_sharing import devtools, tabs
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

__all__ = ["devtools", "tabs"]  # fixtures

SHARES = True
SETTINGS = {"HIDDEN_GRACE_SECONDS": "1.5", "RETRY_DELAYS_SECONDS": "3", "RETRY_JITTER": "0"}


def toasts(tab: Tab) -> Locator:
    """The short messages at the edge of a tab."""
    return tab.page.get_by_test_id("toast")


def panel(tab: Tab) -> Locator:
    """What is behind the badge, opened."""
    tab.badge.click()
    return tab.page.get_by_test_id("connection-panel")


def test_only_the_tab_looked_at_last_speaks(tabs: list[Tab], person: Person, sender: Sender) -> None:
    sender.publishes("Disk full", person)
    expect(toasts(tabs[-1])).to_have_text(re.compile("Disk full"))
    for tab in tabs:
        tab.counts(1)
    for tab in tabs[:-1]:
        expect(toasts(tab)).to_have_count(0)
    tabs[0].comes_to_the_front()
    sender.publishes("Disk empty", person)
    expect(toasts(tabs[0]).filter(has_text="Disk empty")).to_be_visible()
    expect(toasts(tabs[-1]).filter(has_text="Disk empty")).to_have_count(0)


def test_after_an_absence_there_is_one_summary(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    front = visitor.looks_at_something_else()
    tab.is_in("disconnected", "hidden")
    for number in range(3):
        sender.publishes(f"Number {number}", person)
    front.close()
    tab.comes_to_the_front()
    tab.counts(3)
    expect(toasts(tab)).to_have_text("3 notifications while you were away")
    expect(panel(tab)).to_contain_text(re.compile(r"3 missed notifications replayed\. \d+:\d\d"))


def test_an_urgent_one_stays_until_it_is_dismissed_and_there_are_never_more_than_three(
    tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("Fire", person, priority=5)
    expect(toasts(tab)).to_have_count(1)
    for number in range(4):
        sender.publishes(f"Number {number}", person)
        expect(toasts(tab).filter(has_text=f"Number {number}")).to_have_count(1)
    expect(toasts(tab)).to_have_count(3)
    expect(toasts(tab).filter(has_text="Number")).to_have_count(0, timeout=10_000)
    fire = toasts(tab).filter(has_text="Fire")
    expect(fire).to_be_visible()
    fire.get_by_role("button", name="Dismiss").click()
    expect(toasts(tab)).to_have_count(0)


def test_a_quiet_one_is_only_counted(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Psst", person, priority=1)
    tab.counts(1)
    tab.page.wait_for_timeout(800)
    expect(toasts(tab)).to_have_count(0)


def test_a_toast_leads_to_what_it_is_about(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Read me", person, body="in full")
    toasts(tab).get_by_role("button", name="Open").click()
    tab.shows_read("Read me")


def test_title_and_icon_tell_what_is_unread(tab: Tab, person: Person, sender: Sender) -> None:
    icon = tab.page.locator('link[rel="icon"][type="image/svg+xml"]')
    expect(icon).to_have_attribute("href", "/favicon.svg")
    sender.publishes("one", person)
    tab.counts(1)
    expect(icon).to_have_attribute("href", re.compile("^data:image/svg.*circle"))
    tab.opens("one")
    tab.counts(0)
    expect(icon).not_to_have_attribute("href", re.compile("circle"))


def test_the_panel_tells_who_shares_and_how_it_is_going(visitor: Visitor, tabs: list[Tab]) -> None:
    shown = panel(tabs[-1])
    for word in ("Round trip now", "Connected since", "Drops today0", "Tabs sharing it3"):
        expect(shown).to_contain_text(word)
    tabs[0].page.close()
    expect(shown).to_contain_text("Tabs sharing it2")


def test_the_panel_counts_drops_of_the_day_and_down_to_the_next_try(
    mortal: None, tab: Tab, server: TidingsServer
) -> None:
    shown = panel(tab)
    expect(shown).to_contain_text("Drops today0")
    server.kill()
    expect(shown).to_contain_text("Drops today1")
    expect(shown).to_contain_text(re.compile(r"Next tryin \d s"))
    server.start()
    shown.get_by_role("button", name="Reconnect").click()
    tab.is_connected()
    tab.page.wait_for_timeout(1200)  # until it is on disk
    tab.page.reload()
    tab.is_connected()
    expect(panel(tab)).to_contain_text("Drops today1")


@pytest.mark.parametrize("answer", ["granted", "denied"])
def test_the_system_is_asked_only_after_a_click(visitor: Visitor, answer: str) -> None:
    visitor.context.add_init_script(
        f"""window.asked = 0;
        Notification.requestPermission = async () => {{ window.asked += 1;
          Object.defineProperty(Notification, 'permission', {{ get: () => '{answer}' }});
          return '{answer}'; }};
        Object.defineProperty(Notification, 'permission', {{ get: () => 'default', configurable: true }});"""
    )
    tab = visitor.opens_the_feed()
    assert tab.page.evaluate("window.asked") == 0
    switch = panel(tab).get_by_role("switch", name="Desktop notifications")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true" if answer == "granted" else "false")
    assert tab.page.evaluate("window.asked") == 1
