"""Every way a live socket ends, over a real port: the frame before, the code, and that the place is free."""

# pyright: reportPrivateUsage=false

import asyncio
import json
import time
import zlib

import pytest

from tests.live.site import Browser, Site
from tidings.accounts import sessions, users
from tidings.accounts.sessions import EndReason
from tidings.accounts.tables import User
from tidings.live.codes import MEANINGS, Code
from tidings.live.ear import Heard

pytestmark = pytest.mark.anyio


async def assert_ended(site: Site, browser: Browser, code: Code) -> None:
    """See the goodbye, the code, a TCP connection that ends within a second, and a free place."""
    began = time.monotonic()
    closed, said = await browser.ending()
    assert closed == code
    assert (said[-1]["type"], said[-1]["code"], said[-1]["reason"]) == ("closing", code, MEANINGS[code].name)
    assert time.monotonic() - began < 1
    await site.settled()


async def test_signing_out_ends_the_silent_sockets_of_that_session_only(site: Site, alice: User) -> None:
    session = await site.session(alice)
    gone, here = await site.arrive(alice, session), await site.arrive(alice)
    now = site.clock.now()
    ended = await site.house.database.write(
        lambda db: sessions.end(db, alice.id, session, now), site.hub.end_sessions
    )
    assert ended == [session]
    assert await gone.end_code() == Code.SIGNED_OUT
    await here.say({"type": "ping", "t": 1})
    assert (await here.hear())["type"] == "pong"


async def test_a_session_that_another_process_ended_is_noticed(site: Site, alice: User) -> None:
    browser, now = await site.arrive(alice), site.clock.now()
    other = EndReason.PASSWORD_CHANGED
    await site.house.database.write(lambda db: sessions.end_all(db, alice.id, now, other))
    await site.hub.look(site.house._needs, Heard(everything=True))
    await assert_ended(site, browser, Code.SIGNED_OUT)


async def test_a_disabled_account_is_signed_out_everywhere(site: Site, alice: User) -> None:
    browser, now = await site.arrive(alice), site.clock.now()
    await site.house.database.write(lambda db: users.disable(db, "alice", now))
    await site.hub.look(site.house._needs, Heard(everything=True))
    await assert_ended(site, browser, Code.SIGNED_OUT)


async def test_a_token_that_is_not_renewed_ends_the_socket_twenty_five_seconds_late(
    site: Site, alice: User
) -> None:
    browser = await site.arrive(alice)
    for _ in range(32):
        await site.seconds_pass(10)
        await browser.say({"type": "ping", "t": 1})
        await browser.hear("pong")
    await site.seconds_pass(4.5)
    await browser.say({"type": "ping", "t": 1})
    await browser.hear("pong")
    await site.seconds_pass(1)
    await assert_ended(site, browser, Code.TOKEN_EXPIRED)


async def test_a_renewed_token_is_answered_without_a_replay_and_lasts(site: Site, alice: User) -> None:
    session = await site.session(alice)
    browser = await site.arrive(alice, session)
    for _ in range(9):
        await site.seconds_pass(30)
        await browser.say({"type": "ping", "t": 1})
        await browser.hear("pong")
    await browser.say({"type": "auth", "token": await site.token(alice, session), "protocol": 1})
    welcome = await browser.hear("auth_ok")
    assert (welcome["renewed"], "recovered" in welcome, welcome["session"]) == (True, False, session)
    for _ in range(3):
        await site.seconds_pass(30)
        await browser.say({"type": "ping", "t": 1})
        await browser.hear("pong")
    await site.publish(["alice"])
    assert (await browser.hear("notifications"))["items"]


