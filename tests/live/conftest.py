"""The fixtures of the live room."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from tests.live.site import Site, direct, open_site, plain
from tidings.accounts.tables import User


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}  # as in production


def _settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {
        name: value for mark in request.node.iter_markers("settings") for name, value in mark.kwargs.items()
    }


@pytest.fixture
async def site(
    request: pytest.FixtureRequest, tmp_path: Path, cellar: dict[str, str], engine: str
) -> AsyncGenerator[Site]:
    """Serve with the direct writes of our own server, and again on plain ASGI.

    The engine below and the way out have nothing to say to each other: two runs meet all four, and what only
    our own server can do (`wired`) meets both engines.
    """
    way_out = direct if engine == "postgresql" else plain
    async with open_site(tmp_path, way_out, **cellar, **_settings(request)) as site:
        yield site


@pytest.fixture
async def wired(
    request: pytest.FixtureRequest, tmp_path: Path, cellar: dict[str, str]
) -> AsyncGenerator[Site]:
    """Serve as in production only: for what plain ASGI cannot do."""
    async with open_site(tmp_path, direct, **cellar, **_settings(request)) as site:
        yield site


@pytest.fixture
async def alice(request: pytest.FixtureRequest) -> User:
    name = "wired" if "wired" in request.fixturenames else "site"
    site: Site = request.getfixturevalue(name)
    return await site.user("alice")
