"""What somebody chose travels to all their connections, and to nobody else's."""

from typing import Any

import pytest

from tests.live.site import Site
from tidings.accounts.tables import User
from tidings.live.ear import Heard
from tidings.notifications import marks
from tidings.notifications.marks import Marked
from tidings.preferences import keeping

pytestmark = pytest.mark.anyio


async def choose(site: Site, user: User, *, tell: bool = True, **chosen: Any) -> None:
    """Choose as the door does; without `tell` as if it had been another process."""

    def work(session: Any) -> Marked:
        marked = marks.stir(session, user.id)
        keeping.keep(session, user.id, chosen, marked.revision)
        return marked

    await site.house.database.write(work, site.house.rooms.stirred if tell else lambda marked: None)


async def test_who_never_chose_is_told_so_in_the_welcome(site: Site, alice: User) -> None:
    browser = await site.enter(await site.token(alice))
    assert (await browser.hear("auth_ok"))["preferences"] is None


async def test_a_choice_stands_in_every_welcome_from_then_on(site: Site, alice: User) -> None:
    await choose(site, alice, theme="dark")
    for _ in range(2):
        browser = await site.enter(await site.token(alice))
        assert (await browser.hear("auth_ok"))["preferences"] == {"theme": "dark"}


async def test_all_connections_of_the_person_are_told_once(site: Site, alice: User) -> None:
    bob = await site.user("bob")
    first, second, other = await site.arrive(alice), await site.arrive(alice), await site.arrive(bob)
    await choose(site, alice, theme="dark")
    for browser in (first, second):
        assert await browser.hear("preferences") == {"type": "preferences", "preferences": {"theme": "dark"}}
    await site.publish(["alice", "bob"])
    for browser in (first, second, other):
        heard = await browser.hear_until("notifications")
        assert [message["type"] for message in heard if message["type"] != "updated"] == ["notifications"]


async def test_a_choice_made_in_another_process_is_noticed(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await choose(site, alice, tell=False, theme="dark")
    await site.hub.look(site.house._needs, Heard(everything=True))  # as when the doorbell rings
    assert (await browser.hear("preferences"))["preferences"] == {"theme": "dark"}


async def test_a_choice_while_away_comes_with_the_welcome(site: Site, alice: User) -> None:
    await site.publish(["alice"])
    browser = await site.enter(await site.token(alice))
    cursor = (await browser.hear("auth_ok"))["cursor"]
    await choose(site, alice, theme="light")
    back = await site.enter(await site.token(alice), cursor=cursor)
    welcome, rest = await back.hear("auth_ok"), await back.hear_until("updated")
    assert (welcome["recovered"], welcome["preferences"]) == (True, {"theme": "light"})
    assert [(message["type"], message["items"]) for message in rest] == [("updated", [])]
