"""The doors of groups and topics, of counting an audience, and of what one has sent."""

from typing import Any

import pytest
from httpx import AsyncClient

from tests.attacks.site import SOME_ID, Site
from tidings.accounts.keys import Reach

pytestmark = pytest.mark.anyio

GROUPS, TOPICS, SEND = "/api/v1/groups", "/api/v1/topics", "/api/v1/notifications"


async def made(root: AsyncClient, name: str = "ops", *people: str) -> str:
    answer = await root.post(GROUPS, json={"name": name, "members": list(people)})
    assert answer.status_code == 201, answer.text
    return f"{GROUPS}/{answer.json()['id']}"


async def names(client: AsyncClient, door: str) -> list[str]:
    return [member["name"] for member in (await client.get(door)).json()["members"]]


async def told(site: Site, subject: str) -> list[tuple[str, str, Any]]:
    entries = await site.entries(subject=subject)
    return [(entry.action, entry.target, entry.details) for entry in reversed(entries)]


async def test_a_group_is_made_filled_renamed_and_removed_and_each_change_is_told(site: Site) -> None:
    root = await site.browser("root")
    group = await made(root, "ops", "alice")
    assert (await root.post(f"{group}/members", json={"names": ["bob", "ALICE"]})).json() == {
        "added": ["bob"]
    }
    assert await names(root, f"{group}/members") == ["alice", "bob"]
    bob = (await root.get(f"{group}/members", params={"search": "bo"})).json()["members"][0]["id"]
    for _ in range(2):
        assert (await root.delete(f"{group}/members/{bob}")).status_code == 204
    assert (await root.patch(group, json={"name": "Operations"})).json()["members"] == 1
    assert (await root.get(group)).json()["name"] == "Operations"
    assert (await root.delete(group)).status_code == 204
    assert (await root.get(group)).status_code == 404
    assert await told(site, "group") == [
        ("group.added", "ops", {"members": 1}),
        ("group.joined", "ops", {"names": ["bob"], "count": 1}),
        ("group.left", "ops", {"names": ["bob"], "count": 1}),
        ("group.renamed", "Operations", {"before": "ops"}),
        ("group.removed", "Operations", None),
    ]


