"""What is done without a connection waits on disk, survives a reload, and is sent once and in order."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"RETRY_DELAYS_SECONDS": "0.5", "RETRY_JITTER": "0", "RETRY_MAX_ATTEMPTS": "100"}
TOKEN_DOOR = "**/api/v1/session/token"


def _marks(visitor: Visitor) -> list[tuple[str, int]]:
    return [(mark["as"], len(mark["items"])) for mark in visitor.witness.sent("mark")]


def _inbox(visitor: Visitor) -> list[dict[str, Any]]:
    """Return what the server itself says."""
    return visitor.context.request.get(visitor.site + "/api/v1/notifications?view=all&limit=50").json()[
        "items"
    ]


def test_marks_made_offline_survive_a_reload_and_are_sent_once_in_order(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    visitor.witness.expects(r"ERR_FAILED .*/session/token|ERR_INTERNET_DISCONNECTED")
    sender.publishes_many(["one", "two", "three"], person)
    tab.shows("three", "two", "one")
    visitor.context.route(TOKEN_DOOR, lambda route: route.abort())  # so that nothing gets through once online
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    tab.opens("one")
    tab.shows_read("one")
    tab.presses("Mark as unread", "one")
    tab.shows_unread("one")
    tab.presses("Done", "two")
    tab.shows("three", "one")
    tab.page.wait_for_timeout(200)  # the disk
    assert _marks(visitor) == []
    visitor.context.set_offline(False)
    tab.page.reload()
    expect(tab.badge).to_have_attribute("data-state", "reconnecting")
    visitor.context.unroute(TOKEN_DOOR)
    tab.is_connected()
    tab.shows("three", "one")
    tab.counts(2)
    visitor.waits_until(lambda: len(_marks(visitor)) >= 3, 10, "the marks on the wire")
    assert _marks(visitor) == [("read", 1), ("unread", 1), ("archived", 1)]
    visitor.waits_until(lambda: len(visitor.witness.wires[-1].heard("ack")) == 3, 10, "three answers")
    state = {item["title"]: (item["read_at"], item["archived_at"]) for item in _inbox(visitor)}
    assert state["one"] == (None, None)
    assert state["two"][1] is not None
    tab.page.reload()
    tab.is_connected()
    tab.page.wait_for_timeout(300)
    assert len(_marks(visitor)) == 3, "sent again after another reload"


def test_what_waits_is_sent_by_another_tab_when_the_first_is_closed(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("one", person)
    tab.shows("one")
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    tab.opens("one")
    tab.page.wait_for_timeout(200)  # the disk
    blank = visitor.looks_at_something_else()
    tab.page.close()
    visitor.context.set_offline(False)
    second = Tab(blank, visitor.site)
    second.goes_to("/")
    second.shows_read("one")
    second.counts(0)
    assert [item["read_at"] is None for item in _inbox(visitor)] == [False]


def test_what_was_left_by_one_person_is_never_sent_for_another(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("one", person)
    tab.shows("one")
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    tab.opens("one")
    tab.page.wait_for_timeout(200)
    visitor.context.set_offline(False)
    tab.is_connected()
    visitor.waits_until(lambda: _marks(visitor), 10, "the mark")
    tab.signs_out()
    tab.is_at_sign_in()
    tab.signs_in(person.name, person.password)
    tab.is_connected()
    tab.page.wait_for_timeout(300)
    assert len(_marks(visitor)) == 1
