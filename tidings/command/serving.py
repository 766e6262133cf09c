"""The commands that serve: a checked start and the server until it is told to stop; and one of its workers.

No check of its own comes in here (tidings.startup has them). Called through parser.py.
"""

import argparse
import os
import socket
import sys

from tidings.settings import read_settings
from tidings.startup import StartRefused, start
from tidings.startup.pages import built_pages
from tidings.startup.sequence import ROOT, stoppable


def serve(words: argparse.Namespace) -> int:
    """Start the production server; return the exit code."""
    if words.demo:
        os.environ["TIDINGS_DEMO"] = "true"
    return start(_prepare, _serve)


def work(words: argparse.Namespace) -> int:
    """Serve as one of several workers, on the supervisor's socket; whatever had to be prepared is."""
    from tidings.prepare import consider_prepared
    from tidings.server import serve_for

    os.environ["TIDINGS_WORKER_NUMBER"] = str(words.number)
    consider_prepared(read_settings().database_url)
    if words.number:
        os.environ["TIDINGS_DEMO"] = "false"  # one trickle is enough
    serve_for(socket.socket(fileno=words.listener))
    return 0


def build(words: argparse.Namespace) -> int:
    """Build the pages and nothing else: for an image, or before a service without write access starts."""
    try:
        with stoppable():
            pages = built_pages(ROOT, lambda line: print(line, flush=True))
    except StartRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"The pages are in {pages.relative_to(ROOT)}.")
    return 0


def _prepare(settings: object) -> None:
    from tidings.database import DatabaseRefused  # a refused start should not wait for these imports
    from tidings.prepare import prepare

    try:
        prepare(settings)  # pyright: ignore[reportArgumentType]
    except DatabaseRefused as refused:
        raise StartRefused(str(refused)) from None


def _serve(settings: object, listener: object) -> None:
    from tidings.server import serve as serve_forever  # uvicorn and the app, only now

    serve_forever(settings, listener)  # pyright: ignore[reportArgumentType]
