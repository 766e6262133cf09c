"""The door for senders: publish one notification or a batch, and hear what became of it.

No SQL may come in here. Called by app.py, which mounts the router.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from tidings.accounts.tables import ApiKey, User
from tidings.api.bodies import body_in_openapi, read_body
from tidings.api.doors import Doors, Rooms
from tidings.api.problems import FieldError, Problem, invalid, problems, too_often
from tidings.live.rate import Bucket
from tidings.notifications.acceptance import KeyReused
from tidings.notifications.deliver import Announcement, Listening
from tidings.notifications.drafts import Batch, Draft
from tidings.notifications.publish import Directory, Order, Published, Publisher, UnknownRecipients, publish

M = TypeVar("M", bound=BaseModel)

LARGEST_BODY = 64 * 1024
LARGEST_BATCH_BODY = 4 * 1024 * 1024
LONGEST_KEY = 255
TEST = {"title": "It works", "body": "This is what a notification looks like here.", "level": "success"}


class Accepted(BaseModel):
    """The notification is committed, in so many inboxes."""

    id: str
    accepted: int


class Results(BaseModel):
    """A batch was committed, its notifications in the order they came."""

    results: list[Accepted]


@dataclass(frozen=True)
class Publishing:
    """What publishing needs besides the accounts: who there is, who listens, and whom to tell."""

    directory: Directory
    listening: Listening
    announce: Callable[[Announcement], None]


class PublishingDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, rooms: Rooms, publishing: Publishing) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)
        self.publishing = publishing
        self._buckets: dict[str, Bucket] = {}

    async def one(
        self, request: Request, idempotency_key: Annotated[str | None, Header(max_length=LONGEST_KEY)] = None
    ) -> Response:
        """Publish; the answer comes after the commit."""
        publisher = await self._publisher(request)
        body = await read_body(request, LARGEST_BODY)
        draft = _read(body, Draft)
        key = _checked(idempotency_key)
        order = Order(draft, publisher, key, hashlib.sha256(body).hexdigest() if key else "")
        self._take(publisher, 1)
        published = (await self._commit([order]))[0]
        replayed = {"Idempotent-Replay": "true"} if published.replayed else {}
        return _created(Accepted(id=published.id, accepted=published.accepted), replayed)

    async def batch(self, request: Request) -> Response:
        """Publish up to 1,000 in one commit: all, or none."""
        publisher = await self._publisher(request)
        drafts = _read(await read_body(request, LARGEST_BATCH_BODY), Batch).items
        self._take(publisher, len(drafts))
        published = await self._commit([Order(draft, publisher) for draft in drafts])
        return _created(Results(results=[Accepted(id=each.id, accepted=each.accepted) for each in published]))

    async def test(self, request: Request) -> Response:
        """Publish one to yourself, to see that it arrives."""
        here = await self.doors.signed_in(request)
        publisher = Publisher(f"user:{here.user.id}", "Tidings")
        self._take(publisher, 1)
        published = await self._commit(
            [Order(Draft.model_validate(TEST | {"to": [here.user.name]}), publisher)]
        )
        return _created(Accepted(id=published[0].id, accepted=published[0].accepted))

    async def _publisher(self, request: Request) -> Publisher:
        return publisher_of(await self.doors.sender(request))

    def _take(self, publisher: Publisher, amount: int) -> None:
        """Refuse with 429 what comes faster than the limit allows."""
        rate = self.rooms.settings.max_publishes_per_second_per_key
        if not rate:
            return
        now = self.rooms.clock.monotonic()
        fresh = Bucket(rate, 2 * rate, now)
        wait_s = self._buckets.setdefault(publisher.scope, fresh).wait(now, amount)
        if wait_s:
            raise too_often(wait_s, f"More than {rate} notifications a second; try again later.")

    async def _commit(self, orders: list[Order]) -> list[Published]:
        now = self.rooms.clock.now()
        needs = self.publishing

        def work(session: Session) -> list[Published]:
            return [publish(session, needs.directory, order, needs.listening, now) for order in orders]

        try:
            return await self.rooms.database.write(work, self._announce)
        except UnknownRecipients as unknown:
            error = FieldError(pointer="#/to", detail=str(unknown), code="unknown_recipient")
            raise Problem(
                422, "Unknown recipient", str(unknown), kind="unknown-recipient", errors=[error]
            ) from None
        except KeyReused as reused:
            raise Problem(409, "Key used before", str(reused), kind="idempotency-key") from None

    def _announce(self, published: list[Published]) -> None:
        for each in published:
            if each.announcement is not None:
                self.publishing.announce(each.announcement)


def publisher_of(sender: ApiKey | User) -> Publisher:
    """Name the publisher: its keys' name space, and what people see as the source."""
    kind = "key" if isinstance(sender, ApiKey) else "user"
    return Publisher(f"{kind}:{sender.id}", sender.name)


def _checked(key: str | None) -> str | None:
    if key is not None and not (key.isprintable() and key.strip()):
        raise Problem(
            422, "Not acceptable", "Idempotency-Key must be 1-255 printable characters.", kind="validation"
        )
    return key


def _read(body: bytes, model: type[M]) -> M:
    # Whatever its type says: `curl -d` calls JSON a form, and where a cookie counts, the origin was checked.
    try:
        return model.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise Problem(400, "Not JSON", "The body is not valid JSON.", kind="not-json") from None
    except ValidationError as refused:
        raise invalid(refused.errors(include_url=False, include_input=False, include_context=False)) from None


def _created(answer: BaseModel, headers: dict[str, str] | None = None) -> Response:
    shown = {"Cache-Control": "no-store", **(headers or {})}
    return Response(answer.model_dump_json(), 201, shown, "application/json")


def router(rooms: Rooms, publishing: Publishing) -> APIRouter:
    """Return the routes of publishing."""
    doors = PublishingDoors(rooms, publishing)
    routes = APIRouter(prefix="/api/v1/notifications", tags=["publish"])
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
        "/batch", doors.batch, response_model=Results, openapi_extra=many, responses=refusals, **common
    )
    routes.add_api_route(
        "/test", doors.test, response_model=Accepted, responses=problems(401, 403, 429, 503), **common
    )
    return routes
