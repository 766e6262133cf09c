"""Topics: what people follow. A topic is there once somebody published to it or followed it.

No account may come in here: people are ids. Called by audience.py and the door of topics, inside
`Database.read` and `Database.write`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, select
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.database.dialect import among, engine_of, upsert
from tidings.notifications.tables import followers, topics


@dataclass(frozen=True)
class Followed:
    """A topic, how many follow it, and whether the person who asks does."""

    topic: str
    followers: int
    following: bool


def remember(session: Session, names: Collection[str]) -> None:
    """Note that these topics are there."""
    for name in names:
        REMEMBER.run(session, topic=name)


def follow(session: Session, topic: str, user_ids: Collection[str]) -> list[str]:
    """Let people follow a topic; return those who did not yet."""
    here = among(engine_of(session), followers.c.user_id, "people") & (followers.c.topic == topic)
    known = set(
        session.execute(select(followers.c.user_id).where(here), {"people": list(user_ids)}).scalars()
    )
    fresh = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in known]
    remember(session, [topic])
    if fresh:
        rows = [{"topic": topic, "user_id": user_id} for user_id in fresh]
        session.execute(upsert(engine_of(session), followers).on_conflict_do_nothing(), rows)
    return fresh


def unfollow(session: Session, topic: str, user_id: str) -> bool:
    """Let somebody follow it no more; tell whether they did."""
    done: Any = session.execute(delete(followers).where(_follows(topic, user_id)))
    return done.rowcount > 0


def page(
    session: Session, user_id: str, *, after: str = "", limit: int = 50, search: str = ""
) -> Sequence[Followed]:
    """Return topics by name, as this person sees them; `after` is the last one seen."""
    this = followers.c.topic == topics.c.topic
    many = select(func.count()).where(this).scalar_subquery()
    mine = exists().where(this, followers.c.user_id == user_id)
    query = select(topics.c.topic, many, mine).order_by(topics.c.topic).limit(limit)
    if after:
        query = query.where(topics.c.topic > after)
    if search:
        query = query.where(topics.c.topic.icontains(search, autoescape=True))
    return [Followed(name, count, bool(own)) for name, count, own in session.execute(query)]


def followers_of(topic: str) -> Select[Any]:
    """Return the statement that selects the ids of those who follow a topic."""
    return select(followers.c.user_id).where(followers.c.topic == topic)


def following(engine: str) -> Select[Any]:
    """Return the statement that selects the ids of all who follow one of the topics in `topics`."""
    return select(followers.c.user_id).where(among(engine, followers.c.topic, "topics"))


def _follows(topic: str, user_id: str) -> ColumnElement[bool]:
    return (followers.c.topic == topic) & (followers.c.user_id == user_id)


def _remember(engine: str) -> Any:
    return upsert(engine, topics).values(topic=bindparam("topic")).on_conflict_do_nothing()


REMEMBER = Statement(_remember)
