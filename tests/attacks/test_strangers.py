"""Who may what: a stranger, a person, a key and a token each try every route there is."""

import pytest
from httpx import AsyncClient, Headers

from tests.attacks.site import SHORTEST, Site

pytestmark = pytest.mark.anyio

# The whole list of what needs nobody. A new route is private until it is written down here.
FOR_EVERYBODY = {
    ("GET", "/api/docs"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("HEAD", "/healthz"),
    ("HEAD", "/readyz"),
    ("POST", "/api/v1/session"),
}
FOR_THIS_MACHINE = ("GET", "/metrics")
FOR_ADMINS = ("/api/v1/users", "/api/v1/groups", "/api/v1/keys", "/api/v1/audit")
FOR_ADMINS_AND_KEYS = ("/api/v1/notifications", "/api/v1/notifications/batch", "/api/v1/hooks")


def needs_an_admin(method: str, path: str) -> bool:
    publishes = method == "POST" and path.startswith(FOR_ADMINS_AND_KEYS) and not path.endswith("/test")
    return path.startswith(FOR_ADMINS) or "/followers" in path or path.endswith("/sent") or publishes


async def statuses(site: Site, client: AsyncClient) -> dict[tuple[str, str], int]:
    return {
        (method, path): (await client.request(method, path, json=SHORTEST)).status_code
        for method, path in site.routes()
        if (method, path) not in FOR_EVERYBODY
    }


async def test_a_stranger_is_let_in_nowhere(site: Site) -> None:
    assert set((await statuses(site, await site.browser())).values()) == {401}


async def test_a_made_up_cookie_a_token_and_a_key_are_no_sessions(site: Site) -> None:
    token = (await (await site.browser("alice")).post("/api/v1/session/token")).json()["token"]
    key = await site.add_key()
    for wrong in ("made-up", "", "x" * 5000, token, key, "a" * 43, "\u0000", "é"):
        for cookie in (b"tidings_session=" + wrong.encode(), b"__Host-tidings_session=" + wrong.encode()):
            stranger = await site.browser()
            stranger.headers = Headers([*stranger.headers.raw, (b"Cookie", cookie)])
            assert set((await statuses(site, stranger)).values()) == {401}, wrong


async def test_neither_a_cookie_nor_a_token_works_as_a_key(site: Site) -> None:
    browser = await site.browser("root")
    token = (await browser.post("/api/v1/session/token")).json()["token"]
    secret = browser.cookies["tidings_session"]
    for bearer in (token, secret, "tdk_" + secret, "tdk_" + "A" * 43, "tdk_", "", "\u00e9"):
        program = await site.program()
        program.headers = Headers([(b"Authorization", b"Bearer " + bearer.encode())])
        assert (await program.post("/api/v1/notifications", json=SHORTEST)).status_code == 401, bearer
        assert (await program.post("/api/v1/hooks/grafana", json={"alerts": []})).status_code == 401
    for scheme in ("Basic", "Digest", "bearer\t", ""):
        program = await site.program(Authorization=f"{scheme} {await site.add_key('key' + str(len(scheme)))}")
        assert (await program.post("/api/v1/notifications", json=SHORTEST)).status_code == 401, scheme


async def test_a_key_opens_nothing_but_publishing(site: Site) -> None:
    found = await statuses(site, await site.sender())
    opened = {route for route, status in found.items() if status not in (401, 404)}
    assert all(needs_an_admin(*route) and not route[1].startswith(FOR_ADMINS) for route in opened), opened


async def test_a_person_is_no_admin_on_any_route(site: Site) -> None:
    for method, path in site.routes():
        if needs_an_admin(method, path):
            answer = await (await site.browser("alice")).request(method, path, json=SHORTEST)
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:tidings:problem:admins-only"), (
                path
            )
    assert {entry.action for entry in await site.entries()} == {"session.began"}


async def test_metrics_are_for_this_machine_and_not_for_what_looks_like_it(site: Site) -> None:
    here = await site.program("127.0.0.1")
    for host in ("localhost:3000", "127.0.0.1", "[::1]:3000"):
        assert (await here.get("/metrics", headers={"Host": host})).status_code == 200, host
    for host in ("evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example", "\u00e9"):
        disguised = Headers([(b"Host", host.encode())])
        assert (await here.get("/metrics", headers=disguised)).status_code == 401, f"DNS rebinding: {host}"
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        proxied = await here.get("/metrics", headers={"Host": "localhost", header: "127.0.0.1"})
        assert proxied.status_code == 401, "through a proxy on this machine everybody is this machine"
    for forged in ("127.0.0.1", "::1"):
        stranger = await site.program("203.0.113.9", **{"X-Forwarded-For": forged, "Host": "localhost"})
        assert (await stranger.get("/metrics")).status_code == 401


async def test_without_state_there_is_no_event_route_to_call(site: Site) -> None:
    stranger = await site.program()
    for path in ("/_event", "/_event/", "/_event/?EIO=4&transport=polling"):
        assert (await stranger.get(path)).text.startswith("page "), "no door of ours answers there"
