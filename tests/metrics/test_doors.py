"""What senders do at the doors, as numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.conftest import build_site
from tests.metrics.scraping import Numbers
from tidings.api.tally import MOST_SENDERS, OTHERS, DoorTally
from tidings.notifications.publish import Published

__all__ = ["build_site"]

pytestmark = pytest.mark.anyio


async def _numbers(site: Any) -> Numbers:
    prometheus = await site.program(address="127.0.0.1", Host="localhost")
    return Numbers((await prometheus.get("/metrics")).text)


async def test_publishes_are_counted_by_door_with_what_was_refused(build_site: Callable[..., Any]) -> None:
    site = await build_site(max_publishes_per_second_per_key=2)
    backup = await site.sender()
    one = {"to": ["alice", "bob"], "title": "Hello"}
    keyed = {"Idempotency-Key": "a"}
    assert (await backup.post("/api/v1/notifications", json=one, headers=keyed)).status_code == 201
    assert (await backup.post("/api/v1/notifications", json=one, headers=keyed)).status_code == 201
    batch = {"items": [{"to": ["nobody-here"], "title": "x"}]}
    assert (await backup.post("/api/v1/notifications/batch", json=batch)).status_code == 422
    assert (
        await backup.post("/api/v1/hooks/alertmanager?to=alice", json={"alerts": [{}]})
    ).status_code == 201
    assert (await backup.post("/api/v1/notifications", json=one)).status_code == 429
    numbers = await _numbers(site)
    assert numbers.of("tidings_notifications_total", door="http") == 1
    assert numbers.of("tidings_notifications_total", door="hook") == 1
    assert numbers.of("tidings_publish_replays_total") == 1
    assert numbers.of("tidings_inbox_items_total") == 3
    assert numbers.of("tidings_publish_seconds_count", door="http") == 2
    assert numbers.of("tidings_publish_refusals_total", door="batch", reason="unknown-recipient") == 1
    assert numbers.of("tidings_publish_refusals_total", door="http", reason="throttled") == 1
    assert numbers.of("tidings_limit_hits_total", limit="publish_rate") == 1


async def test_wrong_passwords_and_keys_are_counted(build_site: Callable[..., Any]) -> None:
    site = await build_site()
    visitor = await site.browser()
    wrong = {"username": "alice", "password": "wrong"}
    assert (await visitor.post("/api/v1/session", json=wrong)).status_code == 401
    liar = await site.program(Authorization="Bearer tdk_made_up")
    assert (await liar.post("/api/v1/notifications", json={})).status_code == 401
    numbers = await _numbers(site)
    assert numbers.of("tidings_auth_failures_total", door="sign_in", reason="wrong_password") == 1
    assert numbers.of("tidings_auth_failures_total", door="key", reason="unknown_key") == 1


async def test_senders_are_remembered_up_to_a_bound() -> None:
    tally, done = DoorTally(), Published("id", 1, None)
    for number in range(MOST_SENDERS + 3):
        tally.published("http", f"sender {number}", [done], 0.001)
    assert len(tally.senders) == MOST_SENDERS + 1
    assert tally.senders[OTHERS] == 3
