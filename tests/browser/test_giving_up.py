"""Five attempts, then peace: the page gives up, asks for health once a minute, and listens to its reader."""

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

SETTINGS = {"RETRY_DELAYS_SECONDS": "0.3,0.2,0.2,0.2,0.2", "RETRY_JITTER": "0"}
pytestmark = pytest.mark.usefixtures("mortal")
SHORTEST_BREAK_S, LONGEST_BREAK_S = 45, 75  # a minute and its jitter


def test_after_five_attempts_it_gives_up_until_its_reader_asks(
    visitor: Visitor, tab: Tab, server: TidingsServer
) -> None:
    tab.is_at_rest()
    server.kill()
    tab.is_in("disconnected", "gave_up", within_s=20)
    assert [line for line in visitor.witness.story if "attempt" in line or "gave" in line] == [
        "reconnection attempt 1/5 in 0.3 s",
        "reconnection attempt 2/5 in 0.2 s",
        "reconnection attempt 3/5 in 0.2 s",
        "reconnection attempt 4/5 in 0.2 s",
        "reconnection attempt 5/5 in 0.2 s",
        "gave up",
    ]
    expect(tab.notice).to_contain_text("The server does not answer")
    tries = len(visitor.witness.requests)
    tab.page.wait_for_timeout(1000)
    assert len(visitor.witness.requests) == tries
    server.start()
    tab.reconnect.click()
    tab.is_connected()
    expect(tab.notice).to_have_count(0)


def test_a_page_that_gave_up_asks_for_health_and_comes_back_by_itself(
    visitor: Visitor, server: TidingsServer
) -> None:
    visitor.context.clock.install()
    tab = visitor.opens_the_feed()
    server.kill()
    tab.is_in("disconnected", "gave_up", within_s=20)
    assert _health_questions(visitor) == 0
    _a_minute_passes(visitor)
    assert _health_questions(visitor) == 1
    tab.is_in("disconnected", "gave_up")
    server.start()
    _a_minute_passes(visitor)
    tab.is_connected()
    assert _health_questions(visitor) == 2


def _health_questions(visitor: Visitor) -> int:
    return visitor.witness.requests.count(visitor.site + "/healthz")


def _a_minute_passes(visitor: Visitor) -> None:
    """Let the page's time run until it has asked once more; in small steps, for answers come in real time."""
    asked = _health_questions(visitor)
    for second in range(LONGEST_BREAK_S):
        visitor.context.clock.run_for(1000)
        if _health_questions(visitor) > asked:
            assert second >= SHORTEST_BREAK_S
            visitor.tab.page.wait_for_timeout(200)  # the answer
            return
    raise AssertionError("it did not ask")


def test_looking_at_it_again_tries_at_once(visitor: Visitor, tab: Tab, server: TidingsServer) -> None:
    server.kill()
    tab.is_in("disconnected", "gave_up", within_s=20)
    visitor.looks_at_something_else()
    server.start()
    tab.comes_to_the_front()
    tab.is_connected(within_s=3)
