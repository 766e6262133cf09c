"""Two workers on one Redis: what one address may hold open without a name is counted over both."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.live.site import Browser, Site, open_pair
from tests.running import RedisServer
from tidings.neighbours import gate

pytestmark = pytest.mark.anyio

MOST = 8

Pair = tuple[Site, Site]


@pytest.fixture
async def pair(
    redis: RedisServer, tmp_path: Path, cellar: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    monkeypatch.setattr(gate, "ANSWERED_WITHIN_S", 5)  # a busy machine is no Redis that is away
    async with open_pair(tmp_path, redis, max_pending_per_ip=MOST, **cellar) as pair:
        yield pair


async def knock(site: Site) -> Browser | int:
    """Open a socket and say nothing, or return the status of the refusal."""
    try:
        return await site.open()
    except InvalidStatus as refused:
        answer = refused.response
    assert answer.headers["Retry-After"] == "5"
    return answer.status_code


async def test_the_next_one_is_refused_before_the_upgrade_whichever_worker_it_meets(
    pair: Pair,
) -> None:
    answers = await asyncio.gather(*(knock(site) for _ in range(MOST) for site in pair))
    assert Counter(each for each in answers if isinstance(each, int)) == {429: MOST}
    assert sum(site.house.metrics._keeper.pending for site in pair) == MOST  # pyright: ignore[reportPrivateUsage]


async def test_who_says_who_it_is_makes_room_at_both(pair: Pair) -> None:
    alice = await pair[0].user("alice")
    full = [await knock(pair[0]) for _ in range(MOST)]
    assert await knock(pair[1]) == 429
    browser = full[0]
    assert isinstance(browser, Browser)
    await browser.say({"type": "auth", "token": await pair[0].token(alice), "protocol": 1})
    await browser.hear("auth_ok")
    assert isinstance(await knock(pair[1]), Browser)
    assert await knock(pair[0]) == 429
