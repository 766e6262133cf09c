"""Two workers on one Redis: wherever one looks, the page shows both; nobody talks while nobody looks."""

# pyright: reportPrivateUsage=false, reportOptionalMemberAccess=false

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.live.site import CHEAP, WITHIN_S, Browser, Message, Site, open_pair
from tests.overview.test_door import enter
from tests.running import RedisServer
from tidings.accounts import users
from tidings.accounts.tables import User
from tidings.live.codes import Code
from tidings.overview.others import LOOK_EVERY_S, LOOKED_S, REMEMBERED_S, SILENT_S, Neighbour

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pair(
    redis: RedisServer, tmp_path: Path, cellar: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Site, Site]]:
    """Two workers; they tell when the test lets them."""
    monkeypatch.setattr("tidings.operating.EVERY_S", 3600)
    async with open_pair(tmp_path, redis, **cellar) as pair:
        for site in pair:
            await tick(site)
        yield pair


@pytest.fixture
async def root(pair: tuple[Site, Site]) -> User:
    house, now = pair[0].house, pair[0].clock.now()
    return await house.database.write(lambda db: users.add(db, "root", CHEAP.hash_now("pw"), now, admin=True))


@pytest.fixture
async def alice(pair: tuple[Site, Site]) -> User:
    return await pair[0].user("alice")


def overview(site: Site) -> Any:
    return site.house.operating._overview


async def tick(site: Site, seconds: float = 1) -> None:
    site.clock.advance(seconds)
    await overview(site).tick()


async def falls_silent(site: Site) -> None:
    """Let time pass at one worker and not at the other."""
    for _ in range(math.ceil(SILENT_S) + 1):
        await tick(site)


async def look(site: Site, admin: User, **asked: object) -> Browser:
    browser = await site.arrive(admin)
    await browser.say({"type": "overview", **asked})
    await browser.say({"type": "ping", "t": 1})
    await browser.hear("pong")
    return browser


async def both_tell(pair: tuple[Site, Site], browser: Browser) -> Message:
    """Let a second pass at the worker that is looked at, then there, then here again."""
    here, there = pair
    await tick(here)
    await here.until(overview(there).others.wanted)
    await tick(there)
    await tick(here)
    return await told_until(browser, lambda told: len(told["workers"]) == 2 and len(told["histories"]) == 2)


async def is_rung(pair: tuple[Site, Site]) -> None:
    """Look on until the other one knows: what is rung while a line is coming back is heard by nobody."""
    here, there = pair
    async with asyncio.timeout(WITHIN_S):
        while not overview(there).others.wanted():
            await tick(here, LOOK_EVERY_S)
            await asyncio.sleep(0.05)


async def told_until(browser: Browser, true: Callable[[Message], object]) -> Message:
    """Put together what is told, as a page does, until it is so."""
    view: Message = {"histories": {}, "workers": []}
    async with asyncio.timeout(WITHIN_S):
        while not true(view):
            told = await browser.hear("overview")
            view |= told | {"histories": view["histories"] | told.get("histories", {})}
    return view


def silent(told: Message) -> list[tuple[int, bool]]:
    return [(each["number"], each["silent_s"] is not None) for each in told["workers"]]


