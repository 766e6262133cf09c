"""`scripts/run --demo`: people to be, and news that arrive."""

import asyncio
from contextlib import suppress

import pytest

from tests.live.site import Site
from tidings import demo
from tidings.accounts import users

pytestmark = pytest.mark.anyio


async def test_a_demo_has_people_and_news_for_everybody(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    listener = await site.arrive(await site.user("somebody"))
    playing = asyncio.create_task(demo.play(site.house))
    try:
        arrived = await listener.hear("notifications")
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing
    everybody = await site.house.database.read(users.everybody)
    assert {user.name for user in everybody} == {"somebody", *demo.PEOPLE}
    assert arrived["items"][0]["source"] in {source for source, _ in demo.STORIES}
    assert demo.PASSWORD in capsys.readouterr().out
