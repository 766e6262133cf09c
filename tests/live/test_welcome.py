"""How a socket is let in, or not: over a real port, with a clock that obeys."""

import asyncio
import base64
import json
from typing import Any

import jwt
import pytest
from websockets.exceptions import InvalidStatus

from tests.live.site import ORIGIN, SECRET, Browser, Site
from tidings.accounts import users
from tidings.accounts.tables import User

pytestmark = pytest.mark.anyio


def handshake(path: str = "/ws") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


async def refusal(site: Site, **options: Any) -> int:
    """Return the status a handshake is refused with."""
    with pytest.raises(InvalidStatus) as refused:
        await site.open(**options)
    return refused.value.response.status_code


async def test_a_good_token_is_welcomed_and_gets_a_snapshot(site: Site, alice: User) -> None:
    browser = await site.enter(await site.token(alice))
    welcome, snapshot = await browser.hear(), await browser.hear()
    assert welcome["type"] == "auth_ok"
    assert welcome["user"] == {"id": alice.id, "name": "alice"}
    assert (welcome["recovered"], welcome["unread"], welcome["heartbeat_s"]) == (False, 0, 30)
    assert snapshot == {
        "type": "snapshot",
        "items": [],
        "unread": 0,
        "revision": 0,
        "cursor": {"epoch": site.house.epoch, "seq": 0, "revision": 0},
    }


async def test_silence_is_ended_after_five_seconds(site: Site) -> None:
    browser = await site.open()
    await asyncio.sleep(0.05)
    await site.seconds_pass(4.7)
    assert browser.socket.state.name == "OPEN"
    await site.seconds_pass(0.8)
    code, said = await browser.ending()
    assert (code, said) == (4408, [{"type": "closing", "code": 4408, "reason": "too late"}])


async def test_websocket_pings_do_not_extend_the_patience(site: Site) -> None:
    browser = await site.open()
    await (await browser.socket.ping())
    await site.seconds_pass(5.5)
    assert (await browser.ending())[0] == 4408


async def test_a_first_message_that_is_no_auth_ends_it(site: Site) -> None:
    for first in (
        "not json",
        "[]",
        '"auth"',
        "null",
        "{}",
        '{"type": "ping", "t": 1}',
        '{"type": "auth"}',
        '{"type": "auth", "token": 7}',
        '{"type": ["auth"], "token": "x"}',
        '{"type": "auth", "token": "x", "protocol": "1"}',
        '{"type": "auth", "token": "x", "protocol": 0}',
        '{"type": "auth", "token": "x", "cursor": 41}',
        '{"type": "auth", "token": "x", "cursor": {"epoch": "e", "seq": -1, "revision": 0}}',
        '{"type": "auth", "token": "x", "cursor": {"epoch": "e", "seq": 9223372036854775808, "revision": 0}}',
        '{"type": "auth", "token": "x", "cursor": {"epoch": "e", "seq": 1.5, "revision": 0}}',
        '{"type": "auth", "token": "\\ud800"}',
        '{"type": "auth", "token": "x", "cursor": {"epoch": "\\u0000", "seq": 1, "revision": 0}}',
        '{"type": "auth", "token": "x", "accept": "deflate"}',
        '{"type": "auth", "token": NaN}',
        "[" * 5000,
        "1" * 5000,
        b'{"type": "auth", "token": "x"}',
    ):
        browser = await site.open()
        await browser.say(first)
        assert await browser.end_code() == 4400, first


async def test_a_first_message_over_8_kib_is_too_big(site: Site) -> None:
    browser = await site.open()
    await browser.say({"type": "auth", "token": "x" * 9000})
    assert (await browser.ending())[0] == 1009


