"""How every door for senders publishes: who may, how fast, to whom, and what the answer looks like.

No route and no SQL may come in here. Called by publishing.py and hooks.py, which read what was sent.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import TypeVar

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from tidings.accounts import keys
from tidings.accounts.refusals import UnknownKey
from tidings.accounts.tables import ApiKey, User
from tidings.api import patience
from tidings.api.bodies import read_body
from tidings.api.doors import Doors
from tidings.api.keyring import Keyring
from tidings.api.patience import TooLate
from tidings.api.problems import FieldError, Problem, not_valid, too_often
from tidings.api.rooms import Rooms
from tidings.api.tally import door_of
from tidings.audit.tables import Action
from tidings.database import Database, DatabaseUnavailable
from tidings.notifications.acceptance import KeyReused
from tidings.notifications.audience import Directory, UnknownRecipients, count, find_audience, wanted
from tidings.notifications.deliver import Listening
from tidings.notifications.drafts import To
from tidings.notifications.news import Announcement
from tidings.notifications.publish import Order, Published, Publisher, publish
from tidings.rate import Allowances

M = TypeVar("M", bound=BaseModel)
Sender = ApiKey | User

SLOW_S = 1.0  # a body that took longer may have outlived its sender's right
MOST_TOLD = 10  # of a thousand names that are not allowed, the first few say it


@dataclass(frozen=True)
class Publishing:
    """What publishing needs besides the accounts: who there is, who listens, and whom to tell."""

    directory: Directory
    listening: Listening
    announce: Callable[[Announcement], None]

    async def commit(
        self,
        database: Database,
        orders: list[Order],
        now: datetime,
        key_id: str | None = None,
        wanted_until: float = inf,
    ) -> list[Published]:
        """Publish all or none; announce after the commit and in its order, whoever still waits.

        Raises `UnknownRecipients`, `KeyReused`, `DatabaseUnavailable`, `UnknownKey` when the key of all this
        was revoked meanwhile, and `TooLate` when it is.
        """

        def work(session: Session) -> list[Published]:
            if key_id is not None and not keys.still_works(session, key_id):
                raise UnknownKey
            done = [publish(session, self.directory, order, self.listening, now) for order in orders]
            if time.monotonic() > wanted_until:
                raise TooLate
            return done

        return await database.write(work, self._announce)

    async def reach(self, database: Database, to: To) -> int:
        """Return how many people would get it. Raises `UnknownRecipients`, `DatabaseUnavailable`."""
        return await database.read(lambda session: count(session, find_audience(session, self.directory, to)))

    def _announce(self, published: list[Published]) -> None:
        for each in published:
            if each.announcement is not None:
                self.announce(each.announcement)


class Sending:
    """One for all doors of senders: a key has one rate, wherever it knocks."""

    def __init__(self, rooms: Rooms, publishing: Publishing) -> None:
        self.rooms = rooms
        self.doors = Doors(rooms)
        self._publishing = publishing
        self.allowances = Allowances()
        self._keyring = Keyring()

    async def sent(self, request: Request, limit: int) -> tuple[Sender, bytes]:
        """Return who wants to publish, and what; asked again after a slow body: a session may have ended."""
        sender, began = await self._sender(request), self.rooms.clock.monotonic()
        body = await read_body(request, limit)
        if self.rooms.clock.monotonic() - began > SLOW_S:
            sender = await self.doors.sender(request)
        return sender, body

    async def publish(self, request: Request, sender: Sender, orders: list[Order]) -> list[Published]:
        """Publish all or none; return after the commit."""
        door, began = door_of(request.scope["path"]), time.monotonic()
        try:
            _require_reach(sender, [order.draft.to for order in orders])
            self._take(request, sender, len(orders))
            with self.rooms.following(door, request.headers, len(orders)):
                published = await self._commit(request, sender, orders)
        except Problem as problem:
            self.rooms.tally.refused(door, problem.kind)
            raise
        except DatabaseUnavailable:
            self.rooms.tally.refused(door, "unavailable")
            raise
        self.rooms.tally.published(door, sender.name, published, time.monotonic() - began)
        return published

    async def reach(self, sender: Sender, to: To) -> int:
        """Return how many people would get what is sent there."""
        _require_reach(sender, [to])
        with _told():
            return await self._publishing.reach(self.rooms.database, to)

    def _take(self, request: Request, sender: Sender, amount: int) -> None:
        """Refuse with 429 what comes faster than the limit allows."""
        rate = self.rooms.settings.max_publishes_per_second_per_key
        if not rate:
            return
        now, scope = self.rooms.clock.monotonic(), publisher_of(sender).scope
        if wait_s := self.allowances.wait(scope, rate, now, amount):
            self.doors.witness.refused(request, Action.PUBLISH_THROTTLED, sender)
            raise too_often(wait_s, f"More than {rate} notifications a second; try again later.")

    async def _sender(self, request: Request) -> Sender:
        """Return who sends. A key that was shown lately is not looked up: it is checked at the commit."""
        shown = request.headers.get("authorization", "")
        if known := self._keyring.known(shown, self.rooms.clock.now()):
            return known
        sender = await self.doors.sender(request)
        if isinstance(sender, ApiKey):
            self._keyring.keep(shown, sender)
        return sender

    async def _commit(self, request: Request, sender: Sender, orders: list[Order]) -> list[Published]:
        key_id, now = sender.id if isinstance(sender, ApiKey) else None, self.rooms.clock.now()
        try:
            with _told():
                left_s, database = patience.left_s(request), self.rooms.database
                if left_s is None:
                    return await self._publishing.commit(database, orders, now, key_id)
                return await patience.in_time(
                    left_s, lambda until: self._publishing.commit(database, orders, now, key_id, until)
                )
        except UnknownKey:
            self._keyring.drop(request.headers.get("authorization", ""))
            raise self.doors.bad_key(request) from None


@contextmanager
def _told() -> Generator[None]:
    """Tell what publishing refuses as a problem."""
    try:
        yield
    except UnknownRecipients as unknown:
        error = FieldError(pointer="#/to", detail=str(unknown), code="unknown_recipient")
        raise Problem(
            422, "Unknown recipient", str(unknown), kind="unknown-recipient", errors=[error]
        ) from None
    except KeyReused as reused:
        raise Problem(409, "Key used before", str(reused), kind="idempotency-key") from None


def publisher_of(sender: Sender) -> Publisher:
    """Name the publisher: its keys' name space, and what people see as the source."""
    kind = "key" if isinstance(sender, ApiKey) else "user"
    return Publisher(f"{kind}:{sender.id}", sender.name)


