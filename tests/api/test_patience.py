"""One patience for the whole of a publish: whoever was looked up slowly waits no five seconds more."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from httpx import AsyncClient

from tests.attacks.site import SHORTEST, Site
from tidings.api import patience
from tidings.api.patience import LAST_S
from tidings.database.writer import GIVE_UP_S

pytestmark = pytest.mark.anyio

PATH = "/api/v1/notifications"
SHORT_S = 0.05


@pytest.fixture
def looks_slowly(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what lets each look into the database take so long."""

    def slowly(seconds: float) -> None:
        read: Any = site.house.database.read

        async def late(work: Any) -> Any:
            site.clock.advance(seconds)
            return await read(work)

        monkeypatch.setattr(site.house.database, "read", late)

    return slowly


async def titles(site: Site) -> list[str]:
    alice = await site.browser("alice")
    return [item["title"] for item in (await alice.get(PATH)).json()["items"]]


async def is_told_to_come_back(sender: AsyncClient, title: str) -> None:
    refused = await sender.post(PATH, json=SHORTEST | {"title": title})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert refused.json()["detail"] == "The database did not answer in time."


async def test_who_was_looked_for_until_it_was_too_late_is_told_so_at_once(
    site: Site, looks_slowly: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = await site.sender()
    looks_slowly(GIVE_UP_S - LAST_S + 0.1)
    await is_told_to_come_back(sender, "lost")
    monkeypatch.undo()
    assert (await sender.post(PATH, json=SHORTEST | {"title": "again"})).status_code == 201
    assert await titles(site) == ["again"]


async def test_who_is_found_slowly_is_published_for_when_the_commit_is_quick(
    site: Site, looks_slowly: Callable[[float], None]
) -> None:
    sender, root = await site.sender(), await site.browser("root")
    looks_slowly(2.0)
    assert (await sender.post(PATH, json=SHORTEST)).status_code == 201
    assert (await root.post(PATH, json=SHORTEST)).status_code == 201


async def test_the_commit_waits_for_what_is_left_and_is_none_after_that(
    site: Site, looks_slowly: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LAST_S", SHORT_S)
    sender, free = await site.sender(), threading.Event()
    looks_slowly(GIVE_UP_S - 2 * SHORT_S)
    busy = asyncio.create_task(site.house.database.write(lambda _: free.wait(10)))
    began = time.monotonic()
    await is_told_to_come_back(sender, "nobody waits for this")
    assert time.monotonic() - began < GIVE_UP_S / 2
    free.set()
    await busy
    assert await titles(site) == []
