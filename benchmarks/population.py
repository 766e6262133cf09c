"""The people of a benchmark: written straight into the database, as many sign-ins by hand would take all day.

No measuring may come in here. Called by the servers before Tidings starts.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from tidings.accounts import keys
from tidings.accounts.passwords import Hasher
from tidings.accounts.tables import User, UserSession, new_id
from tidings.accounts.tokens import Tokens
from tidings.database import Database
from tidings.database.migrate import migrate
from tidings.notifications import inbox
from tidings.notifications.tables import inboxes

SECRET = "a secret that only this benchmark uses"
PASSWORD = "correct horse battery"
TOKEN_LIFETIME = timedelta(hours=1)
MOST_SIGNED_IN = 20_000  # more than any measure opens sockets
FIRST_PAST = 1000  # so many notifications the first of them has had
MOST_EACH = 5  # connections of one person, as by default


@dataclass(frozen=True)
class Population:
    """Who can sign in, with what the load client needs. `returning` is tokens, each with what they have
    seen."""

    tokens: list[str]
    returning: list[str]
    key: str


def populate(data_dir: Path, users: int, tokens_each: int = 1, uneven: bool = True) -> Population:
    """Make a database with so many users; `uneven` gives each inbox a number of its own, as life does."""
    url = f"sqlite:///{data_dir / 'tidings.db'}"
    migrate(url)
    database = Database(url)
    hasher = Hasher()
    try:
        password_hash = hasher.hash_now(PASSWORD)
        return database.write_now(lambda session: _fill(session, users, tokens_each, uneven, password_hash))
    finally:
        hasher.close()
        database.close_now()


def _fill(session: Session, users: int, tokens_each: int, uneven: bool, password_hash: str) -> Population:
    now = datetime.now(UTC)
    ids = [new_id() for _ in range(users)]
    connection = session.connection()
    connection.execute(insert(User), [_user(n, ids[n], password_hash, now) for n in range(users)])
    if uneven:
        connection.execute(insert(inboxes), [_inbox(n, ids[n]) for n in range(users)])
    owners = [(user_id, new_id()) for user_id in ids[:MOST_SIGNED_IN]]
    connection.execute(insert(UserSession), [_session(*owner, now) for owner in owners])
    issuer = Tokens([SECRET], TOKEN_LIFETIME)
    tokens = [issuer.issue(*owner, now)[0] for owner in owners for _ in range(tokens_each)]
    epoch = inbox.read_epoch(session)
    seen = [
        _seen(epoch, FIRST_PAST + n if uneven else 0) for n in range(len(owners)) for _ in range(tokens_each)
    ]
    returning = [f"{token} {cursor}" for token, cursor in zip(tokens, seen, strict=True)]
    return Population(tokens, returning, keys.create(session, "benchmark", now, [keys.PUBLISH])[1])


def _seen(epoch: str, number: int) -> str:
    """Write the cursor of somebody who was away for a moment and missed nothing."""
    return json.dumps({"epoch": epoch, "seq": number, "revision": number}, separators=(",", ":"))


def _user(number: int, user_id: str, password_hash: str, now: datetime) -> dict[str, object]:
    name = f"bench-{number:08}"
    return {
        "id": user_id,
        "name": name,
        "name_key": name,
        "password_hash": password_hash,
        "is_admin": False,
        "created_at": now,
    }


def _inbox(number: int, user_id: str) -> dict[str, object]:
    """An inbox with a past, all of it read and tidied away: so many numbers are used up."""
    past = FIRST_PAST + number
    return {
        "user_id": user_id,
        "seq": past,
        "revision": past,
        "unread": 0,
        "floor_seq": past,
        "received_seq": 0,
    }


def _session(user_id: str, session_id: str, now: datetime) -> dict[str, object]:
    return {
        "id": session_id,
        "user_id": user_id,
        "secret_hash": session_id,
        "created_at": now,
        "last_seen_at": now,
        "idle_expires_at": now + timedelta(days=1),
        "expires_at": now + timedelta(days=1),
        "address": "127.0.0.1",
        "device": "benchmark",
    }
