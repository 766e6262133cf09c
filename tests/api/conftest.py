"""The fixtures of the doors' tests."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.house import CHEAP, HTTP, House, open_house
from tests.attacks.conftest import build_site, site
from tidings.accounts.passwords import Hasher
from tidings.database import Database
from tidings.settings import Settings

__all__ = ["build_site", "site"]  # the whole site, for the doors that need more than one room


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def build(tmp_path: Path, database_url: str) -> AsyncIterator[Callable[..., House]]:
    """Return the builder of houses; keyword arguments are settings, None leaves one out."""
    houses: list[House] = []

    def build(hasher: Hasher = CHEAP, **changed: Any) -> House:
        database = Database(database_url)
        chosen: dict[str, Any] = {"public_url": HTTP, "secret_key": ["k" * 32], **changed}
        settings = Settings(data_dir=tmp_path, **{k: v for k, v in chosen.items() if v is not None})
        houses.append(open_house(database, settings, hasher))
        return houses[-1]

    yield build
    for house in houses:
        await house.stack.aclose()
        await house.rooms.database.close()


@pytest.fixture
async def house(build: Callable[..., House]) -> House:
    """Return a house where alice lives."""
    house = build()
    await house.add_user()
    return house
