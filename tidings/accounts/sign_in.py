"""Signing in: a name and a password on one side, a person or nobody on the other, at one price for both.

No cookie and no throttle may come in here. Called by the sign-in door and by the one that changes passwords.
"""

from contextlib import suppress

from tidings.accounts import users
from tidings.accounts.passwords import Hasher, HasherBusy
from tidings.accounts.tables import User
from tidings.database import Database, DatabaseUnavailable


async def recognise(database: Database, hasher: Hasher, name: str, password: str) -> User | None:
    """Return whose password this is; nobody's, a wrong one and a disabled account look and last the same."""
    user = await database.read(lambda session: users.find(session, name))
    matches = await hasher.verify(password, user.password_hash if user else None)
    if user is None or not matches or user.disabled_at is not None:
        return None
    if hasher.outdated(user.password_hash):
        await _renew_hash(database, hasher, user, password)
    return user


async def _renew_hash(database: Database, hasher: Hasher, user: User, password: str) -> None:
    old_hash = user.password_hash
    with suppress(HasherBusy, DatabaseUnavailable):  # the next sign-in will do
        new_hash = await hasher.hash(password)
        await database.write(lambda session: users.renew_hash(session, user.id, old_hash, new_hash))
        user.password_hash = new_hash
