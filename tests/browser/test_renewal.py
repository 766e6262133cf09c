"""Tokens are renewed in place, unseen, by lifetime and never by the wall clock."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

SETTINGS = {"ACCESS_TOKEN_SECONDS": "1.5"}
REMEMBER_STATES = """() => {
  const badge = document.querySelector('[data-testid=connection-badge]');
  window.states = [];
  new MutationObserver(() => window.states.push(badge.dataset.state))
    .observe(badge, { attributes: true, attributeFilter: ['data-state', 'data-reason'] });
}"""


def _renews_three_times(visitor: Visitor, tab: Tab) -> None:
    tab.page.evaluate(REMEMBER_STATES)
    visitor.waits_until(lambda: len(visitor.witness.wires[-1].heard("auth_ok")) >= 4, 10, "three renewals")
    assert tab.page.evaluate("window.states") == []
    assert len(visitor.witness.wires) == 1
    answers = visitor.witness.wires[0].heard("auth_ok")
    assert [answer.get("renewed", False) for answer in answers[:4]] == [False, True, True, True]
    tokens = [message["token"] for message in visitor.witness.sent("auth")]
    assert len(set(tokens)) == len(tokens)


def test_three_renewals_go_by_unseen(visitor: Visitor, tab: Tab, person: Person, sender: Sender) -> None:
    _renews_three_times(visitor, tab)
    sender.publishes("still here", person)
    tab.shows("still here")
    assert visitor.witness.story == ["connection established", "authentication success"]


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "behind"])
def test_a_clock_wrong_by_a_day_changes_nothing_that_matters(
    visitor: Visitor, person: Person, sender: Sender, wrong: timedelta
) -> None:
    sender.publishes("first", person)
    sender.publishes("second", person)
    visitor.context.clock.install(time=datetime.now(UTC) + wrong)
    tab = visitor.opens_the_feed()
    shown = tab.page.evaluate("Date.now()") / 1000 - datetime.now(UTC).timestamp()
    assert abs(shown - wrong.total_seconds()) < 60
    _renews_three_times(visitor, tab)
    sender.publishes("third", person)
    tab.shows("third", "second", "first")
    expect(tab.page.get_by_text("Connection lost")).to_have_count(0)
