"""Hands on the keyboard: an inbox cleared without a mouse, and a focus that is never lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab

TITLES = ["one", "two", "three", "four", "five", "six"]
SOURCES = ("deploys", "backup")


@pytest.fixture
def six(tab: Tab, person: Person, sender: Sender) -> None:
    """Have six unread ones, of levels that keep them from being folded."""
    for number, title in enumerate(TITLES):
        sender.publishes(title, person, level=("info", "warning")[number % 2], body=f"About {title}")
    tab.shows(*reversed(TITLES))
    tab.counts(6)


def press(tab: Tab, *keys: str) -> None:
    for key in keys:
        tab.page.keyboard.press(key)


def is_at(tab: Tab, title: str) -> None:
    """See the focus on that row."""
    expect(tab.card(title).locator(".row-opener")).to_be_focused()


@pytest.mark.usefixtures("six")
def test_a_person_clears_an_inbox_with_the_keyboard_only(tab: Tab) -> None:
    press(tab, "j")
    is_at(tab, "six")
    press(tab, "e")
    is_at(tab, "five")  # the next one, not nobody
    press(tab, "j", "k", "Enter")
    expect(tab.card("five").locator(".row-details")).to_contain_text("About five")
    tab.shows_read("five")
    press(tab, "Escape", "u")
    tab.shows_unread("five")
    press(tab, "p")
    expect(tab.card("five").locator(".row-pinned")).to_be_visible()
    press(tab, "s")
    expect(tab.page.get_by_role("menu")).to_be_visible()
    press(tab, "ArrowDown", "Enter")
    expect(tab.card("five")).to_have_count(0)
    is_at(tab, "four")
    press(tab, "x", "Shift+J", "Shift+J")
    expect(tab.page.get_by_test_id("selection-bar")).to_contain_text("3 selected")
    press(tab, "e")
    tab.shows("one")
    is_at(tab, "one")
    press(tab, "e")
    tab.counts(0)
    expect(tab.cards).to_have_count(0)
    expect(tab.page.locator("#content")).to_be_focused()


@pytest.mark.usefixtures("six")
def test_what_was_done_is_undone_step_by_step(tab: Tab) -> None:
    press(tab, "j", "e", "e", "u")
    tab.counts(3)
    press(tab, "z")
    tab.counts(4)
    press(tab, "Control+z", "z")
    tab.shows(*reversed(TITLES))
    tab.counts(6)
    expect(tab.page.get_by_role("button", name="Undo")).to_have_count(0)
    press(tab, "z")
    expect(tab.page.get_by_test_id("said")).to_have_text("There is nothing to undo.")


@pytest.mark.usefixtures("six")
def test_keys_in_menus_dialogs_and_with_modifiers_do_nothing_to_the_list(tab: Tab) -> None:
    press(tab, "j", "Control+e", "Alt+e", "Meta+e")
    press(tab, "?")
    help_ = tab.page.get_by_test_id("help")
    expect(help_).to_contain_text("Next notification")
    press(tab, "e", "j", "x")
    press(tab, "Escape")
    expect(help_).to_have_count(0)
    is_at(tab, "six")
    press(tab, "s", "Escape")
    expect(tab.page.get_by_role("menu")).to_have_count(0)
    tab.shows(*reversed(TITLES))
    expect(tab.page.get_by_test_id("selection-bar")).to_have_count(0)


@pytest.mark.usefixtures("six")
def test_single_keys_can_be_switched_off(tab: Tab) -> None:
    press(tab, "?")
    tab.page.get_by_role("checkbox", name="Single keys are shortcuts").uncheck()
    press(tab, "Escape", "j", "e")
    tab.shows(*reversed(TITLES))
    tab.page.reload()
    tab.is_connected()
    press(tab, "j", "e")
    tab.counts(6)


@pytest.mark.usefixtures("six")
def test_escape_goes_back_one_step_at_a_time(tab: Tab) -> None:
    press(tab, "j", "x", "Enter", "Escape")
    expect(tab.card("six")).to_have_attribute("data-open", "false")
    expect(tab.card("six")).to_have_attribute("data-selected", "true")
    press(tab, "Escape")
    expect(tab.card("six")).to_have_attribute("data-selected", "false")
    is_at(tab, "six")


def test_views_are_gone_to_by_two_keys(tab: Tab) -> None:
    for keys, address in (("u", r"/\?view=unread$"), ("s", r"/\?view=snoozed$"), ("i", r"/$")):
        press(tab, "g", keys)
        expect(tab.page).to_have_url(re.compile(address))
    press(tab, "g", "a", "Escape")
    expect(tab.page).to_have_url(re.compile(r"/$"))


def test_o_opens_the_link_of_a_notification_and_reads_it(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Somewhere", person, url=f"{tab.page.url}healthz?from=here")
    sender.publishes("Nowhere", person)
    tab.shows("Nowhere", "Somewhere")
    press(tab, "j", "o")
    tab.shows_unread("Nowhere")
    assert tab.page.url.endswith("/")
    press(tab, "j", "o")
    expect(tab.page).to_have_url(re.compile(r"/healthz\?from=here$"))
    tab.goes_to("/")
    tab.shows_read("Somewhere")
    tab.shows_unread("Nowhere")
