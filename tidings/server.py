"""The production server: uvicorn on one port, with protocol classes of our own, in one process or several.

No route and no rule may come in here. Called by the command line's `serve` and `worker`.
"""

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys

import uvicorn

from tidings import journal
from tidings.live.protocol import MESSAGE_BYTES
from tidings.settings import Settings
from tidings.supervisor import Supervisor, worker_command
from tidings.wire import ForeignProtocol, PatientHttp

APP = "tidings.tidings:app"
BACKLOG = 2_048  # connections that wait for a moment in which all workers are busy
UNACKNOWLEDGED_MS = 30_000  # then the kernel gives a peer up that is gone or never reads
SHUTDOWN_S = 6  # of the ten in which we are gone; the rest is for the database


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, on a bound socket; it listens once there is somebody to answer."""
    if settings.workers == 1:
        serve_here(listener)
        return
    journal.set_up(settings.log)
    Supervisor(listener, settings.workers, worker_command(listener)).run()


def serve_for(listener: socket.socket) -> None:
    """Serve as one of several workers; when the supervisor is gone without a word, drain and go as well."""
    serve_here(listener, lifeline=sys.stdin.fileno())


def serve_here(listener: socket.socket, lifeline: int | None = None) -> None:
    """Serve in this process; `lifeline` is a pipe whose end means SIGTERM."""
    _allow_many_files()
    give_up_the_gone(listener)
    config = configuration(APP)
    # Its warnings are about visitors' broken requests.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    config.load()
    collect_rarely()
    server = uvicorn.Server(config)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        if lifeline is not None:
            runner.get_loop().add_reader(lifeline, _orphaned, runner.get_loop(), lifeline)
        runner.run(server.serve(sockets=[listener]))


def configuration(app: object) -> uvicorn.Config:
    """Return how any application of ours is served."""
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        factory=isinstance(app, str),
        loop="uvloop",
        backlog=BACKLOG,
        http=PatientHttp,
        ws=ForeignProtocol,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,  # CPU a socket, and a side channel (CRIME); we compress broadcasts
        ws_ping_interval=None,  # our own heartbeat carries the newest number
        timeout_graceful_shutdown=SHUTDOWN_S,
        proxy_headers=False,  # forwarded addresses are judged by our own trusted proxies
        server_header=False,
        access_log=False,  # it would write query strings
        log_level="warning",
    )


def collect_rarely() -> None:
    """Let the garbage collector look seldom, and never at what was there when the server began.

    A broadcast to thousands makes thousands of tuples that live for a moment; by default Python looks for
    cycles after each 700 of them, which was a third of a broadcast's cost, and of a queued one's two thirds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def give_up_the_gone(listener: socket.socket) -> None:
    """Let the kernel end connections of this listener whose peer acknowledges nothing any more.

    They inherit it. To tell each by itself takes five calls of the kernel: uvloop gives out copies.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)


def _orphaned(loop: asyncio.AbstractEventLoop, lifeline: int) -> None:
    loop.remove_reader(lifeline)
    os.kill(os.getpid(), signal.SIGTERM)


def _allow_many_files() -> None:
    """A connection is a descriptor; the usual soft limit is a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
