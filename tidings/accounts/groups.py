"""Groups: people under one name. Who may be one, what it may be called, who is in it.

No notification comes in here: what was sent to a group stays with those who got it. Called by the door of
groups, the command line and tidings.people; each function runs in `database.read` or `database.write`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tidings.accounts.names import accepted_name, key_to_find, name_key
from tidings.accounts.refusals import NameTaken, UnknownGroup
from tidings.accounts.tables import Group, Member, User
from tidings.accounts.users import named as user_named

MOST_ADDED = 1000  # at once


@dataclass(frozen=True)
class Counted:
    """A group, and how many are in it."""

    group: Group
    members: int


def create(session: Session, name: str, now: datetime, people: Sequence[str] = ()) -> Group:
    """Make a group of these people. Raises `NameRefused`, `NameTaken`, `UnknownUser`."""
    group = _called(session, Group(name="", name_key="", created_at=now), name)
    join(session, group, people)
    return group


def rename(session: Session, group: Group, name: str) -> Group:
    """Call the group something else. Raises `NameRefused`, `NameTaken`."""
    return _called(session, group, name)


def remove(session: Session, group: Group) -> None:
    """Remove the group; its people and what they received stay."""
    session.exec(delete(Group).where(col(Group.id) == group.id))  # and by the table's own rule its members


def join(session: Session, group: Group, people: Sequence[str]) -> list[User]:
    """Add these people; return those who were not in it yet. Raises `UnknownUser`."""
    found = {user.id: user for user in (user_named(session, name) for name in people)}
    here = select(Member.user_id).where(Member.group_id == group.id, col(Member.user_id).in_(found))
    fresh = [user for user_id, user in found.items() if user_id not in set(session.exec(here))]
    if fresh:
        rows = [{"group_id": group.id, "user_id": user.id} for user in fresh]
        session.execute(insert(Member), rows)  # pyright: ignore[reportDeprecated]
    return fresh


def leave(session: Session, group: Group, user_id: str) -> bool:
    """Take somebody out of the group; tell whether they were in it."""
    mine = (col(Member.group_id) == group.id) & (col(Member.user_id) == user_id)
    return session.exec(delete(Member).where(mine)).rowcount > 0


def find(session: Session, name: str) -> Group | None:
    """Return the group with this name in any spelling."""
    key = key_to_find(name)
    return None if key is None else session.exec(select(Group).where(Group.name_key == key)).first()


def named(session: Session, name: str) -> Group:
    """Return the group with this name. Raises `UnknownGroup`."""
    group = find(session, name)
    if group is None:
        raise UnknownGroup(f"There is no group {name if name.isprintable() else ascii(name)}.")
    return group


def with_id(session: Session, group_id: str) -> Group:
    """Return the group with this id. Raises `UnknownGroup`."""
    group = None if "\0" in group_id else session.get(Group, group_id)  # PostgreSQL cannot even ask for a NUL
    if group is None:
        raise UnknownGroup("There is no such group.")
    return group


def page(session: Session, *, after: str = "", limit: int = 50, search: str = "") -> list[Counted]:
    """Return groups by name, with how many are in them; `after` is the name of the last one seen."""
    query = select(Group).order_by(col(Group.name_key)).limit(limit)
    if after:
        query = query.where(col(Group.name_key) > name_key(after))
    if search:
        query = query.where(col(Group.name_key).contains(name_key(search), autoescape=True))
    groups = session.exec(query).all()
    counts = _counts(session, [group.id for group in groups])
    return [Counted(group, counts.get(group.id, 0)) for group in groups]


def counted(session: Session, group: Group) -> Counted:
    """Return the group with how many are in it."""
    return Counted(group, _counts(session, [group.id]).get(group.id, 0))


def members(group: Group) -> Select[Any]:
    """Return the statement that selects the ids of the people in this group."""
    ids: Any = select(Member.user_id).where(Member.group_id == group.id)
    return ids


def _counts(session: Session, ids: Sequence[str]) -> dict[str, int]:
    query: Any = select(Member.group_id, func.count()).where(col(Member.group_id).in_(ids))
    return dict(session.execute(query.group_by(col(Member.group_id))).all())  # pyright: ignore[reportDeprecated]


def _called(session: Session, group: Group, name: str) -> Group:
    name = accepted_name(name)
    other = find(session, name)
    if other is not None and other.id != group.id:
        raise NameTaken(f"There is already a group {name}.")
    group.name, group.name_key = name, name_key(name)
    session.add(group)
    try:
        session.flush()
    except IntegrityError as raced:  # another process was quicker by a moment
        raise NameTaken(f"There is already a group {name}.") from raced
    return group
