"""Publishing past the frameworks: the same answers as through them, and a key that ends at once."""

from typing import Any

import pytest
from httpx import Response

from tests.attacks.site import Site

pytestmark = pytest.mark.anyio

PATH = "/api/v1/notifications"
HELLO = {"to": ["alice"], "title": "Hello"}
REQUESTS: dict[str, dict[str, Any]] = {
    "published": {"json": HELLO},
    "not JSON": {"content": b"hello"},
    "not valid": {"json": {"to": ["alice"]}},
    "too large": {"content": b"x" * 70_000},
    "nobody": {"json": HELLO | {"to": ["nobody"]}},
    "no key": {"json": HELLO, "headers": {"Authorization": "Bearer tdk_no"}},
    "another scheme": {"json": HELLO, "headers": {"Authorization": "Basic abc"}},
    "a strange idempotency key": {"json": HELLO, "headers": {"Idempotency-Key": "\t "}},
}


def told(answer: Response) -> dict[str, Any]:
    """Return what a sender sees, without what is different each time."""
    names = sorted(set(answer.headers) - {"content-length", "x-request-id", "date"})
    body = answer.json()
    return {"status": answer.status_code, "headers": names, "body": body | {"id": "", "detail": ""}}


@pytest.mark.parametrize("name", REQUESTS)
async def test_the_short_way_answers_like_the_long_one(site: Site, name: str) -> None:
    sender = await site.sender()
    short = await sender.post(PATH, **REQUESTS[name])
    long_way = REQUESTS[name] | {
        "headers": REQUESTS[name].get("headers", {}) | {"Origin": site.origin}
    }  # programs send none, so this one is asked by the frameworks
    assert told(short) == told(await sender.post(PATH, **long_way))


async def test_an_idempotency_key_that_is_too_long_is_refused(site: Site) -> None:
    answer = await (await site.sender()).post(PATH, json=HELLO, headers={"Idempotency-Key": "k" * 256})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tidings:problem:validation")


async def test_a_key_that_was_used_a_moment_ago_ends_at_once_when_it_is_revoked(site: Site) -> None:
    sender, root = await site.sender("backup"), await site.browser("root")
    for _ in range(3):
        assert (await sender.post(PATH, json=HELLO)).status_code == 201
    key_id = (await root.get("/api/v1/keys")).json()["keys"][0]["id"]
    assert (await root.delete(f"/api/v1/keys/{key_id}")).status_code == 204
    for _ in range(2):
        refused = await sender.post(PATH, json=HELLO)
        assert (refused.status_code, refused.json()["type"]) == (401, "urn:tidings:problem:bad-key")
    assert [entry.action for entry in await site.entries()].count("key.refused") == 2
    assert len((await (await site.browser("alice")).get(PATH)).json()["items"]) == 3
