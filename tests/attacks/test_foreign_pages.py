"""A page of another site: whatever route it tries, in whatever disguise, it changes and reads nothing."""

import pytest
from httpx import AsyncClient

from tests.attacks.site import FOREIGN, HTTP, PASSWORD, SHORTEST, Site, sign_in

pytestmark = pytest.mark.anyio

SAFE = {"GET", "HEAD", "OPTIONS"}
DISGUISES: list[dict[str, str]] = [
    {"Origin": FOREIGN},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": HTTP + ".evil.example"},
    {"Origin": HTTP + ":8080"},
    {"Origin": HTTP.replace("http", "https")},
    {"Origin": f"{FOREIGN} {HTTP}"},
    {"Origin": FOREIGN, "Sec-Fetch-Site": "same-origin"},
    {"Origin": FOREIGN, "X-Forwarded-Host": "tidings.test", "Host": "evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": HTTP + "/"},
    {},
]
KINDS = (
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)


def changes(site: Site) -> list[tuple[str, str]]:
    return [(method, path) for method, path in site.routes() if method not in SAFE]


async def with_the_cookie_of(site: Site, name: str) -> AsyncClient:
    client = await site.program()
    assert (await sign_in(client, name)).status_code == 200
    return client


async def test_every_change_is_refused_whatever_the_disguise_and_the_body(site: Site) -> None:
    victim = await with_the_cookie_of(site, "root")
    routes = changes(site)
    assert len(routes) >= 17, "all doors are looked at"
    for method, path in routes:
        for disguise in DISGUISES:
            if path == "/api/v1/session" and method == "POST" and "Origin" not in disguise:
                continue  # signing in relies on no cookie: below
            for kind in KINDS:
                headers = {"Content-Type": kind, **disguise}
                answer = await victim.request(method, path, headers=headers, json=SHORTEST)
                assert answer.status_code == 403, (method, path, headers)
                assert not [name for name in answer.headers if name.startswith("access-control")]
    assert (await victim.get("/api/v1/session")).status_code == 200
    assert [entry.action for entry in await site.entries()] == ["session.began"]


async def test_a_foreign_page_signs_nobody_in_by_form_or_json(site: Site) -> None:
    for disguise in DISGUISES:
        if disguise in ({}, {"Referer": HTTP + "/"}):
            continue
        page = await site.program(**disguise)
        json = await sign_in(page)
        form = await page.post("/api/v1/session", data={"username": "alice", "password": PASSWORD})
        assert (json.status_code, form.status_code) == (403, 403), disguise
        assert "set-cookie" not in {**json.headers, **form.headers}


async def test_no_route_and_no_page_names_a_foreign_origin_to_a_browser(site: Site) -> None:
    for method, path in [
        *site.routes(),
        ("GET", "/"),
        ("GET", "/login"),
        ("GET", "/api/static/swagger-ui.css"),
    ]:
        page = await site.program(Origin=FOREIGN)
        answer = await page.request(method, path)
        assert not [name for name in answer.headers if name.startswith("access-control")], (method, path)
        asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type"}
        preflight = await page.options(path, headers=asked)
        assert not [name for name in preflight.headers if name.startswith("access-control")], (method, path)


async def test_our_own_page_is_let_through_by_the_same_routes(site: Site) -> None:
    for method, path in changes(site):
        if (method, path) == ("DELETE", "/api/v1/session"):
            continue
        browser = await site.browser("root")
        answer = await browser.request(method, path, json=SHORTEST)
        assert answer.status_code != 403 or "admins" not in answer.text, (method, path)
        assert "foreign-origin" not in answer.text, (method, path)


async def test_a_key_needs_no_origin_because_no_browser_adds_it_by_itself(site: Site) -> None:
    assert (await (await site.sender()).post("/api/v1/notifications", json=SHORTEST)).status_code == 201


async def test_nothing_of_ours_can_be_framed_or_sniffed(site: Site) -> None:
    browser = await site.browser("root")
    for path in (
        "/",
        "/users",
        "/nothing",
        "/api/docs",
        "/api/openapi.json",
        "/api/v1/session",
        "/healthz",
        "/api/x",
    ):
        headers = (await browser.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
