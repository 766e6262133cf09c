"""A finger on a row, on a phone: to where lines end it is done, the other way it is put off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.finger import Finger
from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.test_looks import finds_nothing_serious, never_scrolls_sideways
from tests.browser.visitor import Visitor

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(visitor: Visitor) -> Tab:
    """Return the feed on a phone."""
    visitor.tab.page.set_viewport_size(PHONE)
    return visitor.opens_the_feed()


def on(tab: Tab, title: str, x: float = 180) -> Finger:
    """Put a finger on a row."""
    finger = Finger(tab.page)
    finger.on(tab.card(title), x)
    return finger


def place_of(tab: Tab, title: str) -> float:
    return tab.card(title).locator(".row-bar").evaluate("(bar) => bar.getBoundingClientRect().left")


def test_a_row_follows_the_finger_and_is_done_when_it_is_let_go_far_enough(
    phone: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("Keep", person)
    sender.publishes("Swipe", person)
    phone.shows("Swipe", "Keep")
    rest = place_of(phone, "Swipe")
    finger = on(phone, "Swipe")
    finger.goes(70)
    assert place_of(phone, "Swipe") == pytest.approx(rest + 60, abs=2)
    ground = phone.card("Swipe").locator(".swipe-ground")
    expect(ground).to_have_text("Done")
    expect(ground).to_have_attribute("data-sure", "false")
    finger.goes(100)
    expect(ground).to_have_attribute("data-sure", "true")
    finds_nothing_serious(phone.page)
    never_scrolls_sideways(phone.page)
    finger.up()
    phone.shows("Keep")
    phone.page.get_by_role("button", name="Undo").click()
    phone.shows("Swipe", "Keep")
    assert place_of(phone, "Swipe") == pytest.approx(rest, abs=1)
    expect(phone.card("Swipe").locator("button[aria-expanded]")).to_have_attribute("aria-expanded", "false")


def test_the_other_way_offers_when_it_should_come_back(phone: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Swipe", person)
    phone.shows("Swipe")
    finger = on(phone, "Swipe", x=300)
    finger.goes(-160)
    expect(phone.card("Swipe").locator(".swipe-ground")).to_have_text("Snooze")
    finger.up()
    sheet = phone.page.get_by_role("dialog", name="Snooze until")
    expect(sheet).to_be_visible()
    finds_nothing_serious(phone.page)
    heights = sheet.locator("button").evaluate_all("(all) => all.map((one) => one.offsetHeight)")
    assert min(heights) >= 44
    sheet.get_by_role("button", name="Cancel").click()
    expect(sheet).to_have_count(0)
    phone.shows("Swipe")
    finger = on(phone, "Swipe", x=300)
    finger.goes(-160)
    finger.up()
    sheet.get_by_role("button", name="Tomorrow").click()
    expect(phone.cards).to_have_count(0)
    expect(phone.page.get_by_text("Snoozed until").first).to_be_visible()


def test_what_is_not_far_enough_or_taken_back_changes_nothing(
    phone: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("Swipe", person)
    phone.shows("Swipe")
    for way in ([60], [160, -140]):
        finger = on(phone, "Swipe")
        for part in way:
            finger.goes(part)
        finger.rests()
        finger.up()
        phone.page.wait_for_timeout(300)
        phone.shows("Swipe")
        phone.shows_unread("Swipe")  # nor was it opened
        expect(phone.card("Swipe").locator(".swipe-ground")).to_have_count(0)


def test_scrolling_is_no_swipe(phone: Tab, person: Person, sender: Sender) -> None:
    sender.publishes_many([f"Number {number}" for number in range(40)], person)
    phone.counts(40)
    finger = on(phone, "Number 33")
    finger.goes(20, -250)
    finger.goes(150, -20)
    assert phone.page.evaluate("window.scrollY") > 100
    expect(phone.card("Number 33").locator(".swipe-ground")).to_have_count(0)
    finger.rests()
    finger.up()
    phone.counts(40)
    expect(phone.page.get_by_role("button", name="Undo")).to_have_count(0)


def test_the_edge_of_the_screen_belongs_to_the_telephone(phone: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Swipe", person)
    phone.shows("Swipe")
    finger = on(phone, "Swipe", x=20)
    finger.goes(200)
    assert place_of(phone, "Swipe") < 20
    finger.rests()
    finger.up()
    phone.shows("Swipe")
    expect(phone.page.get_by_role("button", name="Undo")).to_have_count(0)


def test_where_lines_run_to_the_left_the_ways_are_mirrored(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    sender.publishes("Swipe", person)
    visitor.chooses(language="ar")
    visitor.tab.page.set_viewport_size(PHONE)
    tab = visitor.opens_the_feed()
    expect(tab.page.locator("html")).to_have_attribute("dir", "rtl")
    finger = on(tab, "Swipe", x=250)
    finger.goes(-170)
    never_scrolls_sideways(tab.page)
    finger.up()
    expect(tab.cards).to_have_count(0)


def test_who_wants_less_motion_has_it_without_a_way_out(
    open_browser: Callable[[], Visitor], person: Person, sender: Sender
) -> None:
    visitor = open_browser()
    visitor.is_signed_in_as(person)
    page = visitor.tab.page
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    tab = visitor.opens_the_feed()
    sender.publishes("Swipe", person)
    tab.shows("Swipe")
    finger = on(tab, "Swipe")
    finger.goes(60)
    finger.rests()
    finger.up()
    bar = tab.card("Swipe").locator(".row-bar")
    assert bar.evaluate("(bar) => getComputedStyle(bar).transitionDuration") == "0s"
    finger = on(tab, "Swipe")
    finger.goes(180)
    finger.up()
    expect(tab.cards).to_have_count(0)
