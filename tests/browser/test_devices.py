"""The badge's panel: which devices of this person are connected, and signing one out from there."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import add_person
from tests.browser.test_looks import PHONE, finds_nothing_serious
from tests.browser.visitor import Visitor
from tests.running import TidingsServer


def test_the_devices_that_are_connected_are_named_and_one_is_signed_out(
    open_browser: Callable[[], Visitor], server: TidingsServer
) -> None:
    person = add_person(server)
    desk, phone = open_browser(), open_browser()
    for device in (desk, phone):
        device.is_signed_in_as(person)
        device.opens_the_feed()
    phone.witness.expects("status of 401")
    desk.tab.badge.click()
    devices = desk.tab.page.get_by_test_id("devices")
    expect(devices).to_contain_text("2 of 5")
    expect(devices.get_by_role("listitem")).to_have_count(2)
    expect(devices.get_by_text("This device")).to_have_count(1)
    finds_nothing_serious(desk.tab.page)
    devices.get_by_role("button", name="Sign out there").click()
    phone.tab.is_at_sign_in()
    expect(desk.tab.page.get_by_text("Signed out there.").first).to_be_visible()
    expect(devices.get_by_role("listitem")).to_have_count(1)
    expect(devices).to_contain_text("1 of 5")
    desk.tab.is_connected()


def test_bad_news_on_a_phone_leaves_the_views_within_reach(visitor: Visitor) -> None:
    tab = visitor.opens_the_feed()
    tab.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType]
    visitor.context.set_offline(True)
    expect(tab.notice).to_be_visible()
    notice, bar = tab.notice.bounding_box(), tab.page.get_by_test_id("rail").bounding_box()
    assert notice
    assert bar
    assert notice["y"] + notice["height"] <= bar["y"]
    visitor.context.set_offline(False)
    tab.is_connected(10)
