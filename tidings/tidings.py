"""The composition root: settings, house, pages, and the Reflex app made of them.

Nothing else may come in here. Read by Reflex (`app`), in development and production alike.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tidings import journal
from tidings.demo import play
from tidings.house import House
from tidings.prepare import prepare
from tidings.settings import Settings, read_settings
from tidings.ui.app import build_app

REFLEX_PORTS = (3000, 8000)  # pages and back end of `reflex run` in development


def _settings() -> Settings:
    settings = read_settings()
    if os.environ.get("REFLEX_ENV_MODE", "dev") != "prod":
        settings.allowed_origins += [f"http://localhost:{port}" for port in (settings.port, *REFLEX_PORTS)]
    return settings


def _built_pages() -> Path | None:
    """Return the folder of the built pages; in development they are not ours to serve."""
    folder = Path(os.environ.get("REFLEX_WEB_WORKDIR", ".web")) / "build/client"
    return folder if os.environ.get("REFLEX_ENV_MODE") == "prod" and folder.is_dir() else None


settings = _settings()
journal.set_up(settings.log, level=settings.log_level)
house = House(settings, built_pages=_built_pages())


@asynccontextmanager
async def living() -> AsyncGenerator[None]:
    """Prepare the database (`reflex run` comes without a start of ours) and keep the house open."""
    await asyncio.to_thread(prepare, house.settings)
    async with house.living(), _demonstration():
        yield


@asynccontextmanager
async def _demonstration() -> AsyncGenerator[None]:
    if not house.settings.demo:
        yield
        return
    playing = asyncio.create_task(play(house))
    try:
        yield
    finally:
        playing.cancel()
        await asyncio.wait({playing})


app = build_app(api_transformer=house.serve_with, guard=house.guard)
app.register_lifespan_task(living)  # pyright: ignore[reportUnknownMemberType]
