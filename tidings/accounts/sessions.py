"""Sessions: one sign-in of one browser, from the random cookie to whatever ends it.

No HTTP may come in here; the rows are the only truth about who is signed in. Called by the doors and by the
composition root for live connections; each function runs in `database.read` or `database.write`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from tidings.accounts.refusals import AccountRefused, PasswordChanged, SessionEnded, UserDisabled
from tidings.accounts.secret import fingerprint, new_secret
from tidings.accounts.tables import User, UserSession
from tidings.database import Statement, UtcDateTime
from tidings.database.dialect import among

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)  # a page that polls must not mean a write a second
REMEMBERED = timedelta(days=30)  # ended sessions stay this long for whoever wants to know what happened
LONGEST_DEVICE = 200
LONGEST_ADDRESS = 64
IDS_AT_ONCE = 500  # engines bound the number of parameters


class EndReason(StrEnum):
    """Why a session is over; kept in its row."""

    SIGNED_OUT = "signed_out"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password_changed"
    USER_DISABLED = "user_disabled"


@dataclass(frozen=True)
class SignedIn:
    """A person and the living session they were recognised by."""

    user: User
    session: UserSession


@dataclass(frozen=True)
class Started:
    """A session just begun, the value of its cookie (kept nowhere), and the ids of those it replaced."""

    session: UserSession
    secret: str
    replaced: list[str]


def start(
    session: Session,
    recognised: User,
    now: datetime,
    *,
    address: str = "",
    device: str = "",
    replacing: str | None = None,
) -> Started:
    """Begin a session for somebody just recognised; the one whose secret came along (`replacing`) ends.

    Raises `UserDisabled` or `PasswordChanged` when that happened while the password was being checked.
    """
    user = session.get(User, recognised.id)
    if user is None or user.disabled_at is not None:
        raise UserDisabled("This account has been switched off.")
    if user.password_hash != recognised.password_hash:
        raise PasswordChanged("The password was changed a moment ago.")
    secret = new_secret()
    begun = UserSession(
        user_id=user.id,
        secret_hash=fingerprint(secret),
        created_at=now,
        last_seen_at=now,
        idle_expires_at=now + IDLE,
        expires_at=now + ABSOLUTE,
        address=address[:LONGEST_ADDRESS],
        device=_plain(device)[:LONGEST_DEVICE],
    )
    session.add(begun)
    return Started(begun, secret, _end_replaced(session, replacing, now))


def find(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """Return who holds this cookie, or None unless the session lives and the account is on."""
    return _living(session, col(UserSession.secret_hash) == fingerprint(secret), now)


def admit(session: Session, session_id: str, user_id: str, now: datetime) -> str:
    """Return the name of whose connection this is going to be. Raises `UserDisabled`, `SessionEnded`."""
    (admitted,) = admit_all(session, [(session_id, user_id)], now)
    if isinstance(admitted, AccountRefused):
        raise admitted
    return admitted


def admit_all(
    session: Session, asked: Sequence[tuple[str, str]], now: datetime
) -> list[str | AccountRefused]:
    """Return for each session and person what `admit` does, or raises.

    After a restart everybody comes at once, so it is one statement.
    """
    found = ADMISSION.run(session, sessions=[session_id for session_id, _ in asked], now=now).rows
    rows = {row[0]: row[1:] for row in found}
    return [_admitted(rows.get(session_id), user_id) for session_id, user_id in asked]


def seen_lately(row: UserSession, now: datetime) -> bool:
    """Tell whether writing `last_seen_at` again can wait."""
    return now - row.last_seen_at < SEEN_EVERY


def touch(session: Session, session_id: str, now: datetime) -> None:
    """Note that somebody was here, at most once a minute; the idle time starts over."""
    row = session.get(UserSession, session_id)
    if row is None or row.ended_at is not None or seen_lately(row, now):
        return
    row.last_seen_at = now
    row.idle_expires_at = min(now + IDLE, row.expires_at)
    session.add(row)


def ended(session: Session, ids: Iterable[str], now: datetime) -> set[str]:
    """Return which of these sessions no longer live: ended, expired, unknown, or the person switched off."""
    wanted = sorted(set(ids))
    alive: set[str] = set()
    for start_at in range(0, len(wanted), IDS_AT_ONCE):
        some = wanted[start_at : start_at + IDS_AT_ONCE]
        query = select(UserSession.id).join(User).where(col(UserSession.id).in_(some), living(now))
        alive.update(session.exec(query).all())
    return set(wanted) - alive


def of_user(session: Session, user_id: str, now: datetime) -> Sequence[UserSession]:
    """Return a person's living sessions, the one seen last first."""
    query = select(UserSession).join(User).where(UserSession.user_id == user_id, living(now))
    return session.exec(
        query.order_by(col(UserSession.last_seen_at).desc(), col(UserSession.id).desc())
    ).all()