async def test_the_wall_clock_may_jump_without_ending_anything(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    for jump in (86_400, -172_800):
        site.clock.jump(jump)
        await site.seconds_pass(1)
    await browser.say({"type": "ping", "t": 1})
    assert (await browser.hear())["type"] == "pong"


async def test_another_persons_token_never_gets_on_this_socket(site: Site, alice: User) -> None:
    bob = await site.user("bob")
    browser = await site.arrive(alice)
    await browser.say({"type": "auth", "token": await site.token(bob), "protocol": 1})
    await assert_ended(site, browser, Code.REFUSED)
    browser = await site.arrive(alice)
    await browser.say(
        {"type": "auth", "token": await site.token(alice), "protocol": 1}
    )  # another session of hers
    await assert_ended(site, browser, Code.REFUSED)


async def test_a_forged_renewal_ends_the_socket(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await browser.say({"type": "auth", "token": "forged", "protocol": 1})
    await assert_ended(site, browser, Code.REFUSED)


async def test_silence_ends_the_socket_ten_seconds_after_a_ping(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await site.seconds_pass(30.5)
    await browser.hear("ping")
    await site.seconds_pass(9)
    assert site.hub.sockets()
    await site.seconds_pass(1)
    await assert_ended(site, browser, Code.SILENT)


async def test_a_websocket_ping_or_pong_is_a_sign_of_life(wired: Site, alice: User) -> None:
    browser = await wired.arrive(alice)
    for _ in range(10):
        await wired.seconds_pass(20)
        await browser.socket.pong()
        await (await browser.socket.ping())
    assert wired.hub.sockets()
    await wired.seconds_pass(40.5)
    await assert_ended(wired, browser, Code.SILENT)


async def test_a_flood_of_messages_is_sent_away_and_asked_back_later(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    for _ in range(150):
        await browser.socket.send('{"type":"ping","t":1}')
    code, said = await browser.ending()
    assert (code, said[-1]["code"]) == (4430, 4430)
    assert said[-1]["retry_after_ms"] >= 1000
    assert len([each for each in said if each["type"] == "pong"]) == 100


async def test_a_deflate_bomb_is_too_big(site: Site, alice: User) -> None:
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    bomb = packer.compress(b"x" * 20_000_000) + packer.flush()
    assert len(bomb) < 65_536
    browser = await site.arrive(alice)
    await browser.say(bomb)
    await assert_ended(site, browser, Code.TOO_BIG)


async def test_a_fragmented_message_over_the_limit_is_too_big(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await browser.socket.send(["x" * 1000] * 66)
    code, said = await browser.ending()
    assert code == Code.TOO_BIG
    assert [each["code"] for each in said] in ([], [1009])  # plain uvicorn ends it without a word of ours


async def test_an_error_of_ours_is_told_as_overload(
    site: Site, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    object.__setattr__(site.house.desk.services, "arrive", fail)
    browser = await site.enter(await site.token(alice))
    await assert_ended(site, browser, Code.OVERLOADED)
    assert "a bug" in caplog.text
    caplog.clear()


async def test_a_stopping_server_says_when_to_come_back(site: Site, alice: User) -> None:
    browsers = [await site.arrive(alice) for _ in range(4)]
    silent = await site.open()
    site.hub.drain(5000)
    moments: list[int] = []
    for browser in browsers:
        code, said = await browser.ending()
        assert (code, said[-1]["type"]) == (1012, "closing")
        moments.append(said[-1]["retry_after_ms"])
    assert len(set(moments)) == 4
    await silent.say({"type": "auth", "token": await site.token(alice), "protocol": 1})
    code, said = await silent.ending()
    assert (code, said[-1]["retry_after_ms"] > 0) == (1012, True)


async def test_who_comes_while_the_server_stops_is_sent_away_at_once(site: Site) -> None:
    site.hub.drain(5000)
    browser = await site.open()
    await browser.say(json.dumps({"type": "auth", "token": "x", "protocol": 1}))
    assert await browser.end_code() in (Code.RESTARTING, Code.REFUSED)


async def test_ends_from_all_sides_at_once_are_one_end(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    [socket] = site.hub.sockets()
    await browser.say({"type": "ping", "t": 1})
    for code in (Code.SILENT, Code.SIGNED_OUT, Code.TOO_SLOW):
        socket.end(code)
    socket.look()
    await assert_ended(site, browser, Code.SILENT)
    assert site.hub.tally.closes == {4420: 1}
    socket.end(Code.SIGNED_OUT)
    assert site.hub.tally.closes == {4420: 1}


async def test_nothing_is_left_of_many_visitors_however_they_leave(site: Site, alice: User) -> None:
    token = await site.token(alice)
    before = len(asyncio.all_tasks())
    for number in range(100):
        browser = await site.enter(token) if number % 3 else await site.open()
        if number % 2:
            browser.socket.transport.abort()
        else:
            await browser.socket.close()
    await site.settled()
    await site.until(lambda: len(asyncio.all_tasks()) <= before + 2)
    await site.until(lambda: not site.hub.wheel._place)
    assert site.hub.wheel._spokes == {}
