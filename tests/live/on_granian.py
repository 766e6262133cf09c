"""The live room on granian, Reflex's own server, with one person in it. Started by test_granian.py.

No assertion comes in here. Called as `python -m granian --interface asgi tests.live.on_granian:app`.
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tidings.accounts import sessions, users
from tidings.accounts.passwords import Hasher
from tidings.house import House
from tidings.settings import Settings

FOLDER = Path(os.environ["GRANIAN_FOLDER"])

QUICK: dict[str, Any] = {"auth_timeout_seconds": 0.5, "heartbeat_seconds": 1}
SETTINGS: Any = {"data_dir": FOLDER, "secret_key": ["k" * 32]} | QUICK

house = House(Settings(**SETTINGS), hasher=Hasher(memory_kib=8, passes=1))
site = house.guard(house.serve_with(None))  # pyright: ignore[reportArgumentType]  # nobody asks for a page


@asynccontextmanager
async def _open_house() -> AsyncGenerator[None]:
    async with house.living():
        now = house.clock.now()
        alice = await house.database.write(lambda db: users.add(db, "alice", "hash", now))
        started = await house.database.write(lambda db: sessions.start(db, alice, now))
        token, _ = house.tokens.issue(alice.id, started.session.id, now)
        (FOLDER / "token").write_text(token)
        yield


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Serve, and open the house for as long as the server runs."""
    if scope["type"] != "lifespan":
        await site(scope, receive, send)
        return
    await receive()
    async with _open_house():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
