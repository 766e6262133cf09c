"""Whoever comes back to the list finds it as it was: the same rows at the same place."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"MAX_PUBLISHES_PER_SECOND_PER_KEY": "0"}
EXACT_PX = 0.6  # less than one dot of the screen


@pytest.fixture
def uneven(visitor: Visitor, person: Person, sender: Sender) -> Tab:
    """Return the feed of somebody whose notifications take more or less room when they are open."""
    for number in range(90):
        body = "\n".join(f"line {line}" for line in range(number % 7 + 1))
        sender.publishes(f"Number {number}", person, body=body, url="https://example.org/")
    return visitor.opens_the_feed()


def tops(page: Page) -> dict[str, float]:
    """Return where each row in sight stands."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('[data-testid="feed-item"]')]
            .map((row) => [row.dataset.id, row.getBoundingClientRect()])
            .filter(([, {top, bottom}]) => bottom > 60 && top < window.innerHeight)
            .map(([id, {top}]) => [id, top]))"""
    )


def goes_away_and_comes_back(page: Page) -> None:
    page.get_by_test_id("rail").get_by_role("link", name="Sessions and devices").click()
    expect(page.get_by_role("heading", name="Sessions and devices")).to_be_visible()
    page.wait_for_timeout(300)
    page.go_back()
    expect(page.get_by_test_id("feed-item").first).to_be_visible()
    page.wait_for_timeout(700)  # the steps of somebody new appear above by then


def stands_where_it_stood(page: Page, before: dict[str, float]) -> None:
    after = tops(page)
    assert after.keys() == before.keys()
    assert {id_: after[id_] - top for id_, top in before.items() if abs(after[id_] - top) > EXACT_PX} == {}


def test_the_reading_position_is_exact_with_open_rows_above_and_in_sight(uneven: Tab) -> None:
    page = uneven.page
    expect(page.get_by_test_id("first-steps")).to_be_visible()
    page.mouse.move(700, 500)
    for title in ("Number 87", "Number 85", "Number 82"):
        uneven.opens(title)
    page.mouse.wheel(0, 1_777)
    page.wait_for_timeout(300)
    cards = [row for row in uneven.cards.all() if (row.bounding_box() or {"y": -1})["y"] > 150]
    for card in cards[1:6:2]:
        card.locator("button[aria-expanded]").click()
    page.mouse.wheel(0, 33)
    page.wait_for_timeout(300)
    before = tops(page)
    goes_away_and_comes_back(page)
    stands_where_it_stood(page, before)
    assert page.locator('.row[data-open="true"]').count() >= 3
    goes_away_and_comes_back(page)
    stands_where_it_stood(page, before)


def test_a_row_that_was_opened_last_moves_nothing_either(uneven: Tab) -> None:
    page = uneven.page
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    second = next(row for row in uneven.cards.all() if (row.bounding_box() or {"y": -1})["y"] > 60)
    second.locator("button[aria-expanded]").click()
    page.wait_for_timeout(200)
    before = tops(page)
    goes_away_and_comes_back(page)
    stands_where_it_stood(page, before)


def test_whoever_moves_on_is_not_pulled_back(uneven: Tab, person: Person, sender: Sender) -> None:
    page = uneven.page
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 1_500)
    page.wait_for_timeout(300)
    page.get_by_test_id("rail").get_by_role("link", name="Sessions and devices").click()
    expect(page.get_by_role("heading", name="Sessions and devices")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("feed-item").first).to_be_visible()
    page.wait_for_timeout(100)
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(300)
    before = tops(page)
    sender.publishes("Late", person)
    expect(page.get_by_test_id("arrivals")).to_be_visible()
    stands_where_it_stood(page, before)


def test_a_new_visit_begins_at_the_top_with_all_closed(uneven: Tab) -> None:
    page = uneven.page
    uneven.opens("Number 88")
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 1_000)
    rail = page.get_by_test_id("rail")
    rail.get_by_role("link", name="Sessions and devices").click()
    expect(page.get_by_role("heading", name="Sessions and devices")).to_be_visible()
    rail.get_by_role("link", name="Inbox").click()
    expect(uneven.card("Number 88")).to_be_in_viewport()
    expect(page.locator('.row[data-open="true"]')).to_have_count(0)
    assert page.evaluate("window.scrollY") == 0
