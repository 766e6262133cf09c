"""What travels over the WebSocket: the messages of both directions, typed, and how they are read and written.

No socket and no state may come in here. Its twin in the browser is assets/live/protocol.js.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, cast

import orjson
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

PROTOCOL = 1
FIRST_MESSAGE_BYTES = 8 * 1024
MESSAGE_BYTES = 64 * 1024
LARGEST_NUMBER = 2**53 - 1  # what a browser can count (RFC 8259, 6)

Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER, strict=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Echoed = StrictInt | StrictFloat | str | None  # given back as it came, so `true` must not become 1.0
Level = Literal["info", "success", "warning", "error"]
Mark = Literal["read", "unread", "archived", "unarchived", "pinned", "unpinned", "snoozed", "unsnoozed"]
View = Literal["inbox", "unread", "archived", "snoozed", "all"]


class BadMessage(Exception):
    """What arrived is not a message of this protocol. `code` is the contract's word for it."""

    def __init__(self, code: str, message: str, ref: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.ref = ref


class Message(BaseModel):
    """One message from a browser; fields nobody knows are ignored, so that newer pages can talk to us."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Cursor(Message):
    """How far the browser has followed the inbox."""

    epoch: Name
    seq: Number
    revision: Number


class Auth(Message):
    """The first message, and later the renewal of the token in place."""

    type: Literal["auth"]
    token: Annotated[str, StringConstraints(min_length=1, max_length=FIRST_MESSAGE_BYTES)]
    protocol: Annotated[int, Field(strict=True)] = PROTOCOL
    cursor: Cursor | None = None
    replaces: Name | None = None
    accept: Annotated[list[Name], Field(max_length=10)] = []


class MarkItems(Message):
    """Change the state of items."""

    type: Literal["mark"]
    id: Name
    mark_as: Annotated[Mark, Field(alias="as")]
    items: Annotated[list[Name], Field(min_length=1, max_length=1000)]
    until: AwareDatetime | None = None


class MarkAll(Message):
    """Change the state of everything the person has seen."""

    type: Literal["mark_all"]
    id: Name
    mark_as: Annotated[Literal["read", "archived"], Field(alias="as")]
    through: Number


class Undo(Message):
    """Take a `mark_all` back, named by its operation's id: what it changed and nobody has changed since."""

    type: Literal["undo"]
    id: Name
    of: Name
    mark_as: Annotated[Literal["unread", "unarchived"], Field(alias="as")]


class History(Message):
    """Ask for a page of a view, narrowed by all that is given; `ids` asks which of those belong to it."""

    type: Literal["history"]
    id: Name
    view: View
    level: Level | None = None
    category: Words | None = None
    source: Words | None = None
    search: Words | None = None
    ids: Annotated[list[Name], Field(max_length=100)] | None = None
    before: Number | None = None
    limit: Annotated[int, Field(ge=1, le=100, strict=True)] = 30


class Ping(Message):
    """Ask whether the other end is alive."""

    type: Literal["ping"]
    t: Echoed = None


class Pong(Message):
    """The answer to a ping of ours."""

    type: Literal["pong"]
    t: Echoed = None


Known = Auth | MarkItems | MarkAll | Undo | History | Ping | Pong
KNOWN: TypeAdapter[Known] = TypeAdapter(Annotated[Known, Field(discriminator="type")])
KNOWN_TYPES = frozenset({"auth", "mark", "mark_all", "undo", "history", "ping", "pong"})


class Custom(Message):
    """A message of a registered type, read into its model."""

    type: str
    ref: str | None
    body: Any


def read_object(text: str | bytes) -> dict[str, Any]:
    """Read one JSON object (RFC 8259; no NaN, no lone surrogates). Raises `BadMessage`."""
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        raise BadMessage("bad_json", "This is not JSON.") from None
    if not isinstance(value, dict):
        raise BadMessage("bad_message", "A message is a JSON object.")
    return cast(dict[str, Any], value)


def read_auth(text: str | bytes) -> Auth:
    """Read the first message. Raises `BadMessage` for anything but a well-formed `auth`."""
    try:
        return Auth.model_validate(read_object(text))
    except ValidationError as refused:
        raise BadMessage("bad_message", _sentence(refused)) from None


def read_message(text: str | bytes, registered: Mapping[str, type[BaseModel]]) -> Known | Custom:
    """Read any later message. Raises `BadMessage` with the code the client is answered with."""
    value = read_object(text)
    kind, ref = value.get("type"), value.get("id")
    ref = ref if isinstance(ref, str) and len(ref) <= 100 else None
    if not isinstance(kind, str):
        raise BadMessage("bad_message", "A message has a `type`, which is a string.", ref)
    try:
        if kind in KNOWN_TYPES:
            return KNOWN.validate_python(value)
        if kind in registered:
            return Custom(type=kind, ref=ref, body=registered[kind].model_validate(value))
    except ValidationError as refused:
        raise BadMessage("bad_message", _sentence(refused), ref) from None
    raise BadMessage("unknown_type", "This server knows no message of that type.", ref)


def _sentence(refused: ValidationError) -> str:
    first = refused.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"] if part not in KNOWN_TYPES) or "message"
    return f"{field}: {first['msg']}."


def write(message: Mapping[str, Any]) -> bytes:
    """Write one message as the wire wants it: UTF-8 JSON, moments in UTC with Z."""
    return orjson.dumps(message, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC)


def moment(text: datetime) -> str:
    """Write one moment as `write` does."""
    return orjson.dumps(text, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC).decode().strip('"')
