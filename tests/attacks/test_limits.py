"""Too much, too fast, too slow, too deep; and whom a limit must never hit."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.attacks.site import SHORTEST, Site, sign_in
from tidings.accounts.passwords import AT_ONCE, Hasher, HasherBusy
from tidings.api import bodies

pytestmark = pytest.mark.anyio

KIB = 1024


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/v1/notifications", 64 * KIB),
        ("/api/v1/notifications/batch", 4 * KIB * KIB),
        ("/api/v1/hooks/grafana", KIB * KIB),
        ("/api/v1/session", 64 * KIB),
        ("/api/v1/session/password", 64 * KIB),
        ("/api/v1/users", 64 * KIB),
        ("/api/v1/keys", 64 * KIB),
    ],
)
async def test_a_body_over_the_limit_is_refused_and_not_read_to_its_end(
    site: Site, path: str, limit: int
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 10 * limit:
            read += 16 * KIB
            yield b" " * 16 * KIB

    root = await site.browser("root")
    answer = await root.post(path, content=endless(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:tidings:problem:too-large")
    assert read <= limit + 64 * KIB
    headers = {"Content-Length": str(limit + 1), "Content-Type": "application/json"}
    announced = await root.post(path, content=b"{}", headers=headers)
    assert announced.status_code == 413


async def test_a_body_that_drips_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.05)

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    answer = await (await site.sender()).post("/api/v1/notifications", content=drip())
    assert answer.status_code == 408


async def test_a_key_revoked_while_its_body_dripped_in_publishes_nothing(site: Site) -> None:
    sender, root = await site.sender("slow"), await site.browser("root")
    key_id = (await root.get("/api/v1/keys")).json()["keys"][0]["id"]

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"to": ["alice"], '
        assert (await root.delete(f"/api/v1/keys/{key_id}")).status_code == 204
        site.clock.advance(2)
        yield b'"title": "Too late"}'

    assert (await sender.post("/api/v1/notifications", content=slowly())).status_code == 401
    assert (await (await site.browser("alice")).get("/api/v1/notifications")).json()["items"] == []


async def test_an_admin_switched_off_while_their_body_dripped_in_adds_nobody(site: Site) -> None:
    await site.add_user("root2", admin=True)
    root, other = await site.browser("root"), await site.browser("root2")
    me = (await root.get("/api/v1/session")).json()["user"]["id"]

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"name": '
        assert (await other.post(f"/api/v1/users/{me}/disable")).status_code == 200
        yield b'"mallory"}'

    answer = await root.post("/api/v1/users", content=slowly(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 401
    assert (await other.get("/api/v1/users?search=mallory")).json()["users"] == []


BOMBS = ["[" * 100_000, "[" * 60_000 + "]" * 60_000, '{"a":' * 20_000 + "1" + "}" * 20_000]


@pytest.mark.parametrize("nested", BOMBS, ids=["open", "closed", "objects"])
@pytest.mark.parametrize(
    "path", ["/api/v1/notifications", "/api/v1/users", "/api/v1/session", "/api/v1/hooks/grafana"]
)
async def test_a_nesting_bomb_is_a_bad_request(site: Site, path: str, nested: str) -> None:
    root = await site.browser("root")
    for body in (nested[: 60 * KIB], '{"to":["alice"],"title":"x","data":' + nested[: 60 * KIB] + "}"):
        answer = await root.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("depth", [10, 60, 250, 260, 500, 1000, 1100])
async def test_any_depth_of_data_is_taken_or_refused_and_never_an_accident(site: Site, depth: int) -> None:
    body = '{"to":["alice"],"title":"x","data":' + "[" * depth + "]" * depth + "}"
    answer = await (await site.sender()).post("/api/v1/notifications", content=body)
    assert answer.status_code == (201 if depth == 10 else answer.status_code)
    assert answer.status_code in (201, 400, 422)


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "9" * 5000,
        str(2**63),
        str(-(2**63) - 1),
        "3.5",
        '"3"',
        "true",
    ],
)
async def test_an_absurd_number_is_refused(site: Site, number: str) -> None:
    body = f'{{"to":["alice"],"title":"x","priority":{number}}}'
    assert (await (await site.sender()).post("/api/v1/notifications", content=body)).status_code in (400, 422)


async def test_publishing_faster_than_the_rate_waits_whichever_door_is_used(
    build_site: Callable[..., Any],
) -> None:
    site: Site = await build_site(max_publishes_per_second_per_key=5)
    sender, other = await site.sender(), await site.sender("other")
    alerts = {"alerts": [{"labels": {"alertname": "A"}}] * 4}
    assert (await sender.post("/api/v1/hooks/grafana?to=alice", json=alerts)).status_code == 201
    statuses = [(await sender.post("/api/v1/notifications", json=SHORTEST)).status_code for _ in range(7)]
    assert statuses == [201] * 6 + [429]
    answer = await sender.post("/api/v1/notifications", json=SHORTEST)
    assert int(answer.headers["retry-after"]) >= 1
    assert (await other.post("/api/v1/notifications", json=SHORTEST)).status_code == 201, (
        "another key has its own"
    )
    assert [entry.actor for entry in await site.entries(subject="limit")] == ["backup", "backup"]


async def test_guessing_at_alice_from_many_places_never_locks_her_out(site: Site) -> None:
    guesses = 0
    for place in range(30):
        guesser = await site.program(f"203.0.113.{place}")
        statuses = [(await sign_in(guesser, "alice", f"guess {n}")).status_code for n in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        guesses += statuses.count(401)
    assert guesses == 150
    began = time.monotonic()
    assert (await sign_in(await site.program("198.51.100.7"), "alice")).status_code == 200
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"]
)
async def test_a_forged_address_buys_no_more_guesses(site: Site, header: str) -> None:
    statuses = list[int]()
    for n in range(7):
        guesser = await site.program("203.0.113.1", **{header: f"198.51.100.{n}"})
        statuses.append((await sign_in(guesser, "alice", "guess")).status_code)
    assert statuses == [401] * 5 + [429] * 2
    entries = await site.entries(subject="session")
    assert {entry.address for entry in entries} == {"203.0.113.1"}


async def test_behind_a_trusted_proxy_only_what_it_added_counts(build_site: Callable[..., Any]) -> None:
    site: Site = await build_site(trusted_proxies=["10.0.0.0/8"])
    statuses = list[int]()
    for n in range(7):
        forged = f"127.0.0.1, 10.9.9.9, 198.51.100.{n}, 203.0.113.1"
        guesser = await site.program("10.0.0.1", **{"X-Forwarded-For": forged})
        statuses.append((await sign_in(guesser, "alice", "guess")).status_code)
    assert statuses == [401] * 5 + [429] * 2
    assert (
        await (await site.program("10.0.0.1", **{"X-Forwarded-For": "203.0.113.2"})).get("/healthz")
    ).is_success


async def test_an_unknown_name_a_wrong_password_and_a_disabled_account_answer_alike(site: Site) -> None:
    root = await site.browser("root")
    bob = (await root.get("/api/v1/users?search=bob")).json()["users"][0]["id"]
    assert (await root.post(f"/api/v1/users/{bob}/disable")).status_code == 200
    answers = [
        await sign_in(await site.program("203.0.113.5"), name, "wrong") for name in ("nobody", "alice", "bob")
    ]
    answers.append(await sign_in(await site.program("203.0.113.6"), "bob"))
    assert {(answer.status_code, answer.content) for answer in answers} == {(401, answers[0].content)}


async def test_a_password_of_a_thousand_and_more_characters_is_not_hashed(site: Site) -> None:
    client = await site.program()
    assert (await sign_in(client, "alice", "x" * 1024)).status_code == 401
    for long in (1025, 60_000):
        assert (await sign_in(client, "alice", "x" * long)).status_code == 422
        assert (await sign_in(client, "x" * long, "x")).status_code == 422


async def test_never_more_than_four_passwords_are_hashed_at_once_and_a_long_queue_is_refused() -> None:
    hasher, running, most = Hasher(memory_kib=8, passes=1), 0, 0
    verify_now = hasher.verify_now

    def counting(password: str, password_hash: str | None) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.002)
        running -= 1
        return verify_now(password, password_hash)

    hasher.verify_now = counting  # pyright: ignore[reportAttributeAccessIssue]
    tasks = [asyncio.create_task(hasher.verify("guess", None)) for _ in range(300)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    hasher.close()
    assert most <= AT_ONCE
    assert sum(isinstance(answer, HasherBusy) for answer in done) == 100
