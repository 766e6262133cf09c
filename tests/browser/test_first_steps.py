"""The first five minutes: three steps, each of which goes when it is done or dismissed, and stays away."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import add_person
from tests.browser.tab import Tab
from tests.browser.test_looks import finds_nothing_serious
from tests.browser.visitor import Visitor
from tests.running import TidingsServer


def test_a_step_that_is_done_goes_and_a_dismissed_one_stays_away(tab: Tab) -> None:
    steps = tab.page.get_by_test_id("first-steps")
    finds_nothing_serious(tab.page)
    steps.get_by_role("button", name="Send a test").click()
    tab.shows("It works")
    expect(steps.get_by_text("See one arrive")).to_have_count(0)
    expect(steps.get_by_role("link", name="Topics")).to_be_visible()
    steps.get_by_role("button", name="Dismiss for ever: Follow a topic").click()
    tab.page.reload()
    tab.is_connected()
    tab.shows("It works")
    expect(tab.page.get_by_text("See one arrive")).to_have_count(0)
    expect(tab.page.get_by_text("Follow a topic")).to_have_count(0)


def test_an_admin_is_offered_to_bring_in_people_and_programs(
    open_browser: Callable[[], Visitor], server: TidingsServer
) -> None:
    visitor = open_browser()
    visitor.is_signed_in_as(add_person(server, admin=True))
    tab = visitor.opens_the_feed()
    steps = tab.page.get_by_test_id("first-steps")
    steps.get_by_role("link", name="New key").click()
    expect(tab.page.get_by_role("heading", name="API keys")).to_be_visible()
    tab.goes_to("/")
    tab.is_connected()
    steps.get_by_role("button", name="Dismiss all").click()
    expect(steps).to_have_count(0)
    tab.page.reload()
    tab.is_connected()
    expect(steps).to_have_count(0)


def test_what_is_dismissed_is_gone_on_all_devices_at_once_and_for_ever(
    open_browser: Callable[[], Visitor], server: TidingsServer
) -> None:
    person = add_person(server)
    desk, phone = open_browser(), open_browser()
    for device in (desk, phone):
        device.is_signed_in_as(person)
        expect(device.opens_the_feed().page.get_by_text("Follow a topic")).to_be_visible()
    desk.tab.page.get_by_role("button", name="Dismiss for ever: Follow a topic").click()
    expect(phone.tab.page.get_by_text("Follow a topic")).to_have_count(0)
    expect(phone.tab.page.get_by_text("See one arrive")).to_be_visible()
    phone.tab.page.get_by_role("button", name="Dismiss for ever: See one arrive").click()
    expect(desk.tab.page.get_by_text("See one arrive")).to_have_count(0)
    later = open_browser()
    later.is_signed_in_as(person)
    page = later.opens_the_feed().page
    expect(page.get_by_role("button", name="Send me a test notification")).to_be_visible()
    expect(page.get_by_text("See one arrive")).to_have_count(0)
    expect(page.get_by_text("Follow a topic")).to_have_count(0)
