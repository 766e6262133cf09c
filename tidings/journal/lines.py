"""How a line looks: JSON for machines, words for a terminal; redacted in both.

No handler and no level may come in here. Called by setup.py.
"""

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

from tidings.clock import iso
from tidings.journal.marks import connection_id, request_id
from tidings.journal.redaction import redacted


def _line_safe(text: str) -> str:
    """Escape what would make one line look like two, or paint a terminal: visitors choose such text."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else ascii(sign)[1:-1] for sign in text)


class Words(logging.Formatter):
    """`12:00:00.123 warning tidings.live  what happened  (request a1b2)`."""

    def format(self, record: logging.LogRecord) -> str:
        marks = "".join(f" ({name} {value})" for name, value in _marks(record).items())
        head = f"{iso(_moment(record))[11:-1]} {record.levelname.lower():8}{record.name}"
        said = _line_safe(record.getMessage()).replace("\n", "\\n")
        return redacted(f"{head}  {said}{marks}{_trace(self, record)}")


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": iso(_moment(record)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
            **_marks(record),
        }
        if trace := _trace(self, record):
            line["trace"] = redacted(trace.strip())
        return orjson.dumps(line, default=str).decode()


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _marks(record: logging.LogRecord) -> dict[str, Any]:
    """Return which request or connection this is about; `extra={"connection": …}` names another than ours."""
    facts = getattr(record, "facts", {})  # a few numbers or words beside the sentence, for machines
    named = getattr(record, "connection", "") or connection_id.get()
    marks = {"request": request_id.get(), "connection": str(named), **facts}
    return {name: value for name, value in marks.items() if value not in ("", None)}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if not record.exc_info:
        return ""
    return "\n" + _line_safe(formatter.formatException(record.exc_info))
