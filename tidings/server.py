"""The production server: uvicorn on one port, with protocol classes of our own.

No route and no rule may come in here. Called by the command line's `serve`.
"""

import asyncio
import logging
import resource
import socket

import uvicorn

from tidings.live.protocol import MESSAGE_BYTES
from tidings.settings import Settings
from tidings.wire import LiveProtocol, PatientHttp

APP = "tidings.tidings:app"
SHUTDOWN_S = 6  # of the ten in which we are gone; the rest is for the database


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, on a socket that is listening already."""
    _allow_many_files()
    config = configuration(APP)
    # Its warnings are about visitors' broken requests.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    server = uvicorn.Server(config)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))


def configuration(app: object) -> uvicorn.Config:
    """Return how any application of ours is served."""
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        factory=isinstance(app, str),
        loop="uvloop",
        http=PatientHttp,
        ws=LiveProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,  # CPU a socket, and a side channel (CRIME); we compress broadcasts
        ws_ping_interval=None,  # our own heartbeat carries the newest number
        timeout_graceful_shutdown=SHUTDOWN_S,
        proxy_headers=False,  # forwarded addresses are judged by our own trusted proxies
        server_header=False,
        access_log=False,  # it would write query strings
        log_level="warning",
    )


def _allow_many_files() -> None:
    """A connection is a descriptor; the usual soft limit is a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
