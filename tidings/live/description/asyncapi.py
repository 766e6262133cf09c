"""The protocol as an AsyncAPI 3 document: docs/asyncapi.json, for tools that read such.

Nothing is invented here that the models do not say, besides the address. Called by `__main__` and its test.
"""

import json
from typing import Any

from tidings.live.codes import MEANINGS
from tidings.live.description.schemas import Protocol
from tidings.live.protocol import PROTOCOL

ABOUT = (
    "Live notifications over one WebSocket. The first message must be `auth`, within five seconds; nothing "
    "is said before it. JSON text frames, one object each; a binary frame is the raw deflate of one."
)


def write_asyncapi(protocol: Protocol) -> str:
    """Return the text of the file."""
    return json.dumps(document(protocol), indent=2, ensure_ascii=False) + "\n"


def document(protocol: Protocol) -> dict[str, Any]:
    """Return the document."""
    names = (*protocol.client, *protocol.server)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Tidings", "version": str(PROTOCOL), "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "tidings": {"host": "localhost:3000", "protocol": "ws", "description": "Wherever it runs."}
        },
        "channels": {
            "live": {
                "address": "/ws",
                "servers": [{"$ref": "#/servers/tidings"}],
                "description": "No query string: a token in the address is refused.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "x-close-codes": [
                    {"code": int(code), "name": meaning.name, "come-back": meaning.come_back}
                    for code, meaning in MEANINGS.items()
                ],
            }
        },
        "operations": {
            "hear": _operation("receive", "What the server takes from a browser.", protocol.client),
            "say": _operation("send", "What the server says to a browser.", protocol.server),
        },
        "components": {
            "messages": {name: _message(name, protocol.schemas[name]) for name in names},
            "schemas": protocol.schemas,
        },
    }


def _operation(action: str, summary: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in names],
    }


def _message(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    summary = " ".join(schema.get("description", "").split())
    return {"name": name, "summary": summary, "payload": {"$ref": f"#/components/schemas/{name}"}}
