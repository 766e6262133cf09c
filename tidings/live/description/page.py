"""The protocol as a page to read: docs/protocol.md.

What is told here in words is only what a model cannot say. Called by `__main__` and the test that compares.
"""

from typing import Any

from tidings.live.codes import MEANINGS
from tidings.live.description.schemas import Protocol
from tidings.live.description.types import type_of
from tidings.live.protocol import FIRST_MESSAGE_BYTES, MESSAGE_BYTES, PROTOCOL

FIRST_KIB, LATER_KIB = FIRST_MESSAGE_BYTES // 1024, MESSAGE_BYTES // 1024
HEAD = f"""\
# The protocol

<!-- Written by scripts/protocol from the models in tidings/live: change those. -->

One WebSocket at `/ws`, without a query string. JSON text frames, one object each, `type` always a string;
the number of this protocol is {PROTOCOL}. The first message must be `auth`, within five seconds, at most
{FIRST_KIB} KiB; later ones may have {LATER_KIB}. Fields nobody knows are ignored. A binary frame is the raw
deflate of a text frame; the server sends such only to browsers whose `auth` offered `deflate`, and takes such
after `auth_ok`.

The same as a document for tools: [asyncapi.json](asyncapi.json); as types: `assets/live/messages.d.ts`.
A field with a question mark may be missing. How a notification travels is told in [journey.md](journey.md).
"""
COME_BACK = {
    "yes": "yes",
    "no": "no",
    "new_token": "with a new token",
    "after_retry": "after `retry_after_ms`",
    "person": "when the person asks",
}


def write_page(protocol: Protocol) -> str:
    """Return the text of the page."""
    messages = (*protocol.client, *protocol.server)
    parts = [name for name in protocol.schemas if name not in messages]
    return "\n".join(
        [
            HEAD,
            *_section("From the browser", protocol.client, protocol),
            *_section("From the server", protocol.server, protocol),
            *_section("What they are made of", tuple(parts), protocol),
            *_codes(),
        ]
    )


def _section(title: str, names: tuple[str, ...], protocol: Protocol) -> list[str]:
    return [f"## {title}\n", *(_shape(name, protocol.schemas[name]) for name in names)]


def _shape(name: str, schema: dict[str, Any]) -> str:
    kind = schema["properties"].get("type", {}).get("const")
    title = f"`{kind}` ({name})" if kind else name
    required = set(schema.get("required", ()))
    rows = [
        _row(f"`{field}`{'' if field in required else '?'}", _type(about), about.get("description", ""))
        for field, about in schema["properties"].items()
        if field != "type"
    ]
    table = ["| field | type | |", "| --- | --- | --- |", *rows] if rows else []
    return "\n".join([f"### {title}", "", " ".join(schema.get("description", "").split()), "", *table, ""])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells).strip() + " |"


def _type(about: dict[str, Any]) -> str:
    return "`" + type_of(about).replace('"', "").replace("|", "\\|") + "`"


def _codes() -> list[str]:
    rows = [
        f"| {int(code)} | {meaning.name} | {COME_BACK[meaning.come_back]} |"
        for code, meaning in MEANINGS.items()
    ]
    return ["## Close codes\n", "| code | name | come back? |", "| --- | --- | --- |", *rows, ""]