async def test_groups_are_listed_by_name_in_pages(site: Site) -> None:
    root = await site.browser("root")
    for name in ("ops", "Dev", "qa"):
        await made(root, name)
    first = (await root.get(f"{GROUPS}?limit=2")).json()
    second = (await root.get(GROUPS, params={"limit": 2, "after": first["next"]})).json()
    assert [group["name"] for page in (first, second) for group in page["groups"]] == ["Dev", "ops", "qa"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "ops"}, "#/name"),
        ({"name": "two words"}, "#/name"),
        ({"name": "new", "members": ["mallory"]}, "#/members"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field(site: Site, body: Any, pointer: str) -> None:
    root = await site.browser("root")
    await made(root)
    answer = await root.post(GROUPS, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_what_is_not_there_is_said_to_be_missing(site: Site) -> None:
    root, missing = await site.browser("root"), f"{GROUPS}/{SOME_ID}"
    group = await made(root)
    answers = [
        await root.get(missing),
        await root.patch(missing, json={"name": "x"}),
        await root.delete(missing),
        await root.get(f"{missing}/members"),
        await root.post(f"{missing}/members", json={"names": ["alice"]}),
        await root.delete(f"{group}/members/{SOME_ID}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert (await root.post(f"{group}/members", json={"names": ["mallory"]})).status_code == 422


async def test_a_person_follows_a_topic_and_sees_that_they_do(site: Site) -> None:
    root, alice = await site.browser("root"), await site.browser("alice")
    await root.post(SEND, json={"to": {"topic": "ci/builds"}, "title": "x"})
    assert (await alice.put(f"{TOPICS}/ci/builds/follow")).status_code == 204
    mine = (await alice.get(TOPICS)).json()
    assert mine == {"topics": [{"topic": "ci/builds", "followers": 1, "following": True}], "next": None}
    assert (await root.get(TOPICS)).json()["topics"][0]["following"] is False
    assert (await root.post(SEND, json={"to": {"topic": "ci/builds"}, "title": "y"})).json()["accepted"] == 1
    assert (await alice.delete(f"{TOPICS}/ci/builds/follow")).status_code == 204
    assert (await alice.get(TOPICS)).json()["topics"][0]["followers"] == 0
    assert await told(site, "topic") == [], "what people follow is their own affair"


async def test_an_admin_sees_who_follows_and_adds_people(site: Site) -> None:
    root, alice = await site.browser("root"), await site.browser("alice")
    door = f"{TOPICS}/deploys/followers"
    assert (await root.post(door, json={"names": ["bob", "alice"]})).json() == {"added": ["bob", "alice"]}
    assert await names(root, door) == ["alice", "bob"]
    assert (await alice.get(door)).status_code == 403
    bob = (await root.get(door)).json()["members"][1]["id"]
    assert (await root.delete(f"{door}/{bob}")).status_code == 204
    assert await names(root, door) == ["alice"]
    assert [entry[0] for entry in await told(site, "topic")] == ["topic.joined", "topic.left"]


@pytest.mark.parametrize(("topic", "status"), [("a%0Ab", 404), ("x" * 101, 422), ("%00", 404)])
async def test_a_topic_is_one_printable_line(site: Site, topic: str, status: int) -> None:
    assert (await (await site.browser("alice")).put(f"{TOPICS}/{topic}/follow")).status_code == status


async def test_an_audience_is_counted_for_those_who_may_send_to_it(site: Site) -> None:
    root, alice, door = await site.browser("root"), await site.browser("alice"), f"{SEND}/audience"
    await made(root, "ops", "alice", "bob")
    for to, people in (("everyone", 3), ({"group": "ops"}, 2), (["root", {"group": "ops"}], 3)):
        assert (await root.post(door, json={"to": to})).json() == {"people": people}
    assert (await (await site.sender("ci")).post(door, json={"to": "everyone"})).json() == {"people": 3}
    assert (await alice.post(door, json={"to": "everyone"})).status_code == 403
    answer = await root.post(door, json={"to": {"group": "nobodies"}})
    assert (answer.status_code, answer.json()["detail"]) == (422, "There is no group nobodies.")


async def test_a_restricted_key_reaches_no_group(site: Site) -> None:
    await made(await site.browser("root"), "ops", "alice")
    sender = await site.sender(reach=Reach(["alice"]))
    for to in ({"group": "ops"}, ["alice", {"group": "ops"}]):
        answer = await sender.post(SEND, json={"to": to, "title": "x"})
        assert (answer.status_code, answer.json()["detail"]) == (
            403,
            "This API key may not publish to the group ops.",
        )


async def test_an_alert_reaches_a_group(site: Site) -> None:
    await made(await site.browser("root"), "ops", "alice", "bob")
    alerts = {"alerts": [{"labels": {"alertname": "DiskFull"}}]}
    answer = await (await site.sender()).post("/api/v1/hooks/alertmanager?group=ops", json=alerts)
    assert answer.json()["results"][0]["accepted"] == 2


async def test_a_sender_lists_what_it_sent_and_nobody_elses(site: Site) -> None:
    root, sender, other = await site.browser("root"), await site.sender("ci"), await site.sender("other")
    for number in range(3):
        await sender.post(SEND, json={"to": ["alice"], "title": f"number {number}"})
    await root.post(SEND, json={"to": "everyone", "title": "from root"})
    first = (await sender.get(f"{SEND}/sent?limit=2")).json()
    second = (await sender.get(f"{SEND}/sent", params={"limit": 2, "before": first["next"]})).json()
    titles = [item["title"] for page in (first, second) for item in page["items"]]
    assert (titles, second["next"]) == (["number 2", "number 1", "number 0"], None)
    assert first["items"][0]["receipts"] == {"accepted": 1, "delivered": 0, "read": 0}
    assert (await other.get(f"{SEND}/sent")).json()["items"] == []
    assert [item["title"] for item in (await root.get(f"{SEND}/sent")).json()["items"]] == ["from root"]
    assert (await (await site.browser("alice")).get(f"{SEND}/sent")).status_code == 403


async def test_an_admin_sees_the_receipts_of_what_they_sent(site: Site) -> None:
    root, alice = await site.browser("root"), await site.browser("alice")
    mine = (await root.post(SEND, json={"to": ["alice"], "title": "to alice"})).json()["id"]
    both = (await root.post(SEND, json={"to": ["alice", "root"], "title": "to both"})).json()["id"]
    assert (await root.get(f"{SEND}/{mine}")).json()["receipts"]["accepted"] == 1
    item = (await root.get(f"{SEND}/{both}")).json()
    assert (item["receipts"]["accepted"], item["seq"]) == (2, 1)
    assert "receipts" not in (await alice.get(f"{SEND}/{both}")).json()


async def test_a_test_to_oneself_is_not_among_what_one_has_sent(site: Site) -> None:
    root = await site.browser("root")
    assert (await root.post(f"{SEND}/test")).status_code == 201
    assert (await root.get(f"{SEND}/sent")).json()["items"] == []
