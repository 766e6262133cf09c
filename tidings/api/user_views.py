"""What the door of users takes and shows: one model per answer, so that no hash can leave.

No row leaves as it is and nothing is decided here. Called by users.py.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from tidings.accounts.roster import Listed
from tidings.api.bodies import WITHOUT_NUL
from tidings.api.session_views import Moment
from tidings.api.sign_in import Typed


class NewUser(BaseModel):
    """Somebody to be let in. Without a password one is made up and shown once."""

    name: Annotated[str, Field(min_length=1, max_length=64), WITHOUT_NUL]
    password: Typed | None = None
    admin: bool = False


class SetPassword(BaseModel):
    """A password for somebody who lost theirs. Without one it is made up and shown once."""

    password: Typed | None = None


class ListedUser(BaseModel):
    """A person, as an admin sees them."""

    id: str
    name: str
    admin: bool
    disabled: bool
    created_at: Moment
    last_seen_at: Moment | None
    sessions: int


class UserList(BaseModel):
    """People by name; `next` is the `after` of the page after this one."""

    users: list[ListedUser]
    next: str | None


class ChangedUser(BaseModel):
    """What became of somebody; `password` is there only when it was made up, and only in this answer."""

    id: str
    name: str
    password: str | None = None
    ended_sessions: int = 0


def listed(row: Listed) -> ListedUser:
    """Return what an admin may see of somebody."""
    user = row.user
    return ListedUser(
        id=user.id,
        name=user.name,
        admin=user.is_admin,
        disabled=user.disabled_at is not None,
        created_at=user.created_at,
        last_seen_at=row.last_seen_at,
        sessions=row.sessions,
    )
