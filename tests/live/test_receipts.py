"""What a sender is told about the way of a notification, while people listen."""

import pytest

from tests.live.site import Site
from tidings.accounts.tables import User
from tidings.chores import Chores
from tidings.notifications.sent import receipts

pytestmark = pytest.mark.anyio


async def test_a_notification_counts_as_delivered_once_a_live_browser_was_sent_it(
    site: Site, alice: User
) -> None:
    house = site.house
    chores = Chores(house.database, house.hub, house.clock, house.settings, house.watchman, house._notice)
    await site.user("bob")
    browser = await site.arrive(alice)
    published = await site.publish(["alice", "bob"])
    await browser.hear("notifications")
    await chores.confirm()
    counted = (await house.database.read(lambda session: receipts(session, [published.id])))[published.id]
    assert (counted.accepted, counted.delivered, counted.read) == (2, 1, 0)
