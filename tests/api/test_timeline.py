"""The door of the timeline: for the owner of the item and nobody else."""

import pytest

from tests.attacks.site import SOME_ID, Site

pytestmark = pytest.mark.anyio

SEND = "/api/v1/notifications"


async def test_the_owner_sees_what_an_incident_said_and_nobody_else_does(site: Site) -> None:
    sender, alice, bob = await site.sender(), await site.browser("alice"), await site.browser("bob")
    for title in ("Disk full", "Resolved"):
        sent = await sender.post(SEND, json={"to": ["alice"], "title": title, "dedupe_key": "disk"})
    door = f"{SEND}/{sent.json()['id']}/timeline"
    answer = await alice.get(door)
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert [version["title"] for version in found["versions"]] == ["Resolved", "Disk full"]
    assert found["is_complete"] is True
    assert (await bob.get(door)).status_code == 404
    assert (await alice.get(f"{SEND}/{SOME_ID}/timeline")).status_code == 404
    assert (await sender.get(door)).status_code == 401


async def test_a_broadcast_incident_has_its_timeline_too(site: Site) -> None:
    sender, alice = await site.sender(), await site.browser("alice")
    for title in ("Down", "Up"):
        sent = await sender.post(SEND, json={"to": "everyone", "title": title, "dedupe_key": "site"})
    found = (await alice.get(f"{SEND}/{sent.json()['id']}/timeline")).json()
    assert [version["title"] for version in found["versions"]] == ["Up", "Down"]
