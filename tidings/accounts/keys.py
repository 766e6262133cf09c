"""API keys: what a program shows to publish. Printed once, kept as a fingerprint, revocable at once.

No HTTP may come in here. Called by the publishing door and the command line; each function runs in
`database.read` or `database.write`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from tidings.accounts.names import accepted_name, key_to_find, name_key
from tidings.accounts.refusals import NameTaken, ReachRefused, ScopeRefused, UnknownKey
from tidings.accounts.secret import fingerprint, new_secret
from tidings.accounts.tables import ApiKey
from tidings.accounts.users import named
from tidings.database import Statement

MARK = "tdk_"  # lets people and secret scanners recognise one
SECRET_LENGTH = len(MARK) + 43
SHOWN = len(MARK) + 4  # enough to tell keys apart in a list, far from enough to guess one
PUBLISH = "publish"
SCOPES = frozenset({PUBLISH})
USED_EVERY = timedelta(minutes=1)  # a program that publishes all the time must not mean a write each time
MOST_NAMED = 100  # recipients or topics of one key
LONGEST_TOPIC = 100
WORKING_HERE = "keys that work in this transaction"


@dataclass(frozen=True)
class Reach:
    """Whom a key may publish to. Nobody and nothing named means everybody: that is most keys."""

    recipients: Sequence[str] = ()
    topics: Sequence[str] = ()


EVERYWHERE = Reach()


def create(
    session: Session,
    name: str,
    now: datetime,
    scopes: Iterable[str] = (PUBLISH,),
    reach: Reach = EVERYWHERE,
) -> tuple[ApiKey, str]:
    """Make a key; return its row and its secret, which is not kept.

    Raises `NameRefused`, `NameTaken`, `ScopeRefused`, `ReachRefused`, `UnknownUser`.
    """
    name = accepted_name(name)
    if _working(session, name) is not None:
        raise NameTaken(f"There is already a key {name}.")
    secret = MARK + new_secret()
    key = ApiKey(
        name=name,
        name_key=name_key(name),
        secret_hash=fingerprint(secret),
        prefix=secret[:SHOWN],
        scopes=_accepted_scopes(scopes),
        recipients=_accepted_recipients(session, reach.recipients),
        topics=_accepted_topics(reach.topics),
        created_at=now,
    )
    session.add(key)
    try:
        session.flush()
    except IntegrityError as raced:  # another process was quicker by a moment
        raise NameTaken(f"There is already a key {name}.") from raced
    return key, secret


def find(session: Session, secret: str) -> ApiKey | None:
    """Return the key with this secret, unless it was revoked."""
    if len(secret) != SECRET_LENGTH or not secret.startswith(MARK):
        return None
    query = select(ApiKey).where(ApiKey.secret_hash == fingerprint(secret), col(ApiKey.revoked_at).is_(None))
    return session.exec(query).first()


def still_works(session: Session, key_id: str) -> bool:
    """Tell whether this key has not been revoked.

    It is asked once in a transaction: writers take turns, so nobody else revokes it before the commit.
    """
    working = session.info.setdefault(WORKING_HERE, set[str]())
    if key_id not in working and WORKING.run(session, key_id=key_id).rows:
        working.add(key_id)
    return key_id in working


def reach_of(key: ApiKey) -> Reach:
    """Return whom the key may publish to."""
    return Reach(key.recipients or (), key.topics or ())


def out_of_reach(
    key: ApiKey, names: Sequence[str] = (), topics: Sequence[str] = (), groups: Sequence[str] = ()
) -> list[str]:
    """Name what the key may not publish to, as its sender wrote it. Nothing named at all means everybody.

    Who is in a group changes without the key's knowledge, so a restricted key reaches none.
    """
    reach = reach_of(key)
    if reach == EVERYWHERE:
        return []
    if not (names or topics or groups):
        return ["everyone"]
    allowed = {name_key(name) for name in reach.recipients}
    return [
        *(name for name in names if name_key(name) not in allowed),
        *(f"the topic {topic}" for topic in topics if topic not in reach.topics),
        *(f"the group {group}" for group in groups),
    ]


def used_lately(key: ApiKey, now: datetime) -> bool:
    """Tell whether writing `last_used_at` again can wait."""
    return key.last_used_at is not None and now - key.last_used_at < USED_EVERY


def touch(session: Session, key_id: str, now: datetime) -> None:
    """Note that the key was used, at most once a minute."""
    key = session.get(ApiKey, key_id)
    if key is not None and not used_lately(key, now):
        key.last_used_at = now
        session.add(key)


def everything(session: Session) -> Sequence[ApiKey]:
    """Return all keys, revoked ones too, in the order they were made."""
    return session.exec(select(ApiKey).order_by(col(ApiKey.created_at), col(ApiKey.id))).all()


def revoke(session: Session, name: str, now: datetime) -> ApiKey:
    """End a key at once; its name is free again. Raises `UnknownKey`."""
    key = _working(session, name)
    if key is None:
        raise UnknownKey(f"There is no working key {name if name.isprintable() else ascii(name)}.")
    return _ended(session, key, now)


def revoke_by_id(session: Session, key_id: str, now: datetime) -> ApiKey:
    """`revoke` for a page, which knows the id. Raises `UnknownKey`."""
    key = None if "\0" in key_id else session.get(ApiKey, key_id)  # PostgreSQL cannot even ask for a NUL
    if key is None or key.revoked_at is not None:
        raise UnknownKey("There is no such working key.")
    return _ended(session, key, now)


def _ended(session: Session, key: ApiKey, now: datetime) -> ApiKey:
    key.revoked_at = now
    session.add(key)
    session.flush()  # statements do not see what only the session knows
    session.info.pop(WORKING_HERE, None)
    return key


def _still_working(_engine: str) -> Any:
    return select(ApiKey.id).where(ApiKey.id == bindparam("key_id"), col(ApiKey.revoked_at).is_(None))


WORKING = Statement(_still_working)


def _working(session: Session, name: str) -> ApiKey | None:
    key = key_to_find(name)
    query = select(ApiKey).where(ApiKey.name_key == key, col(ApiKey.revoked_at).is_(None))
    return None if key is None else session.exec(query).first()


def _accepted_scopes(scopes: Iterable[str]) -> str:
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        raise ScopeRefused(f"There is no scope {unknown[0]}; the scopes are: {', '.join(sorted(SCOPES))}.")
    return " ".join(wanted)


def _accepted_recipients(session: Session, names: Sequence[str]) -> list[str] | None:
    """Return the names as their owners write them; a mistyped one would be a key that silently fails."""
    if len(names) > MOST_NAMED:
        raise ReachRefused(f"A key names at most {MOST_NAMED} recipients.")
    return sorted({named(session, name).name for name in names}) or None


def _accepted_topics(topics: Sequence[str]) -> list[str] | None:
    if len(topics) > MOST_NAMED:
        raise ReachRefused(f"A key names at most {MOST_NAMED} topics.")
    wanted = sorted({topic.strip() for topic in topics})
    if not all(0 < len(topic) <= LONGEST_TOPIC and topic.isprintable() for topic in wanted):
        raise ReachRefused(f"A topic has 1 to {LONGEST_TOPIC} printable characters.")
    return wanted or None
