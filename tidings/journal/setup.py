"""The set-up of logging: one handler for everybody, ours, the server's and the framework's.

No text is made here. Called by the composition root, when the server starts.
"""

import logging
import sys
import warnings
from typing import Literal, TextIO

from tidings.journal.lines import Json, Words

Style = Literal["auto", "json", "text"]
Level = Literal["debug", "info", "warning"]

# Access lines would hold query strings; httpx tells every address it asks.
QUIET = ("uvicorn.access", "granian.access", "_granian", "httpx", "httpcore", "asyncio", "alembic")
OTHERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "reflex", "granian", "_granian")


def set_up(style: Style = "auto", stream: TextIO | None = None, level: Level = "info") -> None:
    """Send every log line, redacted, to one place; JSON unless somebody reads along in a terminal.

    On the level `debug` there is a line for every request and for both ends of every connection.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Json() if style == "json" or (style == "auto" and not out.isatty()) else Words())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tidings").setLevel(level.upper())
    for name in OTHERS:  # they come with handlers of their own, which redact nothing
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # a matter of tests, not of operators
