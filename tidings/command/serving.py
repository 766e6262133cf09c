"""The command that serves: a checked start, then the server until it is told to stop.

No check of its own comes in here (tidings.startup has them). Called through parser.py.
"""

import argparse
import os

from tidings.startup import StartRefused, start


def serve(words: argparse.Namespace) -> int:
    """Start the production server; return the exit code."""
    if words.demo:
        os.environ["TIDINGS_DEMO"] = "true"
    return start(_prepare, _serve)


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
