"""The door of the inbox: notifications narrowed by the address, and what there is to choose from."""

import pytest

from tests.attacks.site import Site

pytestmark = pytest.mark.anyio


async def test_the_address_narrows_the_list(site: Site) -> None:
    sender, alice, bob = await site.sender(), await site.browser("alice"), await site.browser("bob")
    for title, level in (("Disk full", "error"), ("Disk grown", "info"), ("Deployed", "error")):
        wish = {"to": ["alice"], "title": title, "level": level, "category": "ops"}
        assert (await sender.post("/api/v1/notifications", json=wish)).status_code == 201

    async def titles(query: str) -> list[str]:
        answer = await alice.get(f"/api/v1/notifications?{query}")
        return [item["title"] for item in answer.json()["items"]]

    assert await titles("level=error") == ["Deployed", "Disk full"]
    assert await titles("search=dis") == ["Disk grown", "Disk full"]
    assert await titles("view=all&search=dis&level=error&category=ops") == ["Disk full"]
    assert await titles("category=other") == []
    assert (await bob.get("/api/v1/notifications?view=all&search=disk")).json()["items"] == []


@pytest.mark.parametrize("query", ["view=nothing", "level=loud", "search=" + "x" * 201, "source=a%00b"])
async def test_what_cannot_be_asked_is_refused(site: Site, query: str) -> None:
    alice = await site.browser("alice")
    assert (await alice.get(f"/api/v1/notifications?{query}")).status_code == 422


async def test_an_overview_is_ones_own(site: Site) -> None:
    sender, alice, bob = await site.sender(), await site.browser("alice"), await site.browser("bob")
    await sender.post("/api/v1/notifications", json={"to": ["alice"], "title": "x", "category": "ops"})
    hers = (await alice.get("/api/v1/notifications/overview")).json()
    his = (await bob.get("/api/v1/notifications/overview")).json()
    assert (hers["unread"], hers["snoozed"], len(hers["sources"]), hers["categories"]) == (1, 0, 1, ["ops"])
    assert his == {"unread": 0, "snoozed": 0, "sources": [], "categories": []}
    assert (await (await site.program()).get("/api/v1/notifications/overview")).status_code == 401
