"""All tabs of a browser share one connection, counted at the server and in all pages and workers."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.devtools import DevTools
from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import PLAIN, TidingsServer, wait_until

SHARES = True
SETTINGS = {"HIDDEN_GRACE_SECONDS": "1.5"}
AT_ONCE_S = 3.0
NO_SHARED_WORKERS = "delete window.SharedWorker"
BROKEN_SHARED_WORKERS = "window.SharedWorker = class { constructor() { throw new Error('no'); } }"


@pytest.fixture
def devtools(visitor: Visitor) -> Iterator[DevTools]:
    """Return the browser's own account of its sockets."""
    devtools = DevTools(visitor.devtools_address, visitor.site)
    yield devtools
    devtools.close()


@pytest.fixture
def tabs(visitor: Visitor, devtools: DevTools, tab: Tab) -> list[Tab]:
    """Return three tabs of one browser, the last one in front."""
    tabs = [tab, *(visitor.opens_another_tab() for _ in range(2))]
    for each in tabs:
        each.is_connected()
    return tabs


def connections(server: TidingsServer) -> int:
    """Return what the server's metrics say."""
    text = httpx.get(server.url + "/metrics", verify=PLAIN).text
    lines = [line for line in text.splitlines() if line.startswith("tidings_connections{")]
    return sum(int(float(line.split()[1])) for line in lines)


def has_connections(server: TidingsServer, count: int, within_s: float = 3) -> None:
    """See the server agree."""
    wait_until(lambda: connections(server) == count, within_s, f"{count} connections at the server")


def test_five_tabs_share_one_socket(
    visitor: Visitor,
    server: TidingsServer,
    devtools: DevTools,
    tabs: list[Tab],
    person: Person,
    sender: Sender,
) -> None:
    tabs += [visitor.opens_another_tab() for _ in range(2)]
    tabs[-1].is_connected()
    has_connections(server, 1)
    assert len(devtools.open_wires) == 1
    assert {kind for kind, _ in devtools.holders} == {"shared_worker"}
    sender.publishes("for all of them", person)
    for tab in tabs:
        tab.shows("for all of them", within_s=AT_ONCE_S)
        tab.counts(1)


