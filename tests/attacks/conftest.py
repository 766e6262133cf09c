"""The fixtures of the attacks: the whole house in this process, without a built page."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.site import HTTP, Fuzzed, Site, pages
from tests.engines import ENGINES, Lodgings
from tidings.accounts.passwords import Hasher
from tidings.clock import ManualClock
from tidings.database.migrate import migrate
from tidings.house import House
from tidings.settings import Settings


@asynccontextmanager
async def open_site(folder: Path, **changed: Any) -> AsyncGenerator[Site]:
    """Open a site where alice, bob and the admin root live."""
    chosen: dict[str, Any] = {"public_url": HTTP, "secret_key": ["k" * 32], "data_dir": folder, **changed}
    settings = Settings(**chosen)
    await asyncio.to_thread(migrate, settings.database_url)
    house = House(settings, ManualClock(), Hasher(memory_kib=8, passes=1))
    site = Site(house, house.guard(house.serve_with(pages)), settings.public_url, folder)
    async with house.living(), site.stack:
        await site.add_user("alice")
        await site.add_user("bob")
        await site.add_user("root", admin=True)
        yield site


@pytest.fixture
async def build_site(tmp_path: Path, cellar: dict[str, str]) -> AsyncIterator[Callable[..., Any]]:
    """Return the builder of sites; keyword arguments are settings. A second site has its own data folder."""
    async with AsyncExitStack() as open_ones:

        async def build(**changed: Any) -> Site:
            where = {} if "data_dir" in changed else cellar
            return await open_ones.enter_async_context(open_site(tmp_path, **where, **changed))

        yield build


@pytest.fixture
async def site(build_site: Callable[..., Any]) -> Site:
    """Return a site where alice, bob and the admin root live."""
    return await build_site()


@pytest.fixture(scope="module", params=ENGINES)
def fuzzed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    """Return a site that knocks from code without an event loop: one for all examples of a module."""
    with asyncio.Runner() as runner, ExitStack() as lent:
        where: dict[str, Any] = {"max_publishes_per_second_per_key": 0}
        if request.param == "postgresql":
            lodgings: Lodgings = request.getfixturevalue("lodgings")
            where["database_url"] = lent.enter_context(lodgings.one())
        opening = open_site(tmp_path_factory.mktemp("fuzzed"), **where)
        site = runner.run(opening.__aenter__())
        yield Fuzzed(site, runner.run)
        runner.run(opening.__aexit__(None, None, None))
