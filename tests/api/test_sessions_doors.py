"""The doors behind the sign-in: the socket's token, the list of sessions, and every way to end one."""

from collections.abc import Callable
from datetime import timedelta

import anyio
import pytest
from httpx import AsyncClient

from tests.api.house import PASSWORD, House, sign_in
from tidings.accounts import users
from tidings.accounts.tables import UserSession
from tidings.api.rooms import LiveConnection
from tidings.database import DatabaseUnavailable

pytestmark = pytest.mark.anyio


async def signed_in(house: House, name: str = "alice", **headers: str) -> AsyncClient:
    browser = await house.browser(**headers)
    assert (await sign_in(browser, name)).status_code == 200
    return browser


async def session_id(browser: AsyncClient) -> str:
    return (await browser.get("/api/v1/session")).json()["session"]["id"]


async def test_the_token_opens_the_socket_of_this_session(house: House) -> None:
    browser = await signed_in(house)
    answer = await browser.post("/api/v1/session/token")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    access = house.rooms.tokens.verify(answer.json()["token"], house.clock.now())
    assert access.session_id == await session_id(browser)
    assert answer.json()["expires_in"] == 300
    assert answer.json()["expires_at"] == "2026-01-01T00:05:00.000Z"


async def test_the_settings_govern_the_browser_too(build: Callable[..., House]) -> None:
    house = build(
        hidden_grace_seconds=0.25,
        retry_delays_seconds=[0.5, 3],
        retry_max_attempts=7,
        retry_jitter=0,
        heartbeat_seconds=2,
        access_token_seconds=10,
    )
    await house.add_user()
    answer = (await (await signed_in(house)).post("/api/v1/session/token")).json()
    assert answer["policy"] == {
        "hidden_grace_ms": 250,
        "retry_delays_ms": [500, 3000],
        "retry_max_attempts": 7,
        "retry_jitter": 0,
        "heartbeat_ms": 2000,
    }
    assert answer["expires_in"] == 10


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("POST", "/api/v1/session/token"),
        ("POST", "/api/v1/session/password"),
        ("GET", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions"),
        ("DELETE", "/api/v1/sessions/some-id"),
    ],
)
async def test_nothing_opens_without_a_living_session(house: House, method: str, path: str) -> None:
    stranger = await house.browser()
    assert (await stranger.request(method, path)).status_code == 401
    token = (await (await signed_in(house)).post("/api/v1/session/token")).json()["token"]
    key = await house.add_key()
    for wrong in ("", "made-up", token, key, "x" * 5000):
        response = await stranger.request(method, path, headers={"Cookie": f"tidings_session={wrong}"})
        assert response.status_code == 401
        assert response.headers["cache-control"] == "no-store"
    for bearer in (token, key):
        response = await stranger.request(method, path, headers={"Authorization": f"Bearer {bearer}"})
        assert response.status_code == 401


async def test_signing_out_ends_the_session_and_takes_the_cookie_back(house: House) -> None:
    browser = await signed_in(house)
    here, secret = await session_id(browser), browser.cookies["tidings_session"]
    response = await browser.delete("/api/v1/session")
    assert response.status_code == 204
    assert "tidings_session" not in browser.cookies
    assert house.ended == [here]
    replay = await browser.get("/api/v1/session", headers={"Cookie": f"tidings_session={secret}"})
    assert replay.status_code == 401


async def test_the_live_room_hears_of_an_ending_only_after_the_commit(house: House) -> None:
    browser, found = await signed_in(house), list[object]()

    def ended(ids: list[str]) -> None:
        row = house.rooms.database.read_now(lambda session: session.get(UserSession, ids[0]))
        found.append(row and row.ended_at)

    house.hear = ended
    await browser.delete("/api/v1/session")
    assert found == [house.clock.now()]


async def test_the_list_shows_each_session_with_its_live_connections(house: House) -> None:
    phone = await signed_in(house, **{"User-Agent": "Phone"})
    house.clock.advance(60)
    desk = await signed_in(house, **{"User-Agent": "Desk"})
    ids = [await session_id(desk), await session_id(phone)]
    since = house.clock.now()
    house.live.append(LiveConnection("c1", ids[1], since, "192.0.2.9", "Phone"))
    listed = (await desk.get("/api/v1/sessions")).json()["sessions"]
    assert [one["id"] for one in listed] == ids
    assert [one["device"] for one in listed] == ["Desk", "Phone"]
    assert [one["current"] for one in listed] == [True, False]
    assert [one["address"] for one in listed] == ["192.0.2.1"] * 2
    live = {"id": "c1", "since": "2026-01-01T00:01:00.000Z", "address": "192.0.2.9", "device": "Phone"}
    assert [one["connections"] for one in listed] == [[], [live]]


