"""Frames doubled, swapped, lost and cut between server and page: one card each, and no hole for long."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.liar import Liar, Lie, Lost, Swapped, doubled, saying, truth
from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"HEARTBEAT_SECONDS": "1", "RETRY_DELAYS_SECONDS": "0.2"}
HOLE_S = 5.0
COME_BACK = (1001, 1013, 4420, 4428, 4999)
STAY_AWAY = (1009, 4400, 4403)
RUNNING_CODE = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
)


@pytest.fixture
def liar(visitor: Visitor) -> Liar:
    """Return the one who sits on this person's line, honest until told otherwise."""
    return Liar(visitor.tab.page)


@pytest.fixture
def tab(visitor: Visitor, liar: Liar) -> Tab:
    """Return their feed, connected through the liar."""
    tab = visitor.opens_the_feed()
    assert len(liar.lines) == 1
    return tab


@pytest.mark.parametrize("lie", [truth, doubled, Swapped()], ids=["truth", "doubled", "swapped"])
def test_each_is_shown_once_and_in_order(
    liar: Liar, lie: Lie, tab: Tab, person: Person, sender: Sender
) -> None:
    liar.lie = lie
    for title in ("one", "two"):
        sender.publishes(title, person)
        tab.page.wait_for_timeout(50)  # a frame each
    tab.shows("two", "one")
    tab.counts(2)
    assert len(liar.lines) == 1


def test_a_lost_one_in_the_middle_is_asked_for(liar: Liar, tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("zero", person)
    tab.shows("zero")
    liar.lie = Lost()
    sender.publishes("lost", person)
    tab.page.wait_for_timeout(100)
    sender.publishes("heard", person)
    tab.shows("heard", "lost", "zero", within_s=HOLE_S)
    tab.counts(3)


def test_a_lost_last_one_shows_at_the_next_heartbeat(
    liar: Liar, tab: Tab, person: Person, sender: Sender
) -> None:
    liar.lie = Lost()
    sender.publishes("lost", person)
    tab.shows("lost", within_s=1 + HOLE_S)
    tab.counts(1)


def test_a_cut_that_means_come_back_is_followed_by_coming_back(
    visitor: Visitor, liar: Liar, tab: Tab, person: Person, sender: Sender
) -> None:
    for round_, code in enumerate(COME_BACK, start=2):
        liar.cuts(code)
        visitor.waits_until(
            lambda count=round_: len(liar.lines) == count, 3, f"a new connection after {code}"
        )
        tab.is_connected()
    sender.publishes("after all cuts", person)
    tab.shows("after all cuts")


def test_a_cut_that_means_stay_away_is_obeyed_until_its_reader_asks(liar: Liar, tab: Tab) -> None:
    for round_, code in enumerate(STAY_AWAY, start=1):
        liar.cuts(code)
        tab.is_in("disconnected", "refused")
        tab.page.wait_for_timeout(700)
        assert len(liar.lines) == round_
        tab.reconnect.click()
        tab.is_connected()


def test_an_address_that_could_run_code_is_no_link_even_if_the_server_says_so(
    liar: Liar, tab: Tab, person: Person, sender: Sender
) -> None:
    addresses = dict(enumerate(RUNNING_CODE))

    def poison(item: dict[str, Any]) -> None:
        if "title" in item:  # an `updated` carries only what changed
            item["url"] = addresses[int(item["title"])]

    liar.lie = saying(poison)
    sender.publishes_many([str(number) for number in addresses], person)
    expect(tab.cards).to_have_count(len(addresses))
    for number in addresses:
        tab.opens(str(number))
        expect(tab.card(str(number)).locator(".row-details")).to_be_visible()
    expect(tab.cards.get_by_role("link")).to_have_count(0)
