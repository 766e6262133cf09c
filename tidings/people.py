"""Who can receive: the accounts and their groups, in the words of the notifications.

The two rooms do not know each other; this is the one place that knows both.
Called by the house and the command line.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from tidings.accounts.names import name_key
from tidings.accounts.tables import Group, Member, User
from tidings.database import Statement
from tidings.database.dialect import among


@dataclass(frozen=True)
class People:
    """The directory that publishing asks (tidings.notifications.audience.Directory)."""

    def ids_of(self, session: Session, names: Collection[str]) -> Mapping[str, str]:
        """Return the ids of those names that belong to an enabled user."""
        keys = {name: name_key(name) for name in names}
        wanted = list(keys.values())
        found = CALLED.run(session, key=wanted[0]) if len(wanted) == 1 else NAMED.run(session, keys=wanted)
        ids: dict[str, str] = dict(found.rows)
        return {name: ids[key] for name, key in keys.items() if key in ids}

    def groups_of(self, session: Session, names: Collection[str]) -> Mapping[str, str]:
        """Return the ids of those names that belong to a group."""
        keys = {name: name_key(name) for name in names}
        ids: dict[str, str] = dict(GROUPS.run(session, keys=list(keys.values())).rows)
        return {name: ids[key] for name, key in keys.items() if key in ids}

    def members(self, engine: str) -> Select[Any]:
        """Return the statement that selects the ids of all members of the groups in `groups`."""
        group_id: Any = col(Member.group_id)
        return select(col(Member.user_id)).where(among(engine, group_id, "groups"))

    def everyone(self) -> Select[Any]:
        """Return the statement that selects the ids of all enabled users."""
        return EVERYONE


def _enabled() -> Any:
    return col(User.disabled_at).is_(None)


def _named(engine: str) -> Any:
    name_key: Any = col(User.name_key)
    return select(name_key, col(User.id)).where(among(engine, name_key, "keys"), _enabled())


def _called(_engine: str) -> Any:
    name_key: Any = col(User.name_key)
    return select(name_key, col(User.id)).where(name_key == bindparam("key"), _enabled())


def _groups(engine: str) -> Any:
    name_key: Any = col(Group.name_key)
    return select(name_key, col(Group.id)).where(among(engine, name_key, "keys"))


NAMED = Statement(_named)
CALLED = Statement(_called)  # the same of one: a list of one costs twice as much
GROUPS = Statement(_groups)
EVERYONE: Select[Any] = select(col(User.id)).where(_enabled())