def test_what_is_done_in_one_tab_is_seen_in_all_and_sent_once(
    devtools: DevTools, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    sender.publishes("read me", person)
    tabs[-1].opens("read me")
    for tab in tabs:
        tab.shows_read("read me", within_s=AT_ONCE_S)
    marks = [mark for wire in devtools.wires for mark in wire.of_type("mark")]
    assert len(marks) == 1


def test_each_event_is_one_line_in_one_console(visitor: Visitor, tabs: list[Tab]) -> None:
    visitor.context.set_offline(True)
    tabs[0].is_in("disconnected", "offline")
    visitor.context.set_offline(False)
    tabs[-1].is_connected()
    assert visitor.witness.story.count("network offline") == 1
    assert visitor.witness.story[-3:] == [
        "network online",
        "connection established",
        "authentication success",
    ]


def test_all_hidden_holds_no_socket_and_one_shown_is_live_at_once(
    visitor: Visitor,
    server: TidingsServer,
    devtools: DevTools,
    tabs: list[Tab],
    person: Person,
    sender: Sender,
) -> None:
    front = visitor.looks_at_something_else()
    for tab in tabs:
        tab.is_in("disconnected", "hidden")
    has_connections(server, 0)
    assert devtools.open_wires == []
    sender.publishes("while nobody looked", person)
    front.close()
    tabs[1].comes_to_the_front()
    tabs[1].is_connected(AT_ONCE_S)
    for tab in tabs:
        tab.shows("while nobody looked", within_s=AT_ONCE_S)
    has_connections(server, 1)
    assert "paused" in visitor.witness.story
    assert "resumed" in visitor.witness.story


def test_going_from_tab_to_tab_costs_nothing(visitor: Visitor, devtools: DevTools, tabs: list[Tab]) -> None:
    count = len(devtools.wires)
    for tab in tabs:
        tab.comes_to_the_front()
        tab.page.wait_for_timeout(300)
        tab.is_connected(AT_ONCE_S)
    assert len(devtools.wires) == count
    assert "paused" not in visitor.witness.story[-8:]


def test_a_new_tab_is_painted_without_asking_anybody(
    visitor: Visitor, devtools: DevTools, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    sender.publishes("known", person)
    tabs[0].shows("known")
    count = len(devtools.wires)
    late = visitor.opens_another_tab()
    late.shows("known", within_s=AT_ONCE_S)
    late.is_connected(AT_ONCE_S)
    assert len(devtools.wires) == count


def test_closing_tabs_keeps_the_connection_of_the_rest(
    server: TidingsServer, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    for tab in tabs[1:]:
        tab.page.close()
    tabs[0].comes_to_the_front()
    tabs[0].is_connected(AT_ONCE_S)
    sender.publishes("still here", person)
    tabs[0].shows("still here", within_s=AT_ONCE_S)
    has_connections(server, 1)


def test_the_last_tab_takes_the_connection_with_it(visitor: Visitor, server: TidingsServer, tab: Tab) -> None:
    visitor.looks_at_something_else()
    tab.page.close()
    has_connections(server, 0)


def test_a_reload_keeps_one_connection(
    server: TidingsServer, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    for tab in tabs[1:]:
        tab.comes_to_the_front()
        tab.page.reload()
        tab.is_connected()
    sender.publishes("after reloads", person)
    for tab in tabs:
        tab.shows("after reloads")
    has_connections(server, 1)


def test_signing_out_in_one_tab_ends_it_in_all(
    visitor: Visitor,
    server: TidingsServer,
    devtools: DevTools,
    tabs: list[Tab],
    person: Person,
    sender: Sender,
) -> None:
    from tests.browser.test_signing_in import remains

    sender.publishes("for my eyes only", person)
    tabs[-1].shows("for my eyes only")
    tabs[-1].page.wait_for_timeout(1200)  # the cache is written a second after the last change
    tabs[-1].signs_out()
    for tab in tabs:
        tab.is_at_sign_in(within_s=3)
    has_connections(server, 0)
    assert devtools.open_wires == []
    assert not any(remains(tabs[-1].page).values())
    assert visitor.context.cookies() == []
    tabs[-1].signs_in(person.name, person.password)
    tabs[-1].is_connected()
    tabs[-1].shows("for my eyes only")


def test_a_session_ended_elsewhere_ends_in_every_tab(
    open_browser: Callable[[], Visitor], tabs: list[Tab], person: Person
) -> None:
    elsewhere = open_browser()
    elsewhere.is_signed_in_as(person)
    elsewhere.context.request.delete(elsewhere.site + "/api/v1/sessions", headers={"Origin": elsewhere.site})
    for tab in tabs:
        tab.is_at_sign_in(within_s=3)


def test_the_back_button_brings_a_live_page_back(
    tabs: list[Tab], server: TidingsServer, person: Person, sender: Sender
) -> None:
    tab = tabs[-1]
    tab.page.evaluate(
        "window.addEventListener('pageshow', (event) => { window.persisted = event.persisted })"
    )
    tab.goes_to("/healthz")
    sender.publishes("while away", person)
    tab.page.go_back(wait_until="commit")
    tab.is_connected(within_s=3)
    tab.shows("while away", within_s=3)
    assert tab.page.evaluate("window.persisted") is True
    has_connections(server, 1)


@pytest.mark.parametrize("script", [NO_SHARED_WORKERS, BROKEN_SHARED_WORKERS], ids=["absent", "broken"])
def test_without_shared_workers_each_tab_connects_by_itself(
    visitor: Visitor, server: TidingsServer, devtools: DevTools, person: Person, sender: Sender, script: str
) -> None:
    visitor.context.add_init_script(script)
    tab = visitor.opens_the_feed()
    second = visitor.opens_another_tab()
    second.is_connected()
    sender.publishes("for both", person)
    second.shows("for both", within_s=AT_ONCE_S)
    assert {kind for kind, _ in devtools.holders} == {"page"}
    assert devtools.workers() == []
    tab.comes_to_the_front()
    tab.shows("for both", within_s=AT_ONCE_S)
    expect(tab.notice).to_have_count(0)
    has_connections(server, 1, within_s=5)
