"""Nobody looks, nothing stays open: hidden by a real second tab, frozen, crashed, kept by the back button."""

from contextlib import suppress

from playwright.sync_api import Error, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"HIDDEN_GRACE_SECONDS": "0.5"}
AT_ONCE_S = 3.0


def test_a_hidden_tab_holds_no_connection_and_comes_back_at_once(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    visitor.has_connections(1)
    front = visitor.looks_at_something_else()
    tab.is_in("disconnected", "hidden")
    visitor.has_connections(0)
    assert not visitor.witness.open_wires
    sender.publishes("While nobody looked", person)
    front.close()
    tab.comes_to_the_front()
    tab.is_connected(AT_ONCE_S)
    tab.shows("While nobody looked", within_s=AT_ONCE_S)
    tab.counts(1)
    assert visitor.witness.story == [
        "connection established",
        "authentication success",
        "visibility hidden",
        "paused",
        "visibility visible",
        "resumed",
        "connection established",
        "authentication success",
    ]


def test_what_was_seen_before_the_pause_is_not_sent_again(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("before", person)
    tab.shows("before")
    visitor.looks_at_something_else()
    tab.is_in("disconnected", "hidden")
    sender.publishes("meanwhile", person)
    tab.comes_to_the_front()
    tab.shows("meanwhile", "before")
    first, second = visitor.witness.wires
    assert second.of_type("auth")[0]["cursor"]["seq"] == 1
    assert second.heard("auth_ok")[0]["recovered"] is True
    assert [item["title"] for message in second.heard("notifications") for item in message["items"]] == [
        "meanwhile"
    ]
    assert first.heard("auth_ok")[0]["recovered"] is False


def test_a_glance_at_another_tab_costs_no_connection(visitor: Visitor, tab: Tab) -> None:
    visitor.looks_at_something_else().close()
    tab.comes_to_the_front()
    tab.page.wait_for_timeout(800)
    tab.is_connected()
    assert len(visitor.witness.wires) == 1
    assert "paused" not in visitor.witness.story


def test_a_tab_opened_behind_another_comes_alive_when_it_is_looked_at(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    second = visitor.opens_another_tab()
    second.is_connected()
    tab.is_in("disconnected", "hidden")
    sender.publishes("hello", person)
    second.shows("hello")
    tab.comes_to_the_front()
    tab.is_connected(AT_ONCE_S)
    tab.shows("hello", within_s=AT_ONCE_S)
    second.is_in("disconnected", "hidden")
    visitor.has_connections(1)


def test_marks_made_in_another_tab_are_there_after_the_pause(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("one", person)
    tab.shows("one")
    second = visitor.opens_another_tab()
    tab.is_in("disconnected", "hidden")
    second.opens("one")
    second.counts(0)
    tab.comes_to_the_front()
    tab.shows_read("one", within_s=AT_ONCE_S)
    tab.counts(0, within_s=AT_ONCE_S)


def test_the_back_button_brings_a_live_page_back(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("before", person)
    tab.shows("before")
    tab.page.evaluate("window.wasKept = true")
    tab.page.evaluate(
        "window.addEventListener('pageshow', (event) => { window.persisted = event.persisted })"
    )
    tab.goes_to("/healthz")
    visitor.has_connections(0)
    sender.publishes("while away", person)
    tab.page.evaluate("history.back()")
    tab.is_connected(within_s=3)
    tab.shows("while away", "before", within_s=3)
    assert tab.page.evaluate("[window.wasKept, window.persisted]") == [True, True], (
        "not from the back-forward cache"
    )


def test_a_crashed_tab_frees_its_place_and_the_other_does_not_notice(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    crashing = visitor.opens_another_tab()
    crashing.is_connected()
    with crashing.page.expect_event("crash"), suppress(Error):
        crashing.page.goto("chrome://crash", timeout=3000)
    tab.comes_to_the_front()
    tab.is_connected()
    visitor.has_connections(1)
    sender.publishes("still here", person)
    tab.shows("still here")


def test_a_live_connection_survives_every_sign_of_waking(visitor: Visitor, tab: Tab) -> None:
    for target, sign in (("window", "focus"), ("window", "pageshow"), ("document", "resume")):
        for _ in range(5):
            tab.page.evaluate(f"{target}.dispatchEvent(new Event('{sign}'))")
    tab.page.wait_for_timeout(300)
    tab.is_connected()
    assert len(visitor.witness.wires) == 1
    expect(tab.notice).to_have_count(0)
