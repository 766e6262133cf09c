"""The site on a real port, in a thread of its own: for tools that bring their own client.

No assertion comes in here. Used by test_openapi.py.
"""

import asyncio
import socket
import threading
from pathlib import Path

import uvicorn

from tests.attacks.conftest import open_site
from tests.attacks.site import sign_in
from tests.running import wait_until

START_S = 30


class ServedSite:
    """One site with three people and a key; `cookie` is the admin's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cookie = self.key = ""
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "ServedSite":
        self._thread.start()
        wait_until(lambda: self._server is not None and self._server.started, START_S, "the start")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(START_S)

    async def _serve(self) -> None:
        settings = {"public_url": self.url, "max_publishes_per_second_per_key": 0}
        async with open_site(self._folder, **settings) as site:
            browser = await site.browser()
            await sign_in(browser, "root")
            self.cookie = f"tidings_session={browser.cookies['tidings_session']}"
            self.key = await site.add_key("schemathesis")
            config = uvicorn.Config(site.app, lifespan="off", ws="none", log_config=None, access_log=False)
            server = uvicorn.Server(config)
            server.install_signal_handlers = lambda: None  # pyright: ignore[reportAttributeAccessIssue]  # they are for the main thread
            self._server = server
            await server.serve(sockets=[self._listener])