async def test_both_workers_are_shown_whichever_is_looked_at(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    browser = await look(pair[0], root)
    await pair[1].arrive(alice)
    told = await both_tell(pair, browser)
    assert [each["number"] for each in told["workers"]] == [0, 1]
    assert [each["sample"]["connections"] for each in told["workers"]] == [1, 1]
    assert all(each["silent_s"] is None and each["redis_up"] for each in told["workers"])
    names = {each["id"]: each["number"] for each in told["workers"]}
    assert {(row["user"], names[row["worker"]]) for row in told["people"]["rows"]} == {
        ("root", 0),
        ("alice", 1),
    }
    assert told["people"]["found"] == 2
    assert set(told["histories"]) == set(names)


async def test_senders_and_endings_of_both_are_together(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    browser = await look(pair[0], root)
    gone = await pair[1].arrive(alice)
    pair[1].hub.of_user(alice.id)[0].end(Code.FLOODING)
    assert await gone.end_code() == Code.FLOODING
    for site, times in zip(pair, (2, 3), strict=True):
        site.house.rooms.tally.senders["backup"] += times
    told = await both_tell(pair, browser)
    assert told["senders"] == [{"name": "backup", "notifications": 5}]
    assert [(each["user"], each["code"]) for each in told["endings"]] == [("alice", 4430)]


async def test_whom_one_searches_for_is_searched_at_both(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    browser = await look(pair[0], root, search="ALI")
    await pair[1].arrive(alice)
    people = (await both_tell(pair, browser))["people"]
    assert (people["search"], people["found"], [row["user"] for row in people["rows"]]) == (
        "ALI",
        1,
        ["alice"],
    )


async def test_a_worker_that_says_nothing_any_more_is_shown_as_silent(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    browser = await look(pair[0], root)
    await pair[1].arrive(alice)
    await both_tell(pair, browser)
    await falls_silent(pair[0])
    told = await told_until(browser, lambda told: silent(told) == [(0, False), (1, True)])
    assert told["workers"][1]["silent_s"] >= SILENT_S
    assert told["workers"][1]["process"], "what it said last stays"
    assert told["people"]["found"] == 1


async def test_who_looks_again_later_takes_nobody_for_silent(
    pair: tuple[Site, Site], root: User, redis: RedisServer
) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    pair[0].clock.advance(100)
    there = pair[1].house.neighbourhood.board
    redis.ask("DEL", there._key("report", there.name))  # as it does by itself after three seconds
    await browser.say({"type": "overview", "anew": True})
    await browser.say({"type": "ping", "t": 2})
    await browser.hear("pong")
    await tick(pair[0])
    await told_until(browser, lambda told: silent(told) == [(0, False)])


async def test_a_silent_worker_is_forgotten_when_another_took_its_place(
    pair: tuple[Site, Site], root: User, redis: RedisServer
) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    others = overview(pair[0]).others
    (name,) = others.known
    now, place = pair[0].clock.monotonic(), others.known[name].place
    others.known["before"] = Neighbour(place, now)
    others.known["lost"] = Neighbour(place.model_copy(update={"number": 9}), now)
    board = others.board
    for each in ("before", "lost"):
        place = others.known[each].place.model_dump_json()
        redis.ask("HSET", board._register, each, place)
    for _ in range(5):
        await tick(pair[1])
        await tick(pair[0])
    assert set(others.known) == {name, "lost"}
    enrolled, _ = await board.read()
    assert "before" not in enrolled
    others.known["lost"].heard_at -= REMEMBERED_S
    await tick(pair[0])
    assert set(others.known) == {name}


async def test_a_worker_that_ends_in_good_order_vanishes_at_once(pair: tuple[Site, Site], root: User) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    await pair[1].house.neighbourhood.board.forget([pair[1].house.neighbourhood.board.name])
    await tick(pair[0])
    await told_until(browser, lambda told: silent(told) == [(0, False)])


async def test_nobody_talks_while_nobody_looks(
    pair: tuple[Site, Site], root: User, redis: RedisServer
) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    await browser.socket.close()
    await pair[0].settled()
    for site in pair:
        site.clock.advance(LOOKED_S + 1)
        await tick(site, 11)
    before = commands(redis)
    for _ in range(9):
        for site in pair:
            await tick(site)
    assert commands(redis) - before <= 1, "counting is a command itself"


def commands(redis: RedisServer) -> int:
    """Count the board's commands so far; what keeps leases and the line alive is not looked at."""
    said = redis.ask("INFO", "commandstats")
    ours = ("cmdstat_hset", "cmdstat_hgetall", "cmdstat_mget")
    counted = [line for line in said.splitlines() if line.startswith(ours)]
    return sum(int(line.split("calls=")[1].split(",")[0]) for line in counted)


@pytest.mark.parametrize("garbage", [b"", b"\x80\x04", b"[]", b'{"beat": "one"}', b"x" * 2_000_000])
async def test_garbage_on_the_board_is_overlooked(
    pair: tuple[Site, Site], root: User, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    board = pair[1].house.neighbourhood.board
    for _ in range(3):
        await board.pin(garbage, garbage)
        await board.enrol(garbage)
        await tick(pair[0])
    await told_until(browser, lambda told: len(told["workers"]) == 2)
    said = [record for record in caplog.records if "no report of ours" in record.getMessage()]
    assert len(said) == 1, "once, not once a second"


async def test_a_clock_that_goes_wrong_elsewhere_bends_no_plot(pair: tuple[Site, Site], root: User) -> None:
    pair[1].clock.jump(86_400)
    browser = await look(pair[0], root)
    told = await both_tell(pair, browser)
    newest = [samples[-1]["at"] for samples in told["histories"].values()]
    assert max(newest) - min(newest) < 5_000


async def test_without_redis_the_other_falls_silent_and_comes_back(
    pair: tuple[Site, Site], root: User, redis: RedisServer
) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    redis.kill()
    await pair[0].until(lambda: pair[0].house.neighbourhood.silent)
    await falls_silent(pair[0])
    told = await told_until(browser, lambda told: silent(told) == [(0, False), (1, True)])
    assert not told["redis"]["up"]
    await asyncio.to_thread(redis.start)
    for site in pair:
        await site.until(lambda site=site: not site.house.neighbourhood.silent)
        await tick(site, 11)
    await browser.say({"type": "overview", "anew": True})
    await browser.say({"type": "ping", "t": 2})
    await browser.hear("pong")
    await is_rung(pair)
    assert silent(await both_tell(pair, browser)) == [(0, False), (1, False)]


async def test_an_admin_ends_a_connection_at_the_other_worker(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    browser = await pair[1].enter(await pair[1].token(alice))
    name = (await browser.hear("auth_ok"))["connection"]
    await pair[1].until(lambda: pair[1].house.neighbourhood.places.shared._mine)
    async with await enter(pair[0], "boss", admin=True) as boss:
        assert (await boss.delete(f"/api/v1/live/{name}")).status_code == 404, "whose is it?"
        assert (await boss.delete(f"/api/v1/live/{name}?user=root")).status_code == 404
        answer = await boss.delete(f"/api/v1/live/{name}?user=alice")
        assert answer.json() == {"id": name, "sessions": []}
        assert await browser.end_code() == Code.GOING_AWAY


async def test_an_admin_signs_somebody_out_at_the_other_worker(
    pair: tuple[Site, Site], root: User, alice: User
) -> None:
    session = await pair[1].session(alice)
    browser = await pair[1].enter(await pair[1].token(alice, session))
    name = (await browser.hear("auth_ok"))["connection"]
    await pair[1].until(lambda: pair[1].house.neighbourhood.places.shared._mine)
    async with await enter(pair[0], "boss", admin=True) as boss:
        answer = await boss.delete(f"/api/v1/live/{name}?user=alice&sign_out=true")
    assert answer.json()["sessions"] == [session]
    assert await browser.end_code() == Code.SIGNED_OUT


async def test_what_is_told_again_is_small(pair: tuple[Site, Site], root: User) -> None:
    browser = await look(pair[0], root)
    await both_tell(pair, browser)
    await tick(pair[1])
    await tick(pair[0])
    again = await browser.hear("overview")
    assert not {"histories", "people", "endings", "senders"} & again.keys()
    assert len(json.dumps(again)) < 2500