async def test_one_session_is_ended_from_another(house: House) -> None:
    here, there = await signed_in(house), await signed_in(house)
    gone = await session_id(there)
    assert (await here.delete(f"/api/v1/sessions/{gone}")).status_code == 204
    assert house.ended == [gone]
    assert (await there.get("/api/v1/session")).status_code == 401
    assert (await here.get("/api/v1/session")).status_code == 200
    assert (await here.delete(f"/api/v1/sessions/{gone}")).status_code == 404


async def test_ending_this_session_by_its_id_is_signing_out(house: House) -> None:
    browser = await signed_in(house)
    assert (await browser.delete(f"/api/v1/sessions/{await session_id(browser)}")).status_code == 204
    assert "tidings_session" not in browser.cookies


async def test_another_persons_session_is_as_unknown_as_one_that_never_was(house: House) -> None:
    await house.add_user("bob")
    alice, bob = await signed_in(house), await signed_in(house, "bob")
    theirs = await bob.delete(f"/api/v1/sessions/{await session_id(alice)}")
    unknown = await bob.delete("/api/v1/sessions/00000000-0000-7000-8000-000000000000")
    assert (theirs.status_code, theirs.content) == (404, unknown.content)
    assert (await alice.get("/api/v1/session")).status_code == 200
    assert house.ended == []


@pytest.mark.parametrize(
    "odd", ["%00", "%ff", "..%2f..", "'; DROP TABLE sessions; --", "x" * 3000, "%ed%a0%80"]
)
async def test_an_odd_id_is_unknown_and_never_an_accident(house: House, odd: str) -> None:
    browser = await signed_in(house)
    assert (await browser.delete(f"/api/v1/sessions/{odd}")).status_code == 404


async def test_all_other_sessions_end_at_once(house: House) -> None:
    here, *others = [await signed_in(house) for _ in range(4)]
    ids = {await session_id(other) for other in others}
    response = await here.delete("/api/v1/sessions")
    assert (response.status_code, response.json()) == (200, {"ended": 3})
    assert set(house.ended) == ids
    assert (await here.get("/api/v1/session")).status_code == 200
    assert (await here.delete("/api/v1/sessions")).json() == {"ended": 0}


async def test_a_changed_password_ends_the_others_and_is_the_only_one_that_works(house: House) -> None:
    here, other = await signed_in(house), await signed_in(house)
    gone = await session_id(other)
    wanted = {"current_password": PASSWORD, "new_password": "battery staple"}
    assert (await here.post("/api/v1/session/password", json=wanted)).status_code == 204
    assert house.ended == [gone]
    assert (await here.get("/api/v1/session")).status_code == 200
    assert (await other.get("/api/v1/session")).status_code == 401
    fresh = await house.browser()
    assert (await sign_in(fresh)).status_code == 401
    assert (await sign_in(fresh, password="battery staple")).status_code == 200


async def test_the_current_password_is_asked_and_guessing_it_is_throttled(house: House) -> None:
    browser = await signed_in(house)
    wanted = {"current_password": "wrong", "new_password": "mine now"}
    statuses = [(await browser.post("/api/v1/session/password", json=wanted)).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert house.ended == []


@pytest.mark.parametrize("new", ["", "x" * 1025, "\0"])
async def test_an_impossible_new_password_is_refused(house: House, new: str) -> None:
    wanted = {"current_password": PASSWORD, "new_password": new}
    response = await (await signed_in(house)).post("/api/v1/session/password", json=wanted)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/new_password"


async def test_a_disabled_persons_cookie_is_dead_at_once(house: House) -> None:
    browser = await signed_in(house)
    now = house.clock.now()
    await house.rooms.database.write(lambda session: users.disable(session, "alice", now))
    assert (await browser.post("/api/v1/session/token")).status_code == 401


async def test_an_idle_cookie_is_dead_and_a_used_one_lives(house: House) -> None:
    browser = await signed_in(house)
    for _ in range(3):
        house.clock.advance(timedelta(days=13).total_seconds())
        assert (await browser.get("/api/v1/session")).status_code == 200
        await anyio.wait_all_tasks_blocked()
        await house.rooms.database.write(
            lambda session: None
        )  # the note of being seen was queued before this
    house.clock.advance(timedelta(days=14).total_seconds())
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_reading_goes_on_while_nothing_can_be_written(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await signed_in(house)
    house.clock.advance(120)

    async def locked(*_: object) -> None:
        raise DatabaseUnavailable("The database is busy.")

    monkeypatch.setattr(house.rooms.database, "write", locked)
    assert (await browser.get("/api/v1/session")).status_code == 200
    await anyio.wait_all_tasks_blocked()
    response = await browser.delete("/api/v1/session")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert "could not note" in caplog.text
    assert house.ended == []
