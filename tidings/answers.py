"""The answers: what the live room may ask of accounts, inboxes and preferences, and hears in its own words.

No socket may come in here, and no rule of any room: each call is one function of a room, in one read or
write. Made by the house, which gives them to the hub (`Needs`) and the desk (`Services`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from tidings.accounts import sessions
from tidings.accounts.refusals import AccountRefused, UserDisabled
from tidings.accounts.tokens import Access, TokenExpired, TokenRefused, Tokens
from tidings.clock import Clock, iso
from tidings.database import Database, DatabaseUnavailable
from tidings.live.codes import Code
from tidings.live.connection import Admission
from tidings.live.protocol import Cursor, History, MarkAll, MarkItems, Undo
from tidings.live.services import AdmissionRefused, OperationRefused
from tidings.notifications import inbox, marks
from tidings.notifications.marks import Marked, SnoozeRefused, UnknownItems, UnknownOperation
from tidings.notifications.numbers import settle
from tidings.notifications.settled import read_settled
from tidings.preferences import keeping


@dataclass(frozen=True)
class Answers:
    """Asks the database. `changed` is called after the commit of an operation, `refused` with why not."""

    _database: Database
    _tokens: Tokens
    _clock: Clock
    _epoch: Callable[[], str]
    _most_replayed: int
    _changed: Callable[[Marked], None]
    _refused: Callable[[str], None]

    async def admit(self, token: str) -> Admission:
        """Return whose token this is. Raises `AdmissionRefused`, `OperationRefused`."""
        try:
            return await self._admitted(token)
        except AdmissionRefused as refused:
            self._refused(refused.why)
            raise

    async def _admitted(self, token: str) -> Admission:
        now = self._clock.now()
        try:
            access = self._tokens.verify(token, now)
        except TokenRefused as refused:
            why = "expired" if isinstance(refused, TokenExpired) else "not_ours"
            raise AdmissionRefused(Code.REFUSED, why) from None
        try:
            name: str = await self._read(
                lambda session: sessions.admit(session, access.session_id, access.user_id, now)
            )
        except UserDisabled:
            raise AdmissionRefused(Code.FORBIDDEN, "disabled") from None
        except AccountRefused:
            raise AdmissionRefused(Code.SIGNED_OUT, "signed_out") from None
        return _admission(access, name, (access.expires_at - now).total_seconds())

    async def backlog(self, user_id: str, cursor: Cursor | None) -> inbox.Backlog:
        """Return what a browser with this cursor has missed. Raises `OperationRefused`."""
        at = cursor and inbox.Cursor(cursor.epoch, cursor.seq, cursor.revision)
        limit = self._most_replayed

        def work(session: Session) -> inbox.Backlog:
            missed = inbox.backlog(session, user_id, at, self._epoch(), limit)
            kept = keeping.kept(session, user_id)
            if kept is None:
                return missed
            chose = at is not None and kept.revision > at.revision
            return replace(missed, preferences=kept.chosen, chose=chose)

        return await self._read_inbox(user_id, work)

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
        return await self._read_inbox(user_id, lambda session: inbox.page(session, user_id, question))

    async def _read(self, work: Callable[[Session], Any]) -> Any:
        try:
            return await self._database.read(work)
        except DatabaseUnavailable as away:
            raise _unavailable(away) from None

    async def _read_inbox(self, user_id: str, work: Callable[[Session], Any]) -> Any:
        try:
            return await read_settled(self._database, user_id, work)
        except DatabaseUnavailable as away:
            raise _unavailable(away) from None

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


def _admission(access: Access, name: str, lasts_s: float) -> Admission:
    return Admission(access.user_id, name, access.session_id, lasts_s, iso(access.expires_at))


def _unavailable(away: DatabaseUnavailable) -> OperationRefused:
    sentence = "The database is busy; nothing was changed. Try again in a moment."
    return OperationRefused("unavailable", sentence, away.retry_after_s)
