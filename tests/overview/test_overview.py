"""Admins are told what is going on while they look; nobody else is, and nobody is asked again and again."""

import json

import pytest

from tests.live.site import CHEAP, Browser, Site
from tidings.accounts import users
from tidings.accounts.tables import User
from tidings.live.codes import Code
from tidings.overview.onlookers import LEASE_S

pytestmark = pytest.mark.anyio


@pytest.fixture
async def root(wired: Site) -> User:
    now = wired.clock.now()
    hashed = CHEAP.hash_now("pw")
    return await wired.house.database.write(lambda db: users.add(db, "root", hashed, now, admin=True))


async def seconds_pass(site: Site, seconds: float = 1) -> None:
    """Let the house tell, as its chore does every second."""
    site.clock.advance(seconds)
    await site.house.operating._overview.tick()


async def look(site: Site, admin: User, **asked: object) -> Browser:
    """Open a browser that looks, and wait until the server knows."""
    browser = await site.arrive(admin)
    await browser.say({"type": "overview", **asked})
    await browser.say({"type": "ping", "t": 1})
    await browser.hear("pong")
    return browser


async def test_an_admin_sees_who_is_connected_from_where(wired: Site, root: User, alice: User) -> None:
    browser = await look(wired, root)
    await wired.arrive(alice)
    await seconds_pass(wired)
    told = await browser.hear("overview")
    assert {row["user"] for row in told["people"]["rows"]} == {"root", "alice"}
    assert told["people"]["rows"][0]["address"] == "127.0.0.1"
    assert "Python" in told["people"]["rows"][0]["device"]
    assert told["database"]["up"]
    assert told["redis"] is None
    (worker,) = told["workers"]
    assert (worker["process"]["workers"], worker["silent_s"], worker["redis_up"]) == (1, None, None)


async def test_rates_are_of_the_last_second(wired: Site, root: User, alice: User) -> None:
    browser = await look(wired, root)
    listener = await wired.arrive(alice)
    await seconds_pass(wired)
    await browser.hear("overview")
    for _ in range(3):
        await wired.publish(["alice"])
    await listener.hear("notifications")
    await seconds_pass(wired, 2)
    told = await browser.hear("overview")
    sample = told["workers"][0]["sample"]
    assert sample["deliveries"] == 1.5
    assert sample["lag_ms"] > 0
    assert sample["connections"] == 2


async def test_only_what_changed_is_told_again(wired: Site, root: User) -> None:
    browser = await look(wired, root)
    await seconds_pass(wired)
    first = await browser.hear("overview")
    await seconds_pass(wired)
    second = await browser.hear("overview")
    assert {"histories", "people", "endings", "senders", "lease_s"} <= first.keys()
    assert not {"histories", "people", "endings", "senders"} & second.keys()
    assert len(json.dumps(second)) < 1500


async def test_another_tab_of_the_same_browser_is_told_everything(wired: Site, root: User) -> None:
    browser = await look(wired, root)
    await seconds_pass(wired)
    await browser.hear("overview")
    await browser.say({"type": "overview", "anew": True})
    await browser.say({"type": "ping", "t": 1})
    await browser.hear("pong")
    await seconds_pass(wired)
    assert "histories" in await browser.hear("overview")


async def test_who_does_not_ask_again_is_not_told_any_more(wired: Site, root: User) -> None:
    await look(wired, root)
    assert wired.house.operating._onlookers
    wired.clock.advance(LEASE_S + 1)
    await seconds_pass(wired)
    assert not wired.house.operating._onlookers


async def test_who_is_gone_is_forgotten_at_once(wired: Site, root: User) -> None:
    browser = await look(wired, root)
    await browser.socket.close()
    await wired.settled()
    await seconds_pass(wired)
    assert not wired.house.operating._onlookers


async def test_nobody_else_is_told(wired: Site, alice: User) -> None:
    browser = await wired.arrive(alice)
    await browser.say({"type": "overview"})
    refused = await browser.hear("error")
    assert refused["code"] == "forbidden"
    assert not wired.house.operating._onlookers


async def test_the_list_can_be_narrowed_and_is_bounded(
    wired: Site, root: User, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await look(wired, root, search="ALI")
    for _ in range(3):
        await wired.arrive(alice)
    monkeypatch.setattr("tidings.overview.facts.MOST_SHOWN", 2)
    await seconds_pass(wired)
    people = (await browser.hear("overview"))["people"]
    while people["found"] < 3:  # the house tells every second as well, perhaps before all three were there
        people = (await browser.hear("overview")).get("people", people)
    assert (people["search"], people["found"], len(people["rows"])) == ("ALI", 3, 2)


async def test_endings_are_told_with_their_reasons(wired: Site, root: User, alice: User) -> None:
    browser = await look(wired, root)
    gone = await wired.arrive(alice)
    wired.hub.of_user(alice.id)[0].end(Code.FLOODING)
    assert await gone.end_code() == Code.FLOODING
    await wired.until(lambda: wired.hub.tally.endings)
    await seconds_pass(wired)
    (ending,) = (await browser.hear("overview"))["endings"]
    assert (ending["user"], ending["code"], ending["name"], ending["ours"]) == (
        "alice",
        4430,
        "flooding",
        True,
    )


async def test_a_round_trip_is_what_the_answer_to_our_ping_took(wired: Site, alice: User) -> None:
    browser = await wired.arrive(alice)
    (socket,) = wired.hub.of_user(alice.id)
    assert socket.connection.round_trip_ms is None
    wired.clock.advance(31)
    wired.hub.tick()
    asked = await browser.hear("ping")
    wired.clock.advance(0.25)
    await browser.say({"type": "pong", "t": asked["t"]})
    for lie in (10**15, -5, "soon", None, True):
        await browser.say({"type": "pong", "t": lie})
    await wired.until(lambda: socket.connection.round_trip_ms is not None)
    assert socket.connection.round_trip_ms == 250


async def test_without_onlookers_a_sample_now_and_then_is_all(wired: Site) -> None:
    overview = wired.house.operating._overview
    for _ in range(60):
        await seconds_pass(wired)
    assert len(overview.reporter.samples.kept) <= 6
