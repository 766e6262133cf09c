"""The models as JSON Schema, collected once: what each direction says, and every shape they are made of.

No output format comes in here. Used by the other modules of this room.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from tidings.live.description.messages import SERVER
from tidings.live.protocol import Auth, History, MarkAll, MarkItems, Ping, Pong, Undo

CLIENT: tuple[type[BaseModel], ...] = (Auth, MarkItems, MarkAll, Undo, History, Ping, Pong)
NOISE = ("title", "additionalProperties")  # said of every model, and never what a reader looks for


@dataclass(frozen=True)
class Protocol:
    """Names of the messages in each direction, and the schema of every name."""

    client: tuple[str, ...]
    server: tuple[str, ...]
    schemas: dict[str, dict[str, Any]]


def protocol() -> Protocol:
    """Return the protocol as it is now."""
    models: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in (*CLIENT, *SERVER)]
    _, whole = models_json_schema(models, by_alias=True, ref_template="#/components/schemas/{model}")
    schemas = {name: _tidied(schema) for name, schema in sorted(whole["$defs"].items())}
    return Protocol(_names(CLIENT), _names(SERVER), schemas)


def _names(models: tuple[type[BaseModel], ...]) -> tuple[str, ...]:
    return tuple(model.__name__ for model in models)


def _tidied(schema: dict[str, Any]) -> dict[str, Any]:
    properties = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in schema.get("properties", {}).items()
    }
    rest = {key: value for key, value in schema.items() if key not in NOISE}
    return rest | {"properties": properties}
