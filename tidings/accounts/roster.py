"""The roster: everybody there is, page by page, as somebody who looks after them needs to see it.

Nothing is changed here and no hash leaves. Called by the doors of people and groups, in `database.read`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

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
    people: Sequence[User] = session.exec(_narrowed(query, after, search)).all()
    ids = [user.id for user in people]
    seen, living_now = _last_seen(session, ids), _counted(session, ids, now)
    return [Listed(user, seen.get(user.id), living_now.get(user.id, 0)) for user in people]


def among(
    session: Session, ids: Select[Any], *, after: str = "", limit: int = 50, search: str = ""
) -> Sequence[User]:
    """Return those people by name whom the statement `ids` selects, after the last one seen."""
    query = select(User).where(col(User.id).in_(ids)).order_by(col(User.name_key)).limit(limit)
    return session.exec(_narrowed(query, after, search)).all()


def _narrowed(query: SelectOfScalar[User], after: str, search: str) -> SelectOfScalar[User]:
    if after:
        query = query.where(col(User.name_key) > name_key(after))
    if search:
        query = query.where(col(User.name_key).contains(name_key(search), autoescape=True))
    return query


def _last_seen(session: Session, ids: list[str]) -> dict[str, datetime]:
    query = select(UserSession.user_id, func.max(UserSession.last_seen_at))
    mine: Any = query.where(col(UserSession.user_id).in_(ids)).group_by(col(UserSession.user_id))
    return dict(session.execute(mine).all())  # pyright: ignore[reportDeprecated, reportUnknownArgumentType, reportUnknownVariableType, reportArgumentType]


def _counted(session: Session, ids: list[str], now: datetime) -> dict[str, int]:
    query = select(UserSession.user_id, func.count()).join(User)
    mine: Any = query.where(col(UserSession.user_id).in_(ids), living(now)).group_by(col(UserSession.user_id))
    return dict(session.execute(mine).all())  # pyright: ignore[reportDeprecated, reportUnknownArgumentType, reportUnknownVariableType, reportArgumentType]