def _require_reach(sender: Sender, audiences: list[To]) -> None:
    """Refuse with 403 when a key names somebody it may not reach; nothing of a batch is published then."""
    is_bound = isinstance(sender, ApiKey) and keys.reach_of(sender) != keys.EVERYWHERE
    for to in audiences if is_bound else ():
        want = wanted(to)
        if beyond := keys.out_of_reach(sender, want.names, want.topics, want.groups):  # pyright: ignore[reportArgumentType]
            sentence = f"This API key may not publish to {', '.join(beyond[:MOST_TOLD])}."
            error = FieldError(pointer="#/to", detail=sentence, code="out_of_reach")
            raise Problem(403, "Not allowed", sentence, kind="out-of-reach", errors=[error])


def parsed(body: bytes, model: type[M]) -> M:
    """Return the body as a model. Refuses with 400 (not JSON) or 422 (not valid)."""
    # Whatever its type says: `curl -d` calls JSON a form, and where a cookie counts, the origin was checked.
    try:
        return model.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise Problem(400, "Not JSON", "The body is not valid JSON.", kind="not-json") from None
    except ValidationError as refused:
        raise not_valid(refused) from None
    except (TypeError, RecursionError):  # orjson reads deeper than it writes
        sentence = "The body is nested too deeply."
        error = FieldError(pointer="#", detail=sentence, code="too_deep")
        raise Problem(422, "Not acceptable", sentence, kind="validation", errors=[error]) from None


def created(answer: BaseModel, headers: dict[str, str] | None = None) -> Response:
    """Return 201 with the answer, which no cache keeps."""
    shown = {"Cache-Control": "no-store", **(headers or {})}
    return Response(answer.model_dump_json(), 201, shown, "application/json")
