"""The roster: everybody there is, page by page, as somebody who looks after them needs to see it.

Nothing is changed here and no hash leaves. Called by the door of users; runs in `database.read`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from tidings.accounts.names import name_key
from tidings.accounts.sessions import living
from tidings.accounts.tables import User, UserSession


@dataclass(frozen=True)
class Listed:
    """A person, when they were last seen (in a session we remember), and how many of their sessions live."""

    user: User
    last_seen_at: datetime | None
    sessions: int


def page(
    session: Session, now: datetime, *, after: str = "", limit: int = 50, search: str = ""
) -> list[Listed]:
    """Return people by name; `after` is the name of the last one seen."""
    query = select(User).order_by(col(User.name_key)).limit(limit)
    if after:
        query = query.where(col(User.name_key) > name_key(after))
    if search:
        query = query.where(col(User.name_key).contains(name_key(search), autoescape=True))
    people = session.exec(query).all()
    ids = [user.id for user in people]
    seen, living_now = _last_seen(session, ids), _counted(session, ids, now)
    return [Listed(user, seen.get(user.id), living_now.get(user.id, 0)) for user in people]


def _last_seen(session: Session, ids: list[str]) -> dict[str, datetime]:
    query = select(UserSession.user_id, func.max(UserSession.last_seen_at))
    mine: Any = query.where(col(UserSession.user_id).in_(ids)).group_by(col(UserSession.user_id))
    return dict(session.execute(mine).all())  # pyright: ignore[reportDeprecated, reportUnknownArgumentType, reportUnknownVariableType, reportArgumentType]


def _counted(session: Session, ids: list[str], now: datetime) -> dict[str, int]:
    query = select(UserSession.user_id, func.count()).join(User)
    mine: Any = query.where(col(UserSession.user_id).in_(ids), living(now)).group_by(col(UserSession.user_id))
    return dict(session.execute(mine).all())  # pyright: ignore[reportDeprecated, reportUnknownArgumentType, reportUnknownVariableType, reportArgumentType]
