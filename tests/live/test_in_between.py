"""What happens after the look at a newcomer and before there is a place for them is not missed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.live.site import Site
from tidings.accounts import sessions
from tidings.accounts.tables import User
from tidings.live.codes import Code
from tidings.live.ear import Heard
from tidings.live.hub import Hub

pytestmark = pytest.mark.anyio


@pytest.fixture
def unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody look by themselves, as everybody does every few seconds: it would heal what is missed."""

    async def never(*_: object) -> None: ...

    monkeypatch.setattr(Hub, "look", never)


def after_the_look(site: Site, happen: Callable[[], Awaitable[object]]) -> list[str]:
    """Let this happen once, after the first look and before there is a place; return the looks."""
    services, looks = site.house.desk.services, list[str]()
    arrive = services.arrive

    async def look(*asked: Any) -> Any:
        looks.append("look")
        found = await arrive(*asked)
        if len(looks) == 1:
            await happen()
        return found

    object.__setattr__(services, "arrive", look)
    return looks


def seen(site: Site) -> dict[str, object]:
    return {"epoch": site.house.epoch, "seq": 1, "revision": 1}


@pytest.mark.parametrize("to", [["alice"], "everyone"])
@pytest.mark.parametrize("returns", [True, False])
async def test_what_is_said_is_told(
    site: Site, alice: User, unlooked: None, to: list[str] | str, returns: bool
) -> None:
    await site.publish(["alice"], "old")

    async def publish() -> None:
        await site.publish(to, "meanwhile")
        site.hub.flush()

    after_the_look(site, publish)
    browser = await site.enter(await site.token(alice), cursor=seen(site) if returns else None)
    welcome, news, *_ = await browser.hear_until("updated" if returns else "snapshot")
    assert (welcome["recovered"], welcome["unread"]) == (returns, 2)
    titles = {item["title"] for item in news["items"]}
    assert titles == ({"meanwhile"} if returns else {"old", "meanwhile"})
    await site.publish(to, "later")
    assert [item["title"] for item in (await browser.hear("notifications"))["items"]] == ["later"]


@pytest.mark.parametrize("returns", [True, False])
async def test_what_is_marked_is_told(site: Site, alice: User, unlooked: None, returns: bool) -> None:
    published = await site.publish(["alice"], "old")
    other = await site.arrive(alice)

    async def mark() -> None:
        await other.say({"type": "mark", "id": "o1", "as": "read", "items": [published.id]})
        await other.hear("ack")

    after_the_look(site, mark)
    browser = await site.enter(await site.token(alice), cursor=seen(site) if returns else None)
    welcome, said = await browser.hear(), await browser.hear("updated" if returns else "snapshot")
    assert (welcome["unread"], welcome["revision"]) == (0, 2)
    assert [item["id"] for item in said["items"]] == [published.id]
    assert said["items"][0]["read_at"] is not None


async def test_what_is_said_to_others_costs_no_second_look(wired: Site, alice: User) -> None:
    await wired.user("bob")
    looks = after_the_look(wired, lambda: wired.publish(["bob"]))
    await wired.arrive(alice)
    assert looks == ["look"]


async def test_a_session_that_another_process_ended_does_not_get_in(wired: Site, alice: User) -> None:
    house, session_id = wired.house, await wired.session(alice)

    async def end() -> None:
        now = wired.clock.now()
        await house.database.write(lambda db: sessions.end(db, alice.id, session_id, now))
        await house.hub.look(house._needs, Heard(everything=True))  # pyright: ignore[reportPrivateUsage]

    after_the_look(wired, end)
    browser = await wired.enter(await wired.token(alice, session_id))
    assert await browser.end_code() == Code.SIGNED_OUT


async def test_a_restored_backup_is_a_snapshot(wired: Site, alice: User) -> None:
    await wired.publish(["alice"], "old")

    async def restore() -> None:
        wired.hub.send_away(0)
        wired.house.epoch = "another life"

    cursor = seen(wired)
    after_the_look(wired, restore)
    browser = await wired.enter(await wired.token(alice), cursor=cursor)
    welcome, snapshot = await browser.hear(), await browser.hear()
    assert (welcome["recovered"], welcome["cursor"]["epoch"]) == (False, "another life")
    assert snapshot["type"] == "snapshot"
