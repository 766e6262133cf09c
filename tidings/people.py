"""Who can receive: the accounts, in the words of the notifications.

The two rooms do not know each other; this is the one place that knows both.
Called by the house and the command line.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlmodel import col

from tidings.accounts.names import name_key
from tidings.accounts.tables import User


class People:
    """The directory that publishing asks (tidings.notifications.publish.Directory)."""

    def ids_of(self, session: Session, names: Collection[str]) -> Mapping[str, str]:
        """Return the ids of those names that belong to an enabled user."""
        keys = {name: name_key(name) for name in names}
        wanted: Any = select(col(User.name_key), col(User.id)).where(
            col(User.name_key).in_(keys.values()), _enabled()
        )
        ids = {str(row[0]): str(row[1]) for row in session.execute(wanted)}
        return {name: ids[key] for name, key in keys.items() if key in ids}

    def everyone(self) -> Select[Any]:
        """Return a statement that selects the ids of all enabled users."""
        return select(col(User.id)).where(_enabled())


def _enabled() -> Any:
    return col(User.disabled_at).is_(None)
