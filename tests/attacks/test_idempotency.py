"""A reused `Idempotency-Key`: the first answer again, a conflict, another name space, one row of fifty."""

import anyio
import pytest

from tests.attacks.site import SHORTEST, Site

pytestmark = pytest.mark.anyio

BATCH = "/api/v1/notifications/batch"


async def test_the_same_key_with_the_same_body_is_answered_again_and_with_another_refused(site: Site) -> None:
    sender, key = await site.sender(), {"Idempotency-Key": "build-42"}
    first = await sender.post("/api/v1/notifications", json=SHORTEST, headers=key)
    again = await sender.post("/api/v1/notifications", json=SHORTEST, headers=key)
    other = await sender.post("/api/v1/notifications", json=SHORTEST | {"title": "Other"}, headers=key)
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 409)
    assert (again.headers["idempotent-replay"], "idempotent-replay" in first.headers) == ("true", False)


async def test_two_holders_of_keys_do_not_meet(site: Site) -> None:
    key, ids = {"Idempotency-Key": "build-42"}, set[str]()
    for name in ("one", "two"):
        sender = await site.sender(name)
        ids.add((await sender.post("/api/v1/notifications", json=SHORTEST, headers=key)).json()["id"])
    assert len(ids) == 2


async def test_fifty_at_once_are_one(site: Site) -> None:
    sender, alice = await site.sender(), await site.browser("alice")
    answers: list[tuple[int, str]] = []

    async def knock() -> None:
        answer = await sender.post(
            "/api/v1/notifications", json=SHORTEST, headers={"Idempotency-Key": "once"}
        )
        answers.append((answer.status_code, answer.json()["id"]))

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(knock)
    assert len(set(answers)) == 1
    assert len((await alice.get("/api/v1/notifications")).json()["items"]) == 1


async def test_a_batch_that_is_sent_again_is_answered_again(site: Site) -> None:
    """Whoever retries a batch must not have to fear that it arrives twice."""
    sender, alice, key = await site.sender(), await site.browser("alice"), {"Idempotency-Key": "night"}
    items = [SHORTEST | {"title": f"Report {number}"} for number in range(3)]
    first = await sender.post(BATCH, json={"items": items}, headers=key)
    again = await sender.post(BATCH, json={"items": items}, headers=key)
    other = await sender.post(BATCH, json={"items": items[:2]}, headers=key)
    assert (first.status_code, again.json(), other.status_code) == (201, first.json(), 409)
    assert (again.headers["idempotent-replay"], "idempotent-replay" in first.headers) == ("true", False)
    assert len({each["id"] for each in first.json()["results"]}) == 3
    assert len((await alice.get("/api/v1/notifications")).json()["items"]) == 3


async def test_a_batch_and_a_single_one_share_their_keys(site: Site) -> None:
    sender, key = await site.sender(), {"Idempotency-Key": "night"}
    assert (await sender.post("/api/v1/notifications", json=SHORTEST, headers=key)).status_code == 201
    assert (await sender.post(BATCH, json={"items": [SHORTEST]}, headers=key)).status_code == 409


@pytest.mark.parametrize("key", ["Größe", "ключ", "鍵" * 255, "a b\tc", "é".encode("latin-1")])
async def test_a_key_is_any_text(site: Site, key: str | bytes) -> None:
    sender = await site.sender()
    header = {b"Idempotency-Key": key.encode() if isinstance(key, str) else key}
    for origin in ({}, {b"Origin": site.origin.encode()}):  # past the frameworks, and through them
        answer = await sender.post("/api/v1/notifications", json=SHORTEST, headers=header | origin)
        assert answer.status_code == 201
    assert answer.headers["idempotent-replay"] == "true"


@pytest.mark.parametrize("key", [b"", b" ", "鍵".encode() * 256, b"a\x01"])
async def test_a_key_that_is_none_is_refused_and_named(site: Site, key: bytes) -> None:
    sender, header = await site.sender(), {b"Idempotency-Key": key}
    answer = await sender.post("/api/v1/notifications", json=SHORTEST, headers=header)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "header/Idempotency-Key")
