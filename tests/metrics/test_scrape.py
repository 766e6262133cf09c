"""What Prometheus reads from a running server is what happened there."""

import asyncio

import pytest

from tests.live.site import Site
from tests.metrics.scraping import Numbers, scrape
from tidings.accounts.tables import User
from tidings.live.codes import Code
from tidings.live.lobby import LONGEST_WAIT_S, Lobby
from tidings.metrics.engines import redis
from tidings.tally import EngineTally, Spread

pytestmark = pytest.mark.anyio

MOST_SAMPLES = 600  # of a process, for whatever happens: labels are words of ours, never a visitor's


async def test_everything_has_our_name_and_says_what_it_is(wired: Site) -> None:
    numbers = await scrape(wired)
    assert all(family.name.startswith("tidings_") and family.documentation for family in numbers.families)
    assert numbers.of("tidings_build_info") == 1
    assert numbers.of("tidings_process_resident_memory_bytes") > 1_000_000


async def test_connections_are_counted_by_what_they_are_doing(wired: Site, alice: User) -> None:
    await wired.open()
    await wired.arrive(alice)
    numbers = await scrape(wired)
    assert numbers.of("tidings_connections", state="opening") == 1
    assert numbers.of("tidings_connections", state="live") == 1
    assert numbers.of("tidings_listeners") == 1
    assert numbers.of("tidings_queue_bytes") == 0


async def test_a_delivery_is_counted_with_its_way_from_the_commit(wired: Site, alice: User) -> None:
    browsers = [await wired.arrive(alice) for _ in range(3)]
    await wired.publish(["alice"])
    for browser in browsers:
        await browser.hear("notifications")
    numbers = await scrape(wired)
    assert numbers.of("tidings_deliveries_total") == 3
    assert numbers.of("tidings_delivery_lag_seconds_count") == 3
    assert 0 < numbers.of("tidings_delivery_lag_seconds_sum") < 3 * 5
    assert numbers.of("tidings_database_write_seconds_count") > 0
    assert numbers.of("tidings_database_batch_size_sum") >= numbers.of("tidings_database_batch_size_count")
    assert numbers.of("tidings_database_up") == 1


async def test_nobody_listening_leaves_no_lag_behind(wired: Site, alice: User) -> None:
    await wired.publish(["alice"])
    browser = await wired.arrive(alice)
    await asyncio.sleep(0)
    await wired.publish(["alice"])
    await browser.hear("notifications")
    assert wired.hub.tally.lag.times == 1
    assert wired.hub.tally.waits_since is None


async def test_endings_are_counted_by_who_ended_them_and_how(wired: Site, alice: User) -> None:
    leaving, ended, broken = [await wired.arrive(alice) for _ in range(3)]
    _, socket, _ = wired.hub.of_user(alice.id)
    await leaving.socket.close(1000)
    broken.socket.transport.abort()
    socket.end(Code.SIGNED_OUT)
    assert await ended.end_code() == Code.SIGNED_OUT
    await wired.settled()
    numbers = await scrape(wired)
    assert numbers.of("tidings_closes_total", code="4410", name="signed out") == 1
    assert numbers.of("tidings_departures_total", code="1000") == 1
    assert numbers.of("tidings_departures_total", code="1006", name="line broken") == 1
    assert numbers.of("tidings_closes_total") == 1


async def test_a_return_is_counted_with_why_it_started_anew(wired: Site, alice: User) -> None:
    here = {"epoch": wired.house.epoch, "seq": 0, "revision": 0}
    for cursor in (None, here, here | {"epoch": "another life"}, here | {"seq": 99}):
        await wired.arrive(alice, cursor=cursor)
    numbers = await scrape(wired)
    found = {
        (each.labels["outcome"], each.labels["why"]): each.value
        for each in numbers.samples
        if each.name == "tidings_resumes_total"
    }
    assert found == {
        ("recovered", "cursor"): 1,
        ("snapshot", "no_cursor"): 1,
        ("snapshot", "other_epoch"): 1,
        ("snapshot", "out_of_reach"): 1,
    }


async def test_whoever_is_kept_out_is_counted_with_the_reason(wired: Site, alice: User) -> None:
    good = await wired.token(alice)
    for token in ("nonsense", good[:-4] + "AAAA"):
        assert await (await wired.enter(token)).end_code() == Code.REFUSED
    wired.clock.advance(wired.house.settings.access_token_seconds + 1)
    assert await (await wired.enter(good)).end_code() == Code.REFUSED
    numbers = await scrape(wired)
    assert numbers.of("tidings_auth_failures_total", door="socket", reason="not_ours") == 2
    assert numbers.of("tidings_auth_failures_total", door="socket", reason="expired") == 1


@pytest.mark.settings(max_upgrades_per_minute_per_ip=1)
async def test_a_refused_handshake_is_a_limit_that_was_hit(wired: Site) -> None:
    await wired.open()
    with pytest.raises(Exception, match="429"):
        await wired.open()
    numbers = await scrape(wired)
    assert numbers.of("tidings_handshakes_refused_total", status="429") == 1
    assert numbers.of("tidings_limit_hits_total", limit="upgrades") == 1


async def test_the_lobby_tells_who_waits_in_it_and_who_waited_in_vain(wired: Site, alice: User) -> None:
    lobby = wired.hub.lobby = Lobby(at_once=1)
    await lobby.enter(wired.clock.monotonic())  # somebody who takes long
    browser = await wired.enter(await wired.token(alice))
    await wired.until(lambda: lobby.waiting == 1)
    numbers = await scrape(wired)
    assert numbers.of("tidings_sign_ons_waiting") == 1
    assert numbers.of("tidings_limit_hits_total", limit="lobby") == 0
    await wired.seconds_pass(LONGEST_WAIT_S)
    assert await browser.end_code() == Code.OVERLOADED
    numbers = await scrape(wired)
    assert numbers.of("tidings_sign_ons_waiting") == 0
    assert numbers.of("tidings_limit_hits_total", limit="lobby") == 1


async def test_fancy_codes_of_visitors_make_no_labels(wired: Site, alice: User) -> None:
    for code in (3001, 3002, 4000, 4999):
        browser = await wired.arrive(alice)
        await browser.socket.close(code)
        await wired.settled()
    numbers = await scrape(wired)
    assert numbers.of("tidings_departures_total", code="0", name="other") == 4
    assert len(numbers.samples) < MOST_SAMPLES


def test_redis_has_its_numbers_only_where_it_is_set() -> None:
    tally = EngineTally()
    tally.answered(0.001)
    tally.failed("timeout")
    assert not list(redis(None))
    assert {family.name for family in redis(tally)} == {
        "tidings_redis_up",
        "tidings_redis_seconds",
        "tidings_redis_errors",
    }


def test_a_spread_knows_its_quantiles_also_since_a_moment() -> None:
    spread = Spread((1, 2, 4))
    assert spread.quantile(0.5) is None
    spread.add(0.5, times=98)
    before = list(spread.counts)
    spread.add(3, times=2)
    assert (spread.quantile(0.5), spread.quantile(0.99), spread.quantile(0.5, before)) == (1, 4, 4)
    spread.add(100)
    assert list(spread.rising()) == [(1, 98), (2, 98), (4, 100), (float("inf"), 101)]


def test_the_parser_of_these_tests_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Numbers("tidings_connections{state=live} one")
