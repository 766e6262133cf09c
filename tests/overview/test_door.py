"""The doors of the operator's page: everything at once, and the end of a connection, noted in the log."""

import httpx
import pytest

from tests.live.site import CHEAP, Browser, Site
from tidings.accounts import sessions, users
from tidings.accounts.tables import User
from tidings.audit.log import page
from tidings.live.codes import Code

pytestmark = pytest.mark.anyio

ORIGIN = "http://tidings.test"


async def enter(site: Site, name: str, *, admin: bool) -> httpx.AsyncClient:
    """Return a browser of somebody new, for the doors."""
    now, hashed = site.clock.now(), CHEAP.hash_now("pw")
    user = await site.house.database.write(lambda db: users.add(db, name, hashed, now, admin=admin))
    started = await site.house.database.write(lambda db: sessions.start(db, user, now))
    cookies = {"tidings_session": started.secret}
    return httpx.AsyncClient(
        trust_env=False, base_url=f"http://127.0.0.1:{site.port}", cookies=cookies, headers={"Origin": ORIGIN}
    )


async def connected(site: Site, user: User) -> tuple[Browser, str]:
    browser = await site.enter(await site.token(user))
    return browser, (await browser.hear("auth_ok"))["connection"]


async def test_an_admin_ends_a_connection_and_the_browser_may_come_back(wired: Site, alice: User) -> None:
    browser, name = await connected(wired, alice)
    async with await enter(wired, "root", admin=True) as root:
        assert (await root.get("/api/v1/live")).json()["people"]["rows"][0]["id"] == name
        assert (await root.delete(f"/api/v1/live/{name}")).json() == {"id": name, "sessions": []}
        assert await browser.end_code() == Code.GOING_AWAY
        await wired.settled()
        assert (await root.delete(f"/api/v1/live/{name}")).status_code == 404
    (entry,) = await wired.house.database.read(lambda db: page(db, subject="connection"))
    assert (entry.action, entry.actor, entry.target) == ("connection.ended", "root", "alice")
    assert entry.details == {"address": "127.0.0.1", "signed_out": False}
    await wired.arrive(alice)


async def test_an_admin_ends_the_session_with_it(wired: Site, alice: User) -> None:
    session = await wired.session(alice)
    browser = await wired.enter(await wired.token(alice, session))
    name = (await browser.hear("auth_ok"))["connection"]
    async with await enter(wired, "root", admin=True) as root:
        answer = await root.delete(f"/api/v1/live/{name}?sign_out=true")
    assert answer.json()["sessions"] == [session]
    assert await browser.end_code() == Code.SIGNED_OUT
    assert await (await wired.enter(await wired.token(alice, session))).end_code() == Code.SIGNED_OUT


async def test_nobody_else_may_look_or_end(wired: Site, alice: User) -> None:
    _, name = await connected(wired, alice)
    async with await enter(wired, "bob", admin=False) as bob:
        assert (await bob.get("/api/v1/live")).status_code == 403
        assert (await bob.delete(f"/api/v1/live/{name}")).status_code == 403
    assert len(wired.hub.of_user(alice.id)) == 1
