"""Alertmanager and Grafana: their JSON becomes notifications; a resolved one updates the one it resolves."""

import pytest

from tests.attacks.site import Site
from tidings.accounts.keys import Reach

pytestmark = pytest.mark.anyio

FIRING = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-2"},
    "annotations": {"summary": "Disk full on db-2", "description": "91 % used"},
    "startsAt": "2026-01-01T00:00:00Z",
    "generatorURL": "http://prometheus.example/graph?g0.expr=x",
    "fingerprint": "a1b2c3",
}
RESOLVED = FIRING | {"status": "resolved"}


def message(*alerts: object) -> dict[str, object]:
    """Write what Alertmanager sends around the alerts."""
    return {
        "version": "4",
        "groupKey": "{}:{}",
        "status": "firing",
        "receiver": "tidings",
        "alerts": list(alerts),
    }


async def test_an_alert_becomes_a_notification(site: Site) -> None:
    sender = await site.sender("alerts")
    answer = await sender.post("/api/v1/hooks/alertmanager?to=alice,bob", json=message(FIRING))
    assert (answer.status_code, answer.json()["results"][0]["accepted"]) == (201, 2)
    item = (await (await site.browser("bob")).get("/api/v1/notifications")).json()["items"][0]
    told = {name: item[name] for name in ("title", "body", "level", "priority", "category", "url", "source")}
    assert told == {
        "title": "Disk full on db-2",
        "body": "91 % used",
        "level": "error",
        "priority": 4,
        "category": "alerts",
        "url": "http://prometheus.example/graph?g0.expr=x",
        "source": "alerts",
    }


async def test_a_resolved_alert_updates_its_notification_in_place(site: Site) -> None:
    sender, alice = await site.sender("alerts"), await site.browser("alice")
    for alert in (FIRING, FIRING, RESOLVED):
        assert (await sender.post("/api/v1/hooks/grafana?to=alice", json=message(alert))).status_code == 201
    items = (await alice.get("/api/v1/notifications")).json()["items"]
    assert [(item["title"], item["level"], item["count"]) for item in items] == [
        ("Resolved: Disk full on db-2", "success", 3)
    ]


async def test_without_a_target_everybody_is_told_and_a_topic_reaches_its_followers(site: Site) -> None:
    sender = await site.sender()
    for query, accepted in (("", 3), ("?to=everyone", 3), ("?topic=ops", 0)):
        answer = await sender.post("/api/v1/hooks/grafana" + query, json=message(FIRING))
        assert answer.json()["results"][0]["accepted"] == accepted


@pytest.mark.parametrize(
    ("query", "status"),
    [("?to=alice", 201), ("?to=bob", 403), ("", 403), ("?topic=ops", 403), ("?to=,", 422)],
)
async def test_a_restricted_key_is_restricted_here_too(site: Site, query: str, status: int) -> None:
    sender = await site.sender(reach=Reach(["alice"]))
    assert (
        await sender.post("/api/v1/hooks/alertmanager" + query, json=message(FIRING))
    ).status_code == status


async def test_an_alert_with_next_to_nothing_in_it_is_still_said(site: Site) -> None:
    sender, alice = await site.sender(), await site.browser("alice")
    assert (await sender.post("/api/v1/hooks/grafana?to=alice", json=message({}))).status_code == 201
    item = (await alice.get("/api/v1/notifications")).json()["items"][0]
    assert (item["title"], item["level"]) == ("Alert", "warning")


async def test_long_words_are_cut_rather_than_refused(site: Site) -> None:
    alert = {"annotations": {"summary": "s" * 5000, "description": "d" * 9000}, "fingerprint": "f" * 999}
    answer = await (await site.sender()).post("/api/v1/hooks/grafana?to=alice", json=message(alert))
    assert answer.status_code == 201, answer.text
