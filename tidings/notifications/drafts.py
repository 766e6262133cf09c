"""What a sender may write: the published form of a notification, validated at the edge.

No database may come in here. Called by the doors (HTTP, command line, demo) before publishing.
"""

import re
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LARGEST_BODY_BYTES = 16 * 1024
LARGEST_DATA_BYTES = 8 * 1024
DEEPEST_DATA = 64  # orjson writes 254 levels, and data travels inside items inside messages
LARGEST_BATCH = 1000
MOST_RECIPIENTS = 1000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Level = Literal["info", "success", "warning", "error"]


def _printable(text: str) -> str:
    """Refuse what no engine and no screen can show: control characters and lone surrogates."""
    if CONTROL.search(text):
        raise ValueError("must not contain control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("must be one line")
    return _printable(text)


def _body(text: str) -> str:
    if len(_printable(text).encode()) > LARGEST_BODY_BYTES:
        raise ValueError("must not be longer than 16 KiB")
    return text


def _link(url: str) -> str:
    """Allow http(s) with a host, or a path on this site; nothing a browser reads in another way."""
    if any(character in url for character in "\\\t\n\r") or url != url.strip():
        raise ValueError("must not contain backslashes or white space at its ends")
    if url.startswith("/") and not url.startswith("//"):
        return _one_line(url)
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError("must be http(s)://… or a path on this site that begins with one /")
    return _one_line(url)


def _small(value: Any) -> Any:
    if not _shallow(value, DEEPEST_DATA):
        raise ValueError(f"must not be nested deeper than {DEEPEST_DATA}")
    try:
        size = len(orjson.dumps(value))
    except TypeError as refused:  # half characters, or numbers beyond 64 bits
        raise ValueError("must be JSON that can be written again") from refused
    if size > LARGEST_DATA_BYTES:
        raise ValueError("must not be larger than 8 KiB of JSON")
    return value


def _shallow(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(cast(dict[Any, Any], value).values())
    if not isinstance(value, list):
        return True
    return levels > 0 and all(_shallow(inner, levels - 1) for inner in cast(list[Any], value))


Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_one_line)]


class Topic(BaseModel):
    """Everybody who follows a topic."""

    topic: Name


class InGroup(BaseModel):
    """Everybody in a group."""

    group: Name


To = (
    Annotated[list[Name | InGroup | Topic], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    | Literal["everyone"]
    | Topic
    | InGroup
)


class Envelope(BaseModel):
    """Whom something would reach, before it is written."""

    to: To


class Draft(BaseModel):
    """A notification as its sender writes it (`POST /api/v1/notifications`). Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to": ["alice"], "title": "Backup finished", "level": "success"}]}
    )

    to: To
    title: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_one_line)
    ]
    body: Annotated[str, AfterValidator(_body)] = ""
    level: Level = "info"
    priority: Annotated[int, Field(ge=1, le=5, strict=True)] = 3
    category: Name | None = None
    url: Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_link)] | None = None
    format: Literal["text", "markdown"] = "text"
    dedupe_key: (
        Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_one_line)] | None
    ) = None
    data: Annotated[Any, AfterValidator(_small)] = None


class Batch(BaseModel):
    """Up to 1,000 drafts that are published together or not at all."""

    items: Annotated[list[Draft], Field(min_length=1, max_length=LARGEST_BATCH)]
