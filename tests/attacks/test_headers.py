"""What every answer says about itself, and what a request may say without being believed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from httpx import Headers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks.site import HTTPS, SHORTEST, Fuzzed, Site

pytestmark = pytest.mark.anyio

PRIVATE = (
    "/api/v1/session",
    "/api/v1/sessions",
    "/api/v1/notifications",
    "/api/v1/users",
    "/api/v1/keys",
    "/api/v1/audit",
)


async def test_no_cache_keeps_what_is_private_nor_a_refusal_of_it(site: Site) -> None:
    for client in (await site.browser("root"), await site.browser()):
        for path in PRIVATE:
            assert (await client.get(path)).headers["cache-control"] == "no-store", path
    for path in ("/", "/sessions", "/users"):
        stranger = await (await site.browser()).get(path)
        assert (stranger.status_code, stranger.headers["location"]) == (303, "/login"), path
        assert stranger.headers["cache-control"] == "no-store"


async def test_pages_are_asked_for_again_so_back_after_sign_out_shows_nothing(site: Site) -> None:
    browser = await site.browser("alice")
    assert (await browser.get("/sessions")).headers["cache-control"] == "no-cache"
    await browser.delete("/api/v1/session")
    assert (await browser.get("/sessions")).headers["location"] == "/login"


@pytest.mark.parametrize("page", ["/users", "/keys", "/audit", "/users/"])
async def test_a_page_for_admins_says_403_to_others_and_200_to_them(site: Site, page: str) -> None:
    statuses = [(await (await site.browser(name)).get(page)).status_code for name in ("alice", "root")]
    assert statuses == [403, 200]


async def test_over_https_browsers_are_told_to_stay_there_and_the_cookie_with_them(
    build_site: Callable[..., Any], site: Site
) -> None:
    assert "strict-transport-security" not in (await (await site.browser()).get("/healthz")).headers
    secure: Site = await build_site(public_url=HTTPS, data_dir=site.folder / "https")
    answer = await (await secure.browser()).post(
        "/api/v1/session", json={"username": "alice", "password": "correct horse"}
    )
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-tidings_session=")
    assert all(flag in cookie for flag in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain" not in cookie


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "tidings.test@evil.example", "", "é"])
async def test_no_answer_repeats_the_host_it_was_asked_for(site: Site, host: str) -> None:
    poison = Headers(
        [(b"Host", host.encode()), (b"X-Forwarded-Host", b"evil.example"), (b"X-Host", b"evil.example")]
    )
    client = await site.browser()
    for path in (
        "/",
        "/login",
        "/sessions/",
        "/api/docs",
        "/api/v1/session/",
        "/api/openapi.json",
        "/nothing",
    ):
        answer = await client.get(path, headers=poison)
        told = str(answer.headers) + answer.text
        assert "evil.example" not in told, path
        assert answer.headers.get("location", "/").startswith("/"), path
        assert not answer.headers.get("location", "/").startswith("//"), path


async def test_the_page_of_documentation_runs_its_one_script_by_its_hash(site: Site) -> None:
    answer = await (await site.program()).get("/api/docs")
    policy = answer.headers["content-security-policy"]
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]{44}';", policy)
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in re.sub(r"https?://[^\"']*w3.org[^\"']*", "", answer.text), (
        "nothing comes from elsewhere"
    )


async def test_each_answer_names_its_request_and_believes_no_other_name(site: Site) -> None:
    client = await site.program(**{"X-Request-Id": "mine"})
    names = {(await client.get("/healthz")).headers["x-request-id"] for _ in range(3)}
    assert len(names) == 3
    assert all(re.fullmatch(r"[0-9a-f]{12}", name) for name in names)


HEADER = st.tuples(
    st.sampled_from(
        [
            "Cookie",
            "Authorization",
            "Content-Type",
            "Content-Length",
            "Idempotency-Key",
            "Origin",
            "Accept",
            "X-Forwarded-For",
            "Host",
            "Sec-Fetch-Site",
            "User-Agent",
            "If-None-Match",
            "Range",
            "Transfer-Encoding",
        ]
    ),
    st.binary(max_size=60).map(lambda raw: re.sub(rb"[\r\n\0]", b"", raw)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HEADER, max_size=6), st.sampled_from(["GET", "POST", "DELETE", "PATCH"]), st.data())
def test_no_header_is_an_accident(
    fuzzed: Fuzzed, headers: list[Any], method: str, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(fuzzed.paths))
    status = fuzzed.knock(method, path, [(name.encode(), value) for name, value in headers], SHORTEST)
    assert status < 500, (method, path, headers)