async def test_a_message_over_64_kib_is_too_big(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await browser.say("x" * 70_000)
    assert (await browser.ending())[0] == 1009


def _claims(site: Site, user: User, **changed: Any) -> dict[str, Any]:
    now = int(site.clock.now().timestamp())
    whole = {"iss": "tidings", "aud": "tidings-ws", "typ": "ws", "sub": user.id, "sid": "s", "jti": "j"}
    claims = whole | {"iat": now, "exp": now + 300} | changed
    return {name: value for name, value in claims.items() if value is not None}


async def test_forged_tokens_are_refused(site: Site, alice: User) -> None:
    good = await site.token(alice)
    head, body, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    kid = jwt.get_unverified_header(good)["kid"]
    signed: Any = jwt.encode  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    forged = [
        f"{none}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        signed(_claims(site, alice), "x" * 32, headers={"kid": kid}),
        signed(_claims(site, alice), SECRET, headers={"kid": "unknown"}),
        signed(_claims(site, alice), "x" * 32),
        signed(_claims(site, alice, exp=None), SECRET, headers={"kid": kid}),
        signed(_claims(site, alice, exp=1), SECRET, headers={"kid": kid}),
        signed(_claims(site, alice, aud="other"), SECRET, headers={"kid": kid}),
        signed(_claims(site, alice, iss="other"), SECRET, headers={"kid": kid}),
        signed(_claims(site, alice), SECRET * 2, algorithm="HS512", headers={"kid": kid}),
        signed(_claims(site, alice), SECRET, headers={"kid": kid, "jku": "http://127.0.0.1:1/"}),
        signed(_claims(site, alice), SECRET, headers={"kid": kid, "crit": ["exp"]}),
        "tdk_" + "x" * 43,
        "x" * 8000,
    ]
    for token in forged:
        browser = await site.enter(token)
        assert (await browser.ending())[0] == 4401, token[:60]


async def test_an_expired_token_is_refused(site: Site, alice: User) -> None:
    token = await site.token(alice)
    site.clock.advance(301)
    assert (await (await site.enter(token)).ending())[0] == 4401


async def test_the_token_of_an_ended_session_says_signed_out(site: Site, alice: User) -> None:
    token = await site.token(alice, "no-such-session")
    assert (await (await site.enter(token)).ending())[0] == 4410


async def test_a_disabled_account_is_forbidden(site: Site, alice: User) -> None:
    token, now = await site.token(alice), site.clock.now()
    await site.house.database.write(lambda db: users.disable(db, "alice", now))
    assert (await (await site.enter(token)).ending())[0] == 4403


PATHS = (
    "/",
    "/wss",
    "/ws/",
    "//ws",
    "/WS",
    "/ws%00",
    "/%77s",
    "/ws;",
    "/ws/..",
    "/ws%2f",
    "/x/../ws",
    "/api/ws",
    "/_eventual",
    "http://x/ws",
    "*",
)


async def test_other_paths_are_refused_before_the_upgrade(site: Site) -> None:
    for path in PATHS:
        reader, writer = await site.dial()
        writer.write(handshake(path))
        answer = await asyncio.wait_for(reader.readline(), 5)
        assert answer.split()[1] in (b"404", b"403", b"400"), path


async def test_foreign_origins_are_refused_before_the_upgrade(site: Site) -> None:
    for origin in ("https://evil.example", "null", "", ORIGIN + ".evil.example", ORIGIN + "@evil.example"):
        assert await refusal(site, additional_headers=[("Origin", origin)]) == 403, origin


async def test_of_several_origins_none_counts(wired: Site) -> None:
    several = [("Origin", ORIGIN), ("Origin", "https://evil.example")]
    assert await refusal(wired, additional_headers=several) == 403


async def test_a_token_as_subprotocol_is_refused(site: Site) -> None:
    assert await refusal(site, subprotocols=["token.abc"]) == 400


async def test_a_token_in_the_address_is_refused_and_written_nowhere(
    site: Site, alice: User, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    token = await site.token(alice)
    with pytest.raises(InvalidStatus) as refused:
        await site.open(url=f"{site.url}?token={token}")
    assert refused.value.response.status_code == 400
    assert token not in caplog.text + "".join(capfd.readouterr()) + refused.value.response.body.decode()


async def test_the_own_origin_and_no_origin_are_let_in(site: Site, alice: User) -> None:
    for options in ({"origin": ORIGIN}, {}):
        browser = await site.open(**options)
        await browser.say({"type": "auth", "token": await site.token(alice), "protocol": 1})
        assert (await browser.hear())["type"] == "auth_ok"


@pytest.mark.settings(max_pending_per_ip=3)
async def test_the_fourth_anonymous_socket_of_an_address_waits_outside(site: Site, alice: User) -> None:
    first = await site.open()
    for _ in range(2):
        await site.open()
    with pytest.raises(InvalidStatus) as refused:
        await site.open()
    assert refused.value.response.status_code == 429
    assert int(refused.value.response.headers["Retry-After"]) > 0
    await first.say({"type": "auth", "token": await site.token(alice), "protocol": 1})
    await first.hear("auth_ok")
    await site.open()


@pytest.mark.settings(max_upgrades_per_minute_per_ip=3)
async def test_handshakes_of_one_address_are_counted(site: Site) -> None:
    for _ in range(3):
        await (await site.open()).socket.close()
    with pytest.raises(InvalidStatus) as refused:
        await site.open()
    assert refused.value.response.status_code == 429
    site.clock.advance(21)
    await site.open()


async def test_the_sixth_connection_is_one_too_many(site: Site, alice: User) -> None:
    browsers = [await site.arrive(alice) for _ in range(5)]
    sixth = await site.enter(await site.token(alice))
    code, said = await sixth.ending()
    assert (code, said[-1]["reason"]) == (4429, "too many connections")
    await browsers[0].socket.close()
    await site.until(lambda: len(site.hub.sockets()) == 4)
    await site.arrive(alice)


async def test_of_thirty_at_once_exactly_five_are_let_in(site: Site, alice: User) -> None:
    token = await site.token(alice)
    browsers = await asyncio.gather(*(site.enter(token) for _ in range(30)))
    first = await asyncio.gather(*(browser.hear() for browser in browsers))
    kinds = [message["type"] for message in first]
    assert (kinds.count("auth_ok"), kinds.count("closing")) == (5, 25)
    assert len(site.hub.sockets()) == 5


@pytest.mark.settings(connection_limit_policy="evict_oldest")
async def test_with_eviction_the_oldest_makes_room(site: Site, alice: User) -> None:
    browsers = [await site.arrive(alice) for _ in range(5)]
    await site.arrive(alice)
    assert (await browsers[0].ending())[0] == 4429
    assert len(site.hub.sockets()) == 5


async def test_a_client_replaces_its_own_ghost_and_nobody_elses(site: Site, alice: User) -> None:
    session = await site.session(alice)
    ghosts: list[tuple[Browser, str]] = []
    for _ in range(5):
        browser = await site.enter(await site.token(alice, session))
        ghosts.append((browser, (await browser.hear("auth_ok"))["connection"]))
    back = await site.enter(await site.token(alice, session), replaces=ghosts[2][1])
    assert (await back.hear())["type"] == "auth_ok"
    assert (await ghosts[2][0].ending())[0] == 1001
    stranger = await site.enter(await site.token(alice), replaces=ghosts[0][1])
    assert (await stranger.ending())[0] == 4429


async def test_an_abrupt_end_frees_the_place(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    browser.socket.transport.abort()
    await site.settled()


async def test_what_is_said_after_auth_waits_for_the_welcome(site: Site, alice: User) -> None:
    browser = await site.enter(await site.token(alice))
    await browser.say({"type": "ping", "t": 7})
    kinds = [(await browser.hear())["type"] for _ in range(3)]
    assert kinds == ["auth_ok", "snapshot", "pong"]


async def test_a_second_start_of_the_same_words_is_no_json_trap(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    for absurd in ("[" * 2000, '{"type": 1}', '{"a"', "[]", json.dumps({"type": "x" * 3000})):
        await browser.say(absurd)
        assert (await browser.hear())["type"] == "error"
