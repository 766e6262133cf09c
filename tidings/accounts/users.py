"""People: who there is, who may come in, and the first admin.

No plain password is kept, and none but the first admin's is hashed inside a transaction. Called by the doors
and the command line; each function runs in `database.read` or `database.write`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tidings.accounts import sessions
from tidings.accounts.names import accepted_name, key_to_find, name_key
from tidings.accounts.passwords import Hasher
from tidings.accounts.refusals import LastAdmin, NameTaken, UnknownUser
from tidings.accounts.secret import new_secret
from tidings.accounts.sessions import EndReason
from tidings.accounts.tables import User

FIRST_ADMIN = "admin"


def add(session: Session, name: str, password_hash: str, now: datetime, *, admin: bool = False) -> User:
    """Add a person. Raises `NameRefused`, `NameTaken`."""
    name = accepted_name(name)
    if find(session, name) is not None:
        raise NameTaken(f"There is already a user {name}.")
    user = User(
        name=name, name_key=name_key(name), password_hash=password_hash, is_admin=admin, created_at=now
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as raced:  # another process was quicker by a moment
        raise NameTaken(f"There is already a user {name}.") from raced
    return user


def find(session: Session, name: str) -> User | None:
    """Return the person with this name in any spelling, disabled or not."""
    key = key_to_find(name)
    return None if key is None else session.exec(select(User).where(User.name_key == key)).first()


def named(session: Session, name: str) -> User:
    """Return the person with this name. Raises `UnknownUser`."""
    user = find(session, name)
    if user is None:
        raise UnknownUser(f"There is no user {name if name.isprintable() else ascii(name)}.")
    return user


def everybody(session: Session) -> Sequence[User]:
    """Return all people in the order they were added."""
    return session.exec(select(User).order_by(col(User.created_at), col(User.id))).all()


def disable(session: Session, name: str, now: datetime) -> tuple[User, list[str]]:
    """Switch an account off and end its sessions; return it and the ended ids.

    Raises `UnknownUser`, `LastAdmin`.
    """
    return switch_off(session, named(session, name), now)


def enable(session: Session, name: str) -> User:
    """Let somebody in again. Raises `UnknownUser`."""
    return switch_on(session, named(session, name))


def switch_off(session: Session, user: User, now: datetime) -> tuple[User, list[str]]:
    """Switch this account off and end its sessions; return it and the ended ids. Raises `LastAdmin`.

    Writers take turns, so of two admins who switch each other off in the same moment one comes too late.
    """
    if _admins_on(session) == [user.id]:
        raise LastAdmin(
            f"{user.name} is the only admin who can sign in. Add another admin or switch one on first."
        )
    user.disabled_at = user.disabled_at or now
    session.add(user)
    return user, sessions.end_all(session, user.id, now, EndReason.USER_DISABLED)


def switch_on(session: Session, user: User) -> User:
    """Let somebody in again, with the password they had; sessions that were ended stay ended."""
    user.disabled_at = None
    session.add(user)
    return user


def _admins_on(session: Session) -> list[str]:
    """Return the ids of admins who can sign in; two are enough to know that there are several."""
    on = select(User.id).where(col(User.is_admin).is_(True), col(User.disabled_at).is_(None))
    return list(session.exec(on.limit(2)).all())


def with_id(session: Session, user_id: str) -> User:
    """Return the person with this id. Raises `UnknownUser`."""
    user = None if "\0" in user_id else session.get(User, user_id)  # PostgreSQL cannot even ask for a NUL
    if user is None:
        raise UnknownUser("There is no such user.")
    return user


def set_password(
    session: Session, user_id: str, password_hash: str, now: datetime, *, keep: str | None = None
) -> list[str]:
    """Change the password and end every session but `keep`; return the ended ids. Raises `UnknownUser`."""
    user = with_id(session, user_id)
    user.password_hash = password_hash
    session.add(user)
    return sessions.end_all(session, user_id, now, EndReason.PASSWORD_CHANGED, keep=keep)


def renew_hash(session: Session, user_id: str, old_hash: str, new_hash: str) -> None:
    """Keep the same password at today's price, unless it was changed in between."""
    user = session.get(User, user_id)
    if user is not None and user.password_hash == old_hash:
        user.password_hash = new_hash
        session.add(user)


def first_admin(
    session: Session, hasher: Hasher, password: str | None, now: datetime
) -> tuple[User, str | None] | None:
    """Add the first admin if there is nobody; return them and the password that was made up, if it was."""
    if session.exec(select(User.id).limit(1)).first() is not None:
        return None
    generated = None if password else new_password()
    user = add(session, FIRST_ADMIN, hasher.hash_now(password or generated or ""), now, admin=True)
    return user, generated


def new_password() -> str:
    """Return a password that nobody chose: 120 bits, still possible to copy by hand."""
    return new_secret()[:20]
