"""A reused `Idempotency-Key`: the first answer again, a conflict, another name space, one row of fifty."""

import anyio
import pytest

from tests.attacks.site import SHORTEST, Site

pytestmark = pytest.mark.anyio


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
