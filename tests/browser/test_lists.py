"""Looking for something: views, filters and search in the address, Back, and a list of any length."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender
from tests.browser.test_looks import finds_nothing_serious, never_scrolls_sideways
from tests.browser.visitor import Visitor

SETTINGS = {"MAX_PUBLISHES_PER_SECOND_PER_KEY": "0"}
MANY = 10_000
MOST_CARDS = 200


def is_at(page: Page, address: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


def first_in_sight(page: Page) -> dict[str, Any]:
    """Return the first row that is wholly below the header, and where it stands."""
    return page.evaluate(
        """() => {
            const rows = [...document.querySelectorAll('[data-testid="feed-item"]')];
            const row = rows.find((each) => each.getBoundingClientRect().top > 60);
            return {id: row.dataset.id, top: row.getBoundingClientRect().top};
        }"""
    )


def top_of(page: Page, row_id: str) -> float:
    return page.locator(f'[data-id="{row_id}"]').evaluate("(row) => row.getBoundingClientRect().top")


def test_view_filter_and_search_are_in_the_address_and_back_works(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    sender.publishes("Disk full on db-2", person, level="error", category="ops")
    sender.publishes("Disk grown", person, category="ops")
    sender.publishes("Deployed", person, level="error", category="web", body="first\nthe disk is fine")
    tab = visitor.opens_the_feed()
    page = tab.page
    page.get_by_test_id("search").press_sequentially("dis")
    is_at(page, "/?q=dis")
    expect(tab.cards).to_have_count(3)
    expect(tab.page.locator("mark").first).to_have_text(re.compile("dis", re.I))
    expect(tab.card("Deployed").locator(".row-preview")).to_have_text("the disk is fine")
    page.get_by_test_id("search").press_sequentially("k level:error category:ops ")
    is_at(page, "/?level=error&category=ops&q=disk")
    expect(tab.cards).to_have_count(1)
    expect(page.get_by_test_id("search")).to_have_value("disk")
    expect(page.get_by_test_id("chip")).to_have_count(2)
    finds_nothing_serious(page)
    page.locator('[data-testid="chip"][data-filter="category"]').click()
    is_at(page, "/?level=error&q=disk")
    expect(tab.cards).to_have_count(2)
    page.reload()
    expect(tab.cards).to_have_count(2)
    expect(page.get_by_test_id("search")).to_have_value("disk")
    page.go_back()
    is_at(page, "/?level=error&category=ops&q=disk")
    expect(tab.cards).to_have_count(1)
    page.get_by_role("button", name="Clear", exact=True).click()
    is_at(page, "/")
    expect(tab.cards).to_have_count(3)
    expect(page.get_by_test_id("search")).to_have_value("")


def test_each_view_says_what_it_is_and_follows_what_is_done(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    for title in ("one", "two", "three"):
        sender.publishes(title, person)
    tab = visitor.opens_the_feed()
    page = tab.page
    rail = page.get_by_test_id("rail")
    rail.get_by_role("link", name="Archived").click()
    is_at(page, "/?view=archived")
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing is archived")
    finds_nothing_serious(page)
    other = visitor.opens_another_tab()
    expect(other.cards).to_have_count(3)
    other.presses("Done", "two")
    expect(other.cards).to_have_count(2)
    tab.comes_to_the_front()
    expect(tab.cards).to_have_count(1)
    rail.get_by_role("link", name="Unread").click()
    expect(tab.cards).to_have_count(2)
    tab.opens("one")
    expect(tab.card("one")).to_have_attribute("data-read", "true")
    expect(tab.cards).to_have_count(2)  # it does not vanish under one's eyes
    sender.publishes("four", person)
    expect(tab.cards).to_have_count(3)
    rail.get_by_role("link", name="All").click()
    expect(tab.cards).to_have_count(4)
    rail.get_by_role("link", name="Unread").click()
    expect(tab.cards).to_have_count(2)
    page.get_by_test_id("search").fill("nowhere")
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing found")
    finds_nothing_serious(page)
    page.set_viewport_size({"width": 390, "height": 844})
    never_scrolls_sideways(page)


@pytest.fixture
def long_inbox(person: Person, sender: Sender) -> Person:
    """Return somebody who has 10,000 notifications."""
    for start in range(0, MANY, 1_000):
        sender.publishes_many([f"Number {start + place}" for place in range(1_000)], person)
    return person


def test_ten_thousand_scroll_and_what_is_read_never_jumps(
    visitor: Visitor, long_inbox: Person, sender: Sender
) -> None:
    tab = visitor.opens_the_feed()
    page = tab.page
    most, turns = 0, 0
    while True:
        page.mouse.move(700, 500)
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(60)
        most = max(most, tab.cards.count())
        last = tab.cards.last
        if last.get_attribute("aria-posinset") == str(MANY):
            break
        turns += 1
        assert turns < 600, f"stuck at {last.get_attribute('aria-posinset')}"
    assert most <= MOST_CARDS
    expect(tab.card("Number 0")).to_be_attached()
    expect(last).to_have_attribute("aria-setsize", str(MANY))

    page.mouse.wheel(0, -200_000)
    page.wait_for_timeout(300)
    for place in (3, 5, 7):
        tab.cards.nth(tab.cards.count() // 2 + place).locator("button[aria-expanded]").click()
    page.wait_for_timeout(200)
    reading = first_in_sight(page)
    for number in range(3):
        sender.publishes(f"New {number}", long_inbox)
    pill = page.get_by_test_id("arrivals")
    expect(pill).to_have_text(re.compile("3 new"))
    assert abs(top_of(page, reading["id"]) - reading["top"]) < 1

    page.get_by_test_id("rail").get_by_role("link", name="Sessions and devices").click()
    expect(page.get_by_role("heading", name="Sessions and devices")).to_be_visible()
    page.go_back()
    expect(page.locator(f'[data-id="{reading["id"]}"]')).to_be_in_viewport()

    page.evaluate("window.scrollTo(0, 2000)")
    sender.publishes("New 3", long_inbox)
    expect(pill).to_be_visible()
    pill.click()
    expect(tab.card("New 3")).to_be_in_viewport()
    expect(pill).to_be_hidden()
