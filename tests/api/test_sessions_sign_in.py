"""The sign-in door: who gets in, what they are given, and what everybody else is told."""

import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response

from tests.api.house import HTTPS, PASSWORD, House, sign_in
from tests.engines import ONE_ENGINE
from tidings.accounts import users
from tidings.accounts.passwords import Hasher, HasherBusy
from tidings.database import DatabaseUnavailable

pytestmark = pytest.mark.anyio

FORM = {"username": "alice", "password": PASSWORD}
Build = Callable[..., House]


def cookie_flags(response: Response) -> set[str]:
    first, *flags = response.headers["set-cookie"].split("; ")
    return {first.partition("=")[0], *(flag.lower() for flag in flags)}


async def test_json_gives_the_user_and_a_cookie_no_script_can_read(house: House) -> None:
    response = await sign_in(await house.browser(), "ALICE")
    assert response.status_code == 200
    user = response.json()["user"]
    assert (user["name"], user["admin"], user.keys()) == ("alice", False, {"id", "name", "admin"})
    expected = {"tidings_session", "httponly", "samesite=lax", "path=/", f"max-age={90 * 86_400}"}
    assert cookie_flags(response) == expected
    assert response.headers["cache-control"] == "no-store"


async def test_over_https_the_cookie_is_secure_and_bound_to_the_host(build: Build) -> None:
    house = build(public_url=HTTPS)
    await house.add_user()
    browser = await house.browser()
    response = await sign_in(browser)
    flags = cookie_flags(response)
    assert {"__Host-tidings_session", "secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)
    assert (await browser.get("/api/v1/session")).status_code == 200
    gone = cookie_flags(await browser.delete("/api/v1/session"))
    assert {"__Host-tidings_session", "secure", "path=/", "max-age=0"} <= gone


async def test_a_cookie_with_the_plain_name_is_not_taken_over_https(build: Build) -> None:
    house = build(public_url=HTTPS)
    await house.add_user()
    browser = await house.browser()
    await sign_in(browser)
    secret = browser.cookies["__Host-tidings_session"]
    other = await house.browser()
    other.cookies.set("tidings_session", secret)
    assert (await other.get("/api/v1/session")).status_code == 401


async def test_a_form_leads_to_the_feed(house: House) -> None:
    browser = await house.browser()
    response = await browser.post("/api/v1/session", data=FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert response.headers["cache-control"] == "no-store"
    assert (await browser.get("/api/v1/session")).json()["user"]["name"] == "alice"


async def test_a_form_of_a_page_on_another_allowed_port_leads_back_there(build: Build) -> None:
    house = build(allowed_origins=["http://localhost:3000"])
    await house.add_user()
    browser = await house.program(Origin="http://localhost:3000")
    response = await browser.post("/api/v1/session", data=FORM)
    assert response.headers["location"] == "http://localhost:3000/"
    wrong = await browser.post("/api/v1/session", data={**FORM, "password": "wrong"})
    assert wrong.headers["location"] == "http://localhost:3000/login?error=wrong#wrong"


@pytest.mark.parametrize(
    "fields",
    [
        {**FORM, "password": "wrong"},
        {**FORM, "username": "nobody"},
        {"username": "alice"},
        {**FORM, "password": ""},
        {**FORM, "password": "x" * 1025},
    ],
)
async def test_a_wrong_form_leads_back_to_sign_in(house: House, fields: dict[str, str]) -> None:
    response = await (await house.browser()).post("/api/v1/session", data=fields)
    assert (response.status_code, response.headers["location"]) == (303, "/login?error=wrong#wrong")
    assert "set-cookie" not in response.headers


async def test_a_throttled_form_leads_back_with_the_wait(house: House) -> None:
    browser = await house.browser()
    for _ in range(5):
        await browser.post("/api/v1/session", data={**FORM, "password": "wrong"})
    response = await browser.post("/api/v1/session", data=FORM)
    assert response.status_code == 303
    query = parse_qs(urlsplit(response.headers["location"]).query)
    assert query["error"] == ["throttled"]
    assert 0 < int(query["retry_after"][0]) <= 900


async def test_an_unknown_name_and_a_wrong_password_are_told_apart_by_nothing(house: House) -> None:
    program = await house.program()
    answers = [await sign_in(program, "alice", "wrong"), await sign_in(program, "nobody", "wrong")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert answers[0].headers == answers[1].headers
    assert answers[0].headers["content-type"] == "application/problem+json"


async def test_a_disabled_person_is_told_nothing_either(house: House) -> None:
    now = house.clock.now()
    await house.rooms.database.write(lambda session: users.disable(session, "alice", now))
    program = await house.program()
    disabled, unknown = await sign_in(program), await sign_in(program, "nobody")
    assert disabled.status_code == 401
    assert disabled.content == unknown.content


async def test_an_unknown_name_costs_as_much_time_as_a_known_one(build: Build) -> None:
    real = Hasher()
    house = build(real)
    password_hash, now = real.hash_now(PASSWORD), house.clock.now()
    await house.rooms.database.write(lambda session: users.add(session, "bob", password_hash, now))
    program = await house.program()
    await sign_in(program, "warm-up", "wrong")

    async def quickest(names: list[str]) -> float:
        spent: list[float] = []
        for name in names:
            begun = time.perf_counter()
            await sign_in(program, name, "wrong")
            spent.append(time.perf_counter() - begun)
        return min(spent)

    known, unknown = await quickest(["bob"] * 4), await quickest([f"nobody{n}" for n in range(4)])
    assert abs(known - unknown) < 0.5 * max(known, unknown)


async def test_the_sixth_try_waits_even_with_the_right_password(house: House) -> None:
    program = await house.program()
    assert [(await sign_in(program, password="wrong")).status_code for _ in range(5)] == [401] * 5
    response = await sign_in(program)
    assert response.status_code == 429
    assert 0 < int(response.headers["retry-after"]) <= 900
    assert response.json()["type"] == "urn:tidings:problem:throttled"


async def test_a_guesser_does_not_lock_the_owner_out(house: House) -> None:
    guesser, owner = await house.program("192.0.2.66"), await house.program("192.0.2.1")
    for _ in range(6):
        await sign_in(guesser, password="wrong")
    assert (await sign_in(owner)).status_code == 200


async def test_an_unknown_name_is_throttled_like_a_known_one(house: House) -> None:
    program = await house.program()
    statuses = [(await sign_in(program, "nobody", "wrong")).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_a_made_up_forwarded_address_does_not_help_a_guesser(house: House) -> None:
    program = await house.program()
    for number in range(5):
        program.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        assert (await sign_in(program, password="wrong")).status_code == 401
    program.headers["X-Forwarded-For"] = "198.51.100.99"
    assert (await sign_in(program)).status_code == 429


async def test_behind_a_trusted_proxy_each_visitor_counts_alone(build: Build) -> None:
    house = build(trusted_proxies=["10.0.0.0/8"])
    await house.add_user()
    proxy = await house.program("10.0.0.1")
    proxy.headers["X-Forwarded-For"] = "203.0.113.5"
    for _ in range(5):
        await sign_in(proxy, password="wrong")
    assert (await sign_in(proxy)).status_code == 429
    proxy.headers["X-Forwarded-For"] = "203.0.113.6"
    assert (await sign_in(proxy)).status_code == 200


async def test_signing_in_again_ends_the_session_before(house: House) -> None:
    browser, copy = await house.browser(), await house.browser()
    await sign_in(browser)
    copy.cookies = browser.cookies
    first = (await browser.get("/api/v1/session")).json()["session"]["id"]
    await sign_in(browser)
    second = (await browser.get("/api/v1/session")).json()["session"]["id"]
    assert first != second
    assert house.ended == [first]


async def test_a_planted_cookie_is_not_the_one_that_is_used(house: House) -> None:
    browser = await house.browser()
    browser.cookies.set("tidings_session", "planted-by-somebody", domain="tidings.test", path="/")
    await sign_in(browser)
    thief = await house.browser()
    thief.cookies.set("tidings_session", "planted-by-somebody")
    assert (await thief.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize("character", ["x", "ö", "🔋"])
async def test_passwords_of_1024_characters_are_taken_and_longer_ones_are_not(
    house: House, character: str
) -> None:
    program = await house.program()
    assert (await sign_in(program, password=character * 1024)).status_code == 401
    response = await sign_in(program, password=character * 1025)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/password"


async def test_a_refusal_never_repeats_what_was_typed(house: House) -> None:
    response = await sign_in(await house.program(), "hunter2" * 200, "letmein" * 200)
    assert response.status_code == 422
    assert "hunter2" not in response.text
    assert "letmein" not in response.text


BROKEN = {
    "nothing": (b"", 400),
    "not json": (b"{", 400),
    "cut off": (b'{"username": "alice", "pass', 400),
    "a nesting bomb": (b"[" * 7000, 400),
    "an object bomb": (b'{"a":' * 1000, 400),
    "broken UTF-8": (b'{"username": "\xff", "password": "x"}', 400),
    "half a character": (b'{"username": "\\ud800", "password": "x"}', 400),
    "half a character as a password": (b'{"username": "alice", "password": "\\udfff"}', 400),
    "NUL": (b'{"username": "al\\u0000ice", "password": "x"}', 422),
    "NUL as a password": (b'{"username": "alice", "password": "\\u0000"}', 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "a number": (b"1e400", 422),
    "NaN": (b'{"username": NaN, "password": "x"}', 422),
    "5000 digits": (b'{"username": ' + b"9" * 5000 + b', "password": "x"}', 400),
    "no password": (b'{"username": "alice"}', 422),
    "empty fields": (b'{"username": "", "password": ""}', 422),
    "numbers as text": (b'{"username": 1, "password": 2}', 422),
    "objects as text": (b'{"username": {"$ne": ""}, "password": {"$ne": ""}}', 422),
    "far too long": (b" " * 65_537, 413),
}


@ONE_ENGINE
@pytest.mark.parametrize(("body", "status"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_body_is_a_problem_and_never_an_accident(
    house: House, body: bytes, status: int
) -> None:
    program = await house.program()
    response = await program.post(
        "/api/v1/session", content=body, headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json().keys() >= {"type", "title", "status", "detail"}
    assert response.json()["status"] == status


async def test_a_body_that_hides_its_length_is_cut_off(house: House) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    program = await house.program()
    headers = {"Content-Type": "application/json"}
    response = await program.post("/api/v1/session", content=endless(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"username=alice&password=%ff",
        b"\xff",
        b"&".join(b"a=b" for _ in range(1000)),
        b"username=al%00ice&password=x",
    ],
)
async def test_a_broken_form_is_never_an_accident(house: House, body: bytes) -> None:
    browser = await house.browser()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await browser.post("/api/v1/session", content=body, headers=headers)
    assert response.status_code in (303, 400)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/xml"])
async def test_another_media_type_is_refused(house: House, kind: str) -> None:
    response = await (await house.program()).post(
        "/api/v1/session", content=b"{}", headers={"Content-Type": kind}
    )
    assert response.status_code == 415


async def test_unknown_fields_change_nothing(house: House) -> None:
    fields = {**FORM, "is_admin": True, "admin": True, "id": "mine"}
    response = await (await house.program()).post("/api/v1/session", json=fields)
    assert response.json()["user"]["admin"] is False


@pytest.mark.parametrize(
    ("failure", "seconds"), [(DatabaseUnavailable("busy"), "2"), (HasherBusy("busy"), "5")]
)
async def test_when_we_cannot_check_we_say_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch, failure: Exception, seconds: str
) -> None:
    async def away(*_: object) -> None:
        raise failure

    monkeypatch.setattr("tidings.api.sign_in.recognise", away)
    response = await sign_in(await house.program())
    assert (response.status_code, response.headers["retry-after"]) == (503, seconds)
    form = await (await house.browser()).post("/api/v1/session", data=FORM)
    assert form.headers["location"] == "/login?error=unavailable#unavailable"


async def test_no_password_and_no_cookie_is_ever_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    browser = await house.browser()
    await sign_in(browser, "alice", "wrong horse")
    await sign_in(browser, "battery staple")
    await sign_in(browser)
    token = (await browser.post("/api/v1/session/token")).json()["token"]
    told = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("tidings"))
    assert "session.began: alice by alice from 192.0.2.1" in told
    assert "session.refused: alice by stranger from 192.0.2.1" in told
    for secret in ("horse", "staple", browser.cookies["tidings_session"], token):
        assert secret not in told
