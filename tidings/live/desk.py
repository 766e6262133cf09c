"""The desk: carries out what connections wish, with the callables it was given, and answers them.

No WebSocket, no SQL and no token may come in here. Called by the endpoint.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from tidings.live.codes import Code
from tidings.live.connection import Admission, Connection
from tidings.live.frames import Frame
from tidings.live.hub import Hub
from tidings.live.lobby import Crowded
from tidings.live.protocol import PROTOCOL, Auth, Cursor, Custom, History, MarkAll, MarkItems, Undo
from tidings.live.replay import chunks
from tidings.live.services import AdmissionRefused, Missed, OperationRefused, Services
from tidings.live.wishes import Admit, Apply, End, Handle, Look, Send, Wish, refusal

PAGE_BYTES = 256 * 1024  # a page of large items is cut short rather than too large for a slow reader

log = logging.getLogger("tidings.live")

Handler = Callable[[Any, "Sender"], Awaitable[None]]


class Guest(Protocol):
    """The socket a wish came from."""

    hub: Hub
    connection: Connection

    def say(self, *frames: Frame) -> None: ...
    def end(self, code: Code, retry_after_ms: int | None = None) -> None: ...
    def joined(self, admission: Admission, replaces: str | None) -> Code | None: ...
    def renewed(self, admission: Admission) -> None: ...
    async def start(self, missed: Missed, *before: Frame) -> None: ...


@dataclass(frozen=True)
class Sender:
    """Who sent a message of a registered type, and how to answer."""

    user_id: str
    connection: str
    reply: Callable[[dict[str, Any]], None]
    tell_all: Callable[[dict[str, Any]], None]


@dataclass
class Desk:
    """Grants wishes. `register` adds message types of one's own."""

    services: Services
    registered: dict[str, type[BaseModel]] = field(default_factory=dict[str, type[BaseModel]])
    _handlers: dict[str, Handler] = field(default_factory=dict[str, Handler])

    def register(self, kind: str, model: type[BaseModel], handler: Handler) -> None:
        """Let browsers send messages of this type; the handler gets them read into the model."""
        self.registered[kind] = model
        self._handlers[kind] = handler

    async def grant(self, guest: Guest, wish: Wish) -> None:
        """Carry out a wish and answer it."""
        match wish:
            case Send() | End():
                self.answer_now(guest, wish)
            case Admit():
                await self._admit(guest, wish)
            case Apply():
                await self._answer(guest, wish.operation.id, self._apply(guest, wish.operation))
            case Look():
                await self._answer(guest, wish.question.id, self._look(guest, wish.question))
            case Handle():
                await self._answer(guest, wish.message.ref, self._handle(guest, wish.message))

    def answer_now(self, guest: Guest, wish: Send | End) -> None:
        """Carry out what nobody has to be asked for."""
        if isinstance(wish, Send):
            guest.say(Frame.of(wish.message))
        else:
            guest.end(wish.code, wish.retry_after_ms)

    async def _admit(self, guest: Guest, wish: Admit) -> None:
        try:
            if wish.renewal:
                self._renew(guest, await self.services.admit(wish.auth.token))
            else:
                await self._let_in(guest, wish.auth)
        except AdmissionRefused as refused:
            guest.end(refused.code)
        except OperationRefused as away:
            self._put_off(guest, wish, away)

    async def _let_in(self, guest: Guest, auth: Auth) -> None:
        """Look at the token when it is their turn, find a place, and welcome them."""
        lobby = guest.hub.lobby
        try:
            await lobby.enter(guest.hub.clock.monotonic())
        except Crowded as crowded:
            guest.hub.tally.crowded_out += 1
            guest.end(Code.OVERLOADED, crowded.retry_after_ms)
            return
        try:
            missed = await self._placed(guest, auth)
        finally:
            lobby.leave()
        if missed is not None:
            welcome = self._welcome(guest, auth.cursor, missed)
            await guest.start(
                missed, welcome
            )  # over a bad line it takes long, and nobody has to wait for that

    async def _placed(self, guest: Guest, auth: Auth) -> Missed | None:
        """Return what they have missed, when they have a place.

        News is told to who has a place, and what they missed was looked up before they had one: whoever may
        have been told something in between is looked up once more, and their session with it.
        """
        hub = guest.hub
        if hub.draining:
            guest.end(Code.RESTARTING)
            return None
        moment = hub.moments.now
        admission, missed = await self.services.arrive(auth.token, auth.cursor)
        if reason := guest.joined(admission, auth.replaces):
            guest.end(reason)
            return None
        if hub.moments.was_told(admission.user_id, moment):
            _, missed = await self.services.arrive(auth.token, auth.cursor)
        if not await hub.may_stay(guest.connection, auth.replaces):
            guest.end(Code.TOO_MANY)
            return None
        return missed

    def _put_off(self, guest: Guest, wish: Admit, away: OperationRefused) -> None:
        """Somebody new may come again; somebody who is here may ask again, the old token still holds."""
        if wish.renewal:
            guest.say(Frame.of(refusal(away.code, str(away), None, away.retry_after_s).message))
        else:
            guest.end(Code.OVERLOADED)

    def _renew(self, guest: Guest, admission: Admission) -> None:
        """Only the same session may go on: never two people on one socket."""
        before = guest.connection.admission
        mine = (admission.user_id, admission.session_id)
        if before is None or (before.user_id, before.session_id) != mine:
            guest.end(Code.REFUSED)
            return
        guest.renewed(admission)
        connection = guest.connection
        cursor = {"epoch": self.services.epoch(), "seq": connection.seq, "revision": connection.revision}
        guest.say(Frame.of(_auth_ok(connection, cursor) | {"renewed": True}))

    def _welcome(self, guest: Guest, cursor: Cursor | None, missed: Missed) -> Frame:
        """Make what tells them how things stand."""
        place = missed.position
        epoch = self.services.epoch()
        guest.hub.tally.resumed(
            recovered=missed.recovered, cursor_epoch=cursor.epoch if cursor else None, epoch=epoch
        )
        here = {"epoch": epoch, "seq": place.seq, "revision": place.revision}
        state = {"recovered": missed.recovered, "unread": place.unread, "revision": place.revision}
        more = {"preferences": missed.preferences, "protocol": PROTOCOL, "build": self.services.build}
        if cursor is not None and missed.recovered:
            guest.connection.seq, guest.connection.revision = cursor.seq, cursor.revision
        return Frame.of(_auth_ok(guest.connection, here) | state | more)

    async def _apply(self, guest: Guest, operation: MarkItems | MarkAll | Undo) -> dict[str, Any]:
        done = await self.services.apply(_user(guest.connection), operation)
        return {"type": "ack", "ref": operation.id, "unread": done.unread, "revision": done.revision}

    async def _look(self, guest: Guest, question: History) -> dict[str, Any]:
        found = await self.services.history(_user(guest.connection), question)
        items = next(chunks(found, PAGE_BYTES), found)
        more = len(items) < len(found) or len(found) == question.limit
        following = items[-1]["seq"] if items and more else None
        return {"type": "history", "ref": question.id, "items": items, "next": following}

    async def _handle(self, guest: Guest, message: Custom) -> None:
        user_id = _user(guest.connection)
        sender = Sender(
            user_id,
            guest.connection.id,
            reply=lambda answer: guest.say(Frame.of(answer)),
            tell_all=lambda said: guest.hub.custom(user_id, said),
        )
        await self._handlers[message.type](message.body, sender)

    async def _answer(self, guest: Guest, ref: str | None, work: Awaitable[dict[str, Any] | None]) -> None:
        try:
            answer = await work
        except OperationRefused as refused:
            answer = refusal(refused.code, str(refused), ref, refused.retry_after_s).message
        except Exception:
            log.exception("A message could not be handled.")
            answer = refusal("internal", "Something went wrong here; nothing was changed.", ref).message
        if answer is not None:
            guest.say(Frame.of(answer))


def _user(connection: Connection) -> str:
    assert connection.admission is not None
    return connection.admission.user_id


def _auth_ok(connection: Connection, cursor: dict[str, Any]) -> dict[str, Any]:
    admission = connection.admission
    assert admission is not None
    return {
        "type": "auth_ok",
        "user": {"id": admission.user_id, "name": admission.user_name},
        "connection": connection.id,
        "session": admission.session_id,
        "heartbeat_s": connection.heartbeat_s,
        "cursor": cursor,
        "expires_at": admission.expires_at,
    }
