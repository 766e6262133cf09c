"""What the server says, as models: for the description and for tests. The hot path writes plain dicts.

No behaviour may come in here. What browsers say is in `tidings.live.protocol`; both are read by `schemas`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from tidings.live.protocol import Cursor, Number

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Level = Literal["info", "success", "warning", "error"]


class Said(BaseModel):
    """One message to a browser. Nothing may be said that is not described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class User(Said):
    """Whose connection it is."""

    id: str
    name: str


class Item(Said):
    """One notification in one person's inbox."""

    seq: Annotated[Number, Field(description="Numbers this person's deliveries: ascending, in commit order.")]
    id: str
    title: str
    body: str
    format: Literal["text", "markdown"]
    level: Level
    priority: Annotated[int, Field(ge=1, le=5, description="1 is quiet, 5 is urgent.")]
    category: str | None
    url: str | None
    source: Annotated[str | None, Field(description="Who published it.")]
    data: dict[str, Any] | None
    created_at: Moment
    updated_at: Moment
    read_at: Moment | None
    archived_at: Moment | None
    pinned_at: Moment | None
    snoozed_until: Moment | None
    count: Annotated[int, Field(ge=1, description="How often it was published under its dedupe key.")]


_CHANGEABLE: dict[str, Any] = {
    name: (field.annotation, Field(default=None)) for name, field in Item.model_fields.items() if name != "id"
}
ChangedItem: type[Said] = create_model("ChangedItem", __base__=Said, id=(str, ...), **_CHANGEABLE)
ChangedItem.__doc__ = "An item's id, and those of its fields that changed."


class Build(Said):
    """Which pages a server has, to tell whether one's own are older."""

    id: Annotated[str, Field(description="The same for the same sources, on whichever host they were built.")]
    made_at: Moment


class AuthOk(Said):
    """The first answer: who is welcome, where the inbox stands, and whether what was missed follows."""

    type: Literal["auth_ok"]
    renewed: Literal[False] = False
    user: User
    connection: Annotated[str, Field(description="To be named as `replaces` by the next connection.")]
    session: str
    heartbeat_s: float
    cursor: Annotated[
        Cursor, Field(description="Where the inbox stands; what is missing up to here follows.")
    ]
    recovered: Annotated[bool, Field(description="Whether it continues from the given cursor.")]
    unread: Number
    revision: Number
    expires_at: Moment
    preferences: Annotated[
        dict[str, Any] | None, Field(description="What the person has chosen; null: nothing ever.")
    ]
    protocol: Annotated[
        int, Field(description="What is spoken from here on: the server's newest, or older servers': 1.")
    ] = 1
    build: Annotated[
        Build | None, Field(description="The pages this server has; null or missing: it has none of its own.")
    ] = None


class Renewed(Said):
    """The answer to a later `auth`: the connection goes on with the new token."""

    type: Literal["auth_ok"]
    renewed: Literal[True]
    user: User
    connection: str
    session: str
    heartbeat_s: float
    cursor: Cursor
    expires_at: Moment


class Snapshot(Said):
    """The newest items, in place of whatever was held."""

    type: Literal["snapshot"]
    items: list[Item]
    unread: Number
    revision: Number
    cursor: Cursor


class Notifications(Said):
    """One or more new deliveries, ascending."""

    type: Literal["notifications"]
    items: list[Item]
    after: Annotated[
        Number, Field(description="The number this continues from; greater than one's own: a hole.")
    ]
    cursor: Cursor
    unread: Number
    replay: Annotated[bool, Field(description="Whether these were missed, not live.")]


class Updated(Said):
    """Changes of items held: read, archived, pinned, snoozed, from wherever."""

    type: Literal["updated"]
    items: list[ChangedItem]  # pyright: ignore[reportInvalidTypeForm]
    unread: Number
    revision: Number


class HistoryPage(Said):
    """The answer to `history`."""

    type: Literal["history"]
    ref: str
    items: list[Item]
    next: Annotated[Number | None, Field(description="`before` of the next page; null at the end.")]


class Ack(Said):
    """An operation is committed."""

    type: Literal["ack"]
    ref: str
    unread: Number
    revision: Number


class Refusal(Said):
    """A message could not be done; nothing was changed and the connection stays."""

    type: Literal["error"]
    code: str
    message: Annotated[str, Field(description="A sentence for the person.")]
    ref: str = ""
    retry_after_s: Annotated[float, Field(description="When there, the same may be sent again after it.")] = 0


class ServerPing(Said):
    """A sign of life, asked for once a heartbeat."""

    type: Literal["ping"]
    t: Annotated[int, Field(description="To be given back in `pong`.")]
    seq: Annotated[Number, Field(description="The newest number, so that a silent hole shows.")]


class ServerPong(Said):
    """The answer to a browser's ping."""

    type: Literal["pong"]
    t: float | int | str | None


class Closing(Said):
    """The frame before the server closes."""

    type: Literal["closing"]
    code: int
    reason: str
    retry_after_ms: int = 0


class Preferences(Said):
    """What the person has chosen, by whichever of their tabs and devices."""

    type: Literal["preferences"]
    preferences: dict[str, Any] | None


class Relayed(Said):
    """What another connection of the same person sent as `custom_message`."""

    type: Literal["custom_message"]
    data: Any = None
    sender: Annotated[str, Field(alias="from")]


SERVER = (
    AuthOk,
    Renewed,
    Snapshot,
    Notifications,
    Updated,
    HistoryPage,
    Ack,
    Refusal,
    ServerPing,
    ServerPong,
    Closing,
    Preferences,
    Relayed,
)
