"""The door for senders: publish one notification or a batch, and hear what became of it.

No SQL may come in here. Called by app.py, which mounts the router.
"""

import hashlib
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

from tidings.api.bodies import body_in_openapi, read_body
from tidings.api.problems import REFUSALS, FieldError, Problem, problem_of, problems
from tidings.api.sending import Sending, created, parsed, publisher_of
from tidings.notifications.drafts import CONTROL, Batch, Draft, Envelope
from tidings.notifications.publish import Order, Published, Publisher

PATH = "/api/v1/notifications"
LARGEST_BODY = 64 * 1024
LARGEST_BATCH_BODY = 4 * 1024 * 1024
LONGEST_KEY = 255
IdempotencyKey = Annotated[
    str | None, Header(description=f"any text of up to {LONGEST_KEY} characters; a retry sends the same")
]
TEST = {"title": "It works", "body": "This is what a notification looks like here.", "level": "success"}


class Accepted(BaseModel):
    """The notification is committed, in so many inboxes."""

    id: str
    accepted: int


def accepted(published: Published) -> Accepted:
    """Return what the sender of one notification is told."""
    return Accepted(id=published.id, accepted=published.accepted)


class Reached(BaseModel):
    """So many people would get it."""

    people: int


class Results(BaseModel):
    """A batch was committed, its notifications in the order they came."""

    results: list[Accepted]


def all_accepted(published: list[Published]) -> Response:
    """Answer the sender of several."""
    return created(Results(results=[accepted(each) for each in published]), _replayed(published[:1]))


def _replayed(published: list[Published]) -> dict[str, str]:
    return {"Idempotent-Replay": "true"} if any(each.replayed for each in published) else {}


class PublishingDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending

    async def one(self, request: Request, idempotency_key: IdempotencyKey = None) -> Response:
        """Publish; the answer comes after the commit."""
        sender, body = await self.sending.sent(request, LARGEST_BODY)
        draft, key, publisher = parsed(body, Draft), _checked(idempotency_key), publisher_of(sender)
        order = Order(draft, publisher, key, _fingerprint(body, key))
        published = await self.sending.publish(request, sender, [order])
        return created(accepted(published[0]), _replayed(published))

    async def batch(self, request: Request, idempotency_key: IdempotencyKey = None) -> Response:
        """Publish up to 1,000 in one commit: all, or none."""
        sender, body = await self.sending.sent(request, LARGEST_BATCH_BODY)
        drafts, key, publisher = parsed(body, Batch).items, _checked(idempotency_key), publisher_of(sender)
        fingerprint = _fingerprint(body, key)
        orders = [
            Order(draft, publisher, _key_of_item(key, place), fingerprint)
            for place, draft in enumerate(drafts)
        ]
        return all_accepted(await self.sending.publish(request, sender, orders))

    async def audience(self, request: Request) -> Reached:
        """Tell how many people would get what is sent to these, without sending anything."""
        sender, body = await self.sending.doors.sender(request), await read_body(request, LARGEST_BODY)
        return Reached(people=await self.sending.reach(sender, parsed(body, Envelope).to))

    async def test(self, request: Request) -> Response:
        """Publish one to yourself, to see that it arrives."""
        user = (await self.sending.doors.signed_in(request)).user
        draft = Draft.model_validate(TEST | {"to": [user.name]})
        order = Order(draft, Publisher(f"test:{user.id}", "Tidings"))  # not among what an admin has sent
        published = (await self.sending.publish(request, user, [order]))[0]
        return created(accepted(published))


def _checked(header: str | None) -> str | None:
    """Return the key as it was written: servers read a header as Latin-1, people write UTF-8."""
    if header is None:
        return None
    key = header
    with suppress(UnicodeError):
        key = header.encode("latin-1").decode()
    if not key.strip() or len(key) > LONGEST_KEY or CONTROL.search(key):
        sentence = f"Idempotency-Key must be 1-{LONGEST_KEY} characters, without control characters."
        error = FieldError(pointer="header/Idempotency-Key", detail=sentence, code="idempotency_key")
        raise Problem(422, "Not acceptable", sentence, kind="validation", errors=[error])
    return key


def _key_of_item(key: str | None, place: int) -> str | None:
    """Give each of a batch a key of its own, made of the batch's: no header has a line break in it."""
    return f"{key}\n{place}" if key and place else key


def _fingerprint(body: bytes, key: str | None) -> str:
    return hashlib.sha256(body).hexdigest() if key else ""


class Wicket:
    """The route of `one`, past the frameworks: they cost four times what publishing does.

    FastAPI keeps the same route for the documentation, and for whoever comes from a page.
    """

    def __init__(self, sending: Sending) -> None:
        self._doors = PublishingDoors(sending)

    @staticmethod
    def suits(scope: Scope) -> bool:
        """Tell whether this is a program with a key: no page, so nothing to ask about origins."""
        if scope["path"] != PATH or scope["method"] != "POST":
            return False
        names = {name for name, _ in scope["headers"]}
        return b"authorization" in names and b"origin" not in names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Publish, or say why not."""
        request = Request(scope, receive)
        try:
            response = await self._doors.one(request, request.headers.get("idempotency-key"))
        except REFUSALS as refusal:
            response = problem_of(refusal).response()
        await response(scope, receive, send)


def router(sending: Sending) -> APIRouter:
    """Return the routes of publishing."""
    doors = PublishingDoors(sending)
    routes = APIRouter(prefix=PATH, tags=["publish"])
    common: dict[str, Any] = {"methods": ["POST"], "status_code": 201}
    refusals = problems(400, 401, 403, 413, 422, 429, 503)
    one = body_in_openapi(Draft, "application/json")
    many = body_in_openapi(Batch, "application/json")
    routes.add_api_route(
        "",
        doors.one,
        response_model=Accepted,
        openapi_extra=one,
        responses=refusals | problems(409),
        **common,
    )
    routes.add_api_route(
        "/batch",
        doors.batch,
        response_model=Results,
        openapi_extra=many,
        responses=refusals | problems(409),
        **common,
    )
    envelope = body_in_openapi(Envelope, "application/json")
    routes.add_api_route(
        "/audience",
        doors.audience,
        methods=["POST"],
        openapi_extra=envelope,
        responses=problems(400, 401, 403, 413, 422, 503),
    )
    routes.add_api_route(
        "/test", doors.test, response_model=Accepted, responses=problems(401, 403, 429, 503), **common
    )
    return routes
