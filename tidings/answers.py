"""The answers: what the live room may ask of accounts, inboxes and preferences, and hears in its own words.

No socket may come in here, and no rule of any room: each call is one function of a room, in one read or
write. Made by the house, which gives them to the hub (`Needs`) and the desk (`Services`).
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from tidings.accounts import sessions
from tidings.accounts.refusals import AccountRefused, UserDisabled
from tidings.accounts.tokens import Access, TokenExpired, TokenRefused, Tokens
from tidings.arrivals import Arrival, Arrivals
from tidings.clock import Clock, iso
from tidings.database import Database, DatabaseUnavailable
from tidings.live.codes import Code
from tidings.live.connection import Admission
from tidings.live.protocol import Cursor, History, MarkAll, MarkItems, Undo
from tidings.live.services import AdmissionRefused, OperationRefused
from tidings.notifications import findable, inbox, marks
from tidings.notifications.inbox import Backlog
from tidings.notifications.marks import Marked, SnoozeRefused, UnknownItems, UnknownOperation
from tidings.notifications.numbers import settle
from tidings.notifications.settled import read_settled

T = TypeVar("T")


@dataclass(frozen=True)
class Answers:
    """Asks the database. `changed` is called after the commit of an operation, `refused` with why not."""

    _database: Database
    _tokens: Tokens
    _clock: Clock
    _arrivals: Arrivals
    _changed: Callable[[Marked], None]
    _refused: Callable[[str], None]

    async def admit(self, token: str) -> Admission:
        """Return whose token this is. Raises `AdmissionRefused`, `OperationRefused`."""
        return await self._told(self._admitted(token))

    async def arrive(self, token: str, cursor: Cursor | None) -> tuple[Admission, Backlog]:
        """Return whose token this is, and what they have missed. Raises as `admit` does."""
        return await self._told(self._arrived(token, cursor))

    async def backlog(self, user_id: str, cursor: Cursor | None) -> Backlog:
        """Return what a browser with this cursor has missed. Raises `OperationRefused`."""
        return await self._told(self._arrivals.missed(user_id, cursor))

    async def _admitted(self, token: str) -> Admission:
        now = self._clock.now()
        access = self._tokens.verify(token, now)
        name = await self._database.read(
            lambda session: sessions.admit(session, access.session_id, access.user_id, now)
        )
        return _admission(access, name, now)

    async def _arrived(self, token: str, cursor: Cursor | None) -> tuple[Admission, Backlog]:
        now = self._clock.now()
        access = self._tokens.verify(token, now)
        name, missed = await self._arrivals.admit(Arrival(access.session_id, access.user_id, cursor))
        return _admission(access, name, now), missed

    async def _told(self, asked: Awaitable[T]) -> T:
        """Say in the live room's words why not, and count it."""
        try:
            return await asked
        except (TokenRefused, AccountRefused) as refused:
            told = _refusal(refused)
            self._refused(told.why)
            raise told from None
        except DatabaseUnavailable as away:
            raise _unavailable(away) from None

    async def apply(self, user_id: str, operation: MarkItems | MarkAll | Undo) -> Marked:
        """Change the inbox as somebody wishes, and tell all their browsers. Raises `OperationRefused`."""
        now = self._clock.now()

        def work(session: Session) -> Marked:
            if isinstance(operation, MarkAll):
                return marks.mark_all(
                    session, user_id, operation.id, operation.mark_as, operation.through, now
                )
            if isinstance(operation, Undo):
                return marks.undo_all(session, user_id, operation.id, operation.mark_as, operation.of, now)
            ids, until = operation.items, operation.until
            return marks.mark(session, user_id, operation.id, operation.mark_as, ids, until, now)

        try:
            return await self._database.write(work, self._changed)
        except (UnknownItems, UnknownOperation, SnoozeRefused) as refused:
            code = "bad_message" if isinstance(refused, SnoozeRefused) else "not_found"
            raise OperationRefused(code, str(refused)) from None
        except DatabaseUnavailable as away:
            raise _unavailable(away) from None

    async def history(self, user_id: str, asked: History) -> list[dict[str, Any]]:
        """Return a page of older items. Raises `OperationRefused`."""
        question = inbox.Question(**asked.model_dump(exclude={"type", "id"}))
        if question.searches:
            await findable.catch_up(self._database)
        look = read_settled(self._database, user_id, lambda session: inbox.page(session, user_id, question))
        return await self._told(look)

    async def positions(self, user_ids: Collection[str]) -> dict[str, inbox.Position]:
        """Return where these inboxes stand."""
        return await self._database.read(lambda session: inbox.positions(session, user_ids))

    async def settle(self, user_ids: Collection[str]) -> None:
        """Let inboxes take in broadcasts together: each by itself would be a write of its own."""
        await self._database.write(lambda session: settle(session, user_ids))

    async def ended_sessions(self, session_ids: Collection[str]) -> set[str]:
        """Return which of these sessions are over."""
        now = self._clock.now()
        return await self._database.read(lambda session: sessions.ended(session, session_ids, now))


def _admission(access: Access, name: str, now: datetime) -> Admission:
    lasts_s = (access.expires_at - now).total_seconds()
    return Admission(access.user_id, name, access.session_id, lasts_s, iso(access.expires_at))


def _refusal(refused: TokenRefused | AccountRefused) -> AdmissionRefused:
    match refused:
        case TokenExpired():
            return AdmissionRefused(Code.REFUSED, "expired")
        case TokenRefused():
            return AdmissionRefused(Code.REFUSED, "not_ours")
        case UserDisabled():
            return AdmissionRefused(Code.FORBIDDEN, "disabled")
        case _:
            return AdmissionRefused(Code.SIGNED_OUT, "signed_out")


def _unavailable(away: DatabaseUnavailable) -> OperationRefused:
    sentence = "The database is busy; nothing was changed. Try again in a moment."
    return OperationRefused("unavailable", sentence, away.retry_after_s)
