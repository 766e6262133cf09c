"""What the house does by itself while it is open."""

import asyncio

import pytest

from tests.live.site import Site
from tidings import chores
from tidings.notifications import findable

pytestmark = pytest.mark.anyio


@pytest.fixture(name="often", autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "FIND_EVERY_S", 0.01)


async def test_what_is_said_becomes_findable_although_nobody_searches(site: Site) -> None:
    await site.user("alice")
    await site.publish(["alice"])
    database = site.house.database
    if database.dialect != "sqlite":  # it keeps its index by itself
        return
    async with asyncio.timeout(5):
        while await database.read(findable.missing):  # noqa: ASYNC110  # nobody is told
            await asyncio.sleep(0.01)