def end(
    session: Session, user_id: str, session_id: str, now: datetime, reason: EndReason = EndReason.SIGNED_OUT
) -> list[str]:
    """End one session of this person; return its id, or nothing if it is not theirs or has ended already."""
    return _end(
        session, and_(col(UserSession.id) == session_id, col(UserSession.user_id) == user_id), now, reason
    )


def end_all(
    session: Session, user_id: str, now: datetime, reason: EndReason, *, keep: str | None = None
) -> list[str]:
    """End every session of this person but `keep`; return the ended ids."""
    others = true() if keep is None else col(UserSession.id) != keep
    return _end(session, and_(col(UserSession.user_id) == user_id, others), now, reason)


def forget(session: Session, now: datetime) -> None:
    """Delete the rows of sessions that have been over for a month."""
    before = now - REMEMBERED
    row = UserSession
    over = or_(col(row.ended_at) < before, col(row.expires_at) < before, col(row.idle_expires_at) < before)
    session.exec(delete(UserSession).where(over))


def living(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a session lives, for a query that joins its user."""
    return and_(
        col(UserSession.ended_at).is_(None),
        col(UserSession.idle_expires_at) > now,
        col(UserSession.expires_at) > now,
        col(User.disabled_at).is_(None),
    )


def _admission(engine: str) -> Any:
    now: Any = bindparam("now", type_=UtcDateTime())
    row, owner = cast(Any, UserSession), cast(Any, User)
    columns = select_columns(row.id, owner.id, owner.name, owner.disabled_at, living(now))
    return columns.select_from(UserSession).join(User).where(among(engine, row.id, "sessions"))


def _admitted(row: Sequence[Any] | None, user_id: str) -> str | AccountRefused:
    owner, name, disabled_at, lives = row or (None, "", None, False)
    if owner == user_id and disabled_at is not None:
        return UserDisabled("This account has been switched off.")
    if owner != user_id or not lives:
        return SessionEnded("This session has ended.")
    return name


ADMISSION = Statement(_admission)


def _living(session: Session, which: ColumnElement[bool], now: datetime) -> SignedIn | None:
    found = session.exec(select(User, UserSession).join(UserSession).where(which, living(now))).first()
    return None if found is None else SignedIn(*found)


def _end_replaced(session: Session, secret: str | None, now: datetime) -> list[str]:
    if secret is None:
        return []
    return _end(session, col(UserSession.secret_hash) == fingerprint(secret), now, EndReason.REPLACED)


def _end(session: Session, which: ColumnElement[bool], now: datetime, reason: EndReason) -> list[str]:
    """End those that have not ended; an expired one is ended too, since its connections may still stand."""
    rows = session.exec(select(UserSession).where(which, col(UserSession.ended_at).is_(None))).all()
    for row in rows:
        row.ended_at, row.end_reason = now, reason.value
        session.add(row)
    return [row.id for row in rows]


def _plain(device: str) -> str:
    """Drop what a header can smuggle into a page or a log: control characters and directions."""
    return "".join(sign for sign in device if sign.isprintable())
