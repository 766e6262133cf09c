"""The order of a start: settings, port, data directory, pages, database, server. The first no ends it.

What a database or a server is must never come in here: both are given. Called by the command line's `serve`.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tidings.settings import Settings, SettingsRefused, read_settings
from tidings.startup.checks import check_data_dir, open_listener
from tidings.startup.pages import built_pages, serving_environment
from tidings.startup.refusal import StartRefused

ROOT = Path(__file__).resolve().parents[2]

Prepare = Callable[[Settings], None]
Serve = Callable[[Settings, socket.socket], None]


def start(prepare: Prepare, serve: Serve) -> int:
    """Start the production server in this process; return the exit code of the command.

    `prepare` brings the database up to date and makes the first admin; it may raise `StartRefused`.
    `serve` runs until it is told to stop, on a listening socket that no other start can take any more.
    """
    os.chdir(ROOT)  # a relative TIDINGS_DATA_DIR is beside the app, and Reflex looks for its files here
    try:
        with stoppable():
            settings = read_settings()
            listener = open_listener(settings.host, settings.port)
            check_data_dir(settings.data_dir)
            pages = built_pages(ROOT, _say)
            prepare(settings)
    except (StartRefused, SettingsRefused) as refused:
        print(refused, file=sys.stderr)
        return 1
    os.environ.update(serving_environment(pages))
    _say(f"Tidings is at {settings.public_url}")
    serve(settings, listener)
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def stoppable() -> Generator[None, None, None]:
    """Let SIGTERM end a start as Ctrl-C does, so that a build under way is ended too."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
