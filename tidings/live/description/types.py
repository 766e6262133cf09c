"""The protocol as TypeScript: assets/live/messages.d.ts, from which the browser's half takes its types.

Only as much of JSON Schema as our models use. Called by `__main__` and the test that compares.
"""

import json
from typing import Any

from tidings.live.description.schemas import Protocol

HEAD = """\
// What travels over the WebSocket. Written by scripts/protocol from the models in tidings/live: change those.
// Types only; nothing here exists at run time.
// Taken over by types.d.ts, which the modules import.
"""
NAMES = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}


def write_types(protocol: Protocol) -> str:
    """Return the text of the file."""
    shapes = [_interface(name, schema) for name, schema in protocol.schemas.items()]
    unions = [_union("ServerMessage", protocol.server), _union("ClientMessage", protocol.client)]
    return "\n".join([HEAD, *shapes, *unions])


def _interface(name: str, schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    lines = [
        _field(field, about, is_required=field in required) for field, about in schema["properties"].items()
    ]
    body = "".join(f"  {line}\n" for line in lines)
    return f"/** {_one_line(schema.get('description', ''))} */\nexport interface {name} {{\n{body}}}\n"


def _field(name: str, about: dict[str, Any], *, is_required: bool) -> str:
    comment = f"/** {about['description']} */\n  " if "description" in about else ""
    return f"{comment}{name}{'' if is_required else '?'}: {type_of(about)};"


def _union(name: str, members: tuple[str, ...]) -> str:
    return f"export type {name} =\n" + "".join(f"  | {member}\n" for member in members).rstrip() + ";\n"


def type_of(about: dict[str, Any]) -> str:
    """Return the type of one schema."""
    if "$ref" in about:
        return about["$ref"].rsplit("/", 1)[1]
    if "const" in about:
        return json.dumps(about["const"])
    if "enum" in about:
        return " | ".join(json.dumps(value) for value in about["enum"])
    if "anyOf" in about:
        return " | ".join(dict.fromkeys(type_of(each) for each in about["anyOf"]))
    return _plain(about)


def _plain(about: dict[str, Any]) -> str:
    kind = about.get("type")
    if kind == "array":
        member = type_of(about["items"])
        return f"({member})[]" if "|" in member else f"{member}[]"
    if kind == "object":
        return "Record<string, unknown>"
    return NAMES.get(str(kind), "unknown")


def _one_line(text: str) -> str:
    return " ".join(text.split())
