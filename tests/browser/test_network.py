"""The network goes and comes back, in a real browser that is told so."""

from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"RETRY_DELAYS_SECONDS": "0.2", "RETRY_JITTER": "0"}
SEVERAL_DELAYS_MS = 1500


def test_offline_is_said_nothing_is_tried_and_online_brings_what_was_missed(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("before", person)
    tab.shows("before")
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline", within_s=3)
    expect(tab.notice).to_contain_text("You are offline")
    tries = len(visitor.witness.requests), len(visitor.witness.wires)
    sender.publishes("while offline", person)
    tab.page.wait_for_timeout(SEVERAL_DELAYS_MS)
    assert (len(visitor.witness.requests), len(visitor.witness.wires)) == tries
    visitor.context.set_offline(False)
    tab.is_connected(within_s=3)
    tab.shows("while offline", "before", within_s=3)
    expect(tab.notice).to_have_count(0)
    assert "network offline" in visitor.witness.story
    assert "network online" in visitor.witness.story
    assert not [line for line in visitor.witness.story if "attempt" in line]


def test_a_page_that_was_offline_when_it_was_hidden_comes_back_when_both_are_over(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    front = visitor.looks_at_something_else()
    sender.publishes("meanwhile", person)
    front.wait_for_timeout(300)
    visitor.context.set_offline(False)
    tab.comes_to_the_front()
    tab.is_connected(within_s=3)
    tab.shows("meanwhile")


def test_a_short_blip_does_not_flicker(visitor: Visitor, tab: Tab) -> None:
    tab.page.evaluate(
        """() => {
          window.words = [];
          const word = document.querySelector('.badge-word');
          new MutationObserver(() => window.words.push(word.textContent)).observe(
            word, { childList: true, characterData: true, subtree: true });
        }"""
    )
    visitor.context.set_offline(True)
    visitor.context.set_offline(False)
    tab.is_connected(within_s=3)
    tab.page.wait_for_timeout(500)
    assert set(tab.page.evaluate("window.words")) <= {"Connected"}
