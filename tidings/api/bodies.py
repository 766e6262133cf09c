"""Reading what a visitor sent: never more than a limit, and text that every database can keep.

No rule of a room may come in here. Called by the doors.
"""

import asyncio
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ValidationError

from tidings.api.problems import Problem, not_valid

M = TypeVar("M", bound=BaseModel)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LARGEST_BODY = 65_536
MOST_FIELDS = 20
PATIENCE_S = 30.0  # for the whole body: somebody who drips must not hold a connection for ever


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain U+0000")  # PostgreSQL refuses it, SQLite keeps it
    return text


WITHOUT_NUL = AfterValidator(_without_nul)  # behind the bounds of a text, or these would count "items"
Text = Annotated[str, WITHOUT_NUL]


def media_type(request: Request) -> str:
    """Return what the body claims to be, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, limit: int = LARGEST_BODY) -> bytes:
    """Return the body, refusing with 413 as soon as it is longer than the limit."""
    too_large = Problem(413, "Too large", f"The body may have at most {limit} bytes.", kind="too-large")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise too_large
    exchange = request.scope.get("extensions", {}).get("tidings.exchange")
    if exchange is not None and (whole := exchange.body()) is not None:
        if len(whole) > limit:
            raise too_large
        return whole
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise Problem(408, "Too slow", f"The body did not come within {PATIENCE_S:g} s.") from None
    return bytes(body)


async def read_json(request: Request, model: type[M], limit: int = LARGEST_BODY) -> M:
    """Return the JSON body as a model. Refuses with 413, 415, 400 (not JSON) or 422 (not valid)."""
    if media_type(request) != JSON:
        raise Problem(415, "Unsupported media type", f"Send the body as {JSON}.", kind="media-type")
    try:
        # Pydantic's parser refuses deep nesting and half characters, where json.loads raises or accepts.
        return model.model_validate_json(await read_body(request, limit))
    except ValidationError as refused:
        raise not_valid(refused) from None


async def read_form(request: Request, model: type[M], limit: int = LARGEST_BODY) -> M:
    """Return a submitted form as a model. Refuses with 413, 400 (not a form) or 422 (not valid)."""
    body = await read_body(request, limit)
    try:
        pairs = parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Problem(400, "Not a form", "The body is not a submitted form.", kind="not-a-form") from None
    try:
        return model.model_validate(dict(pairs))
    except ValidationError as refused:
        raise not_valid(refused) from None


def body_in_openapi(model: type[BaseModel], *media_types: str) -> dict[str, Any]:
    """Return the `openapi_extra=` of a route that reads its body by itself."""
    schema = model.model_json_schema()
    whole = _written_out(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {kind: {"schema": whole} for kind in media_types}}}


def _written_out(schema: Any, parts: dict[str, Any]) -> Any:
    """Put what a schema refers to where it refers to it: FastAPI collects no parts from here."""
    if isinstance(schema, list):
        return [_written_out(each, parts) for each in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    fields = cast(dict[str, Any], schema)
    if "$ref" in fields:
        return _written_out(parts[fields["$ref"].rpartition("/")[2]], parts)
    return {name: _written_out(value, parts) for name, value in fields.items()}
