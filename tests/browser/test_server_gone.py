"""The server dies, is restarted, says goodbye: the page says so, and comes back without loss or double."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

# So many attempts that a server that starts slowly is still waited for.
SETTINGS = {"RETRY_DELAYS_SECONDS": "1.5,1,1,2", "RETRY_JITTER": "0", "RETRY_MAX_ATTEMPTS": "60"}
pytestmark = pytest.mark.usefixtures("mortal")
BACK_S = 12


def test_killed_and_restarted_the_page_comes_back_without_loss_or_double(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender, server: TidingsServer
) -> None:
    sender.publishes("before", person)
    tab.shows("before")
    sender.publishes("at the last moment", person)
    server.kill()
    tab.is_in("reconnecting", within_s=2)
    expect(tab.badge).to_contain_text("Reconnecting in 1 s")
    expect(tab.notice).to_contain_text("Connection lost. Trying again")
    server.start()
    sender.publishes("after", person)
    tab.is_connected(BACK_S)
    tab.shows("after", "at the last moment", "before")
    tab.counts(3)
    lines = [line for line in visitor.witness.story if "attempt" in line]
    assert lines[:2] == ["reconnection attempt 1/60 in 1.5 s", "reconnection attempt 2/60 in 1.0 s"]


def test_what_is_done_meanwhile_is_sent_once_when_it_is_back(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender, server: TidingsServer
) -> None:
    sender.publishes_many(["one", "two"], person)
    tab.shows("two", "one")
    server.kill()
    tab.is_in("reconnecting")
    tab.opens("one")
    tab.shows_read("one")  # while the server is away, and marked as waiting
    tab.counts(1)
    expect(tab.card("one").locator(".row-pending")).to_have_count(1)
    server.start()
    tab.is_connected(BACK_S)
    expect(tab.card("one").locator(".row-pending")).to_have_count(0)
    assert (
        len({mark["id"] for mark in visitor.witness.sent("mark")}) == len(visitor.witness.sent("mark")) == 1
    )
    tab.page.reload()
    tab.shows_read("one")
    tab.counts(1)


def test_told_to_stop_it_says_when_to_come_back(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender, server: TidingsServer
) -> None:
    sender.publishes("before", person)
    tab.shows("before")
    server.stop()
    tab.is_in("reconnecting", within_s=2)
    goodbye = visitor.witness.wires[-1].heard("closing")
    assert [message["code"] for message in goodbye] == [1012]
    assert "connection lost (1012 restarting)" in visitor.witness.story
    server.start()
    sender.publishes("after", person)
    tab.is_connected(within_s=35)
    tab.shows("after", "before")


def test_reconnect_tries_at_once(visitor: Visitor, tab: Tab, server: TidingsServer) -> None:
    server.kill()
    tab.is_in("reconnecting")
    expect(tab.reconnect).to_be_visible()
    tries = visitor.witness.requests.count(visitor.site + "/api/v1/session/token")
    tab.reconnect.click()
    visitor.waits_until(
        lambda: visitor.witness.requests.count(visitor.site + "/api/v1/session/token") > tries, 1, "a try"
    )
