"""Commands about people and keys.

No rule about accounts may come in here, only words in and words out. Called through parser.py;
groups.py writes, and writes its notes, with ours.
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from tidings.accounts import keys, users
from tidings.accounts.keys import Reach
from tidings.accounts.passwords import Hasher
from tidings.accounts.refusals import AccountRefused
from tidings.accounts.tables import ApiKey, Group, User
from tidings.audit.log import Actor, Entry, record
from tidings.audit.tables import Action
from tidings.clock import iso
from tidings.command.desk import CommandRefused, Desk, table

T = TypeVar("T")


def add_user(desk: Desk, words: argparse.Namespace) -> None:
    """Add a person; the password comes from the terminal or from standard input, never from an argument."""
    hasher = Hasher()
    try:
        with refusals_told():
            password_hash = hasher.hash_now(_password(from_input=words.password_stdin))

        def work(session: Session, now: datetime) -> User:
            user = users.add(session, words.name, password_hash, now, admin=words.admin)
            note(session, Action.USER_ADDED, user, now, admin=user.is_admin)
            return user

        user = write(desk, work)
    finally:
        hasher.close()
    desk.show({"id": user.id, "name": user.name, "admin": user.is_admin}, f"Added {user.name}.")


def list_users(desk: Desk, words: argparse.Namespace) -> None:
    """List everybody."""
    everybody = desk.database.read_now(users.everybody)
    facts = [
        {"id": user.id, "name": user.name, "admin": user.is_admin, "disabled_at": user.disabled_at}
        for user in everybody
    ]
    rows = [["NAME", "ROLE", "SINCE", "STATE"]]
    for user in everybody:
        state = "disabled" if user.disabled_at else "active"
        rows.append([user.name, "admin" if user.is_admin else "user", _day(user.created_at), state])
    desk.show(facts, table(rows))


def disable_user(desk: Desk, words: argparse.Namespace) -> None:
    """Switch an account off; a running server closes its connections by itself."""

    def work(session: Session, now: datetime) -> tuple[User, list[str]]:
        user, ended = users.disable(session, words.name, now)
        note(session, Action.USER_DISABLED, user, now, sessions=len(ended))
        return user, ended

    user, ended = write(desk, work)
    facts = {"name": user.name, "disabled_at": user.disabled_at, "ended_sessions": len(ended)}
    desk.show(facts, f"{user.name} is switched off; sessions ended: {len(ended)}.")


def enable_user(desk: Desk, words: argparse.Namespace) -> None:
    """Let somebody sign in again, with the password they had."""

    def work(session: Session, now: datetime) -> User:
        user = users.enable(session, words.name)
        note(session, Action.USER_ENABLED, user, now)
        return user

    user = write(desk, work)
    desk.show({"name": user.name, "disabled_at": None}, f"{user.name} can sign in again.")


def create_key(desk: Desk, words: argparse.Namespace) -> None:
    """Make a key. Its secret is printed here and nowhere else."""
    scopes = words.scope or [keys.PUBLISH]
    reach = Reach(words.to or (), words.topic or ())

    def work(session: Session, now: datetime) -> tuple[ApiKey, str]:
        key, secret = keys.create(session, words.name, now, scopes, reach)
        named = {"recipients": key.recipients, "topics": key.topics}
        note(session, Action.KEY_CREATED, key, now, scopes=key.scopes, **named)
        return key, secret

    key, secret = write(desk, work)
    desk.show({"id": key.id, "name": key.name, "key": secret, "scopes": key.scopes.split()}, secret)


def list_keys(desk: Desk, words: argparse.Namespace) -> None:
    """List all keys, without their secrets."""
    everything = desk.database.read_now(keys.everything)
    facts = [
        {
            "id": key.id,
            "name": key.name,
            "prefix": key.prefix,
            "scopes": key.scopes.split(),
            "recipients": key.recipients or [],
            "topics": key.topics or [],
            "created_at": key.created_at,
            "last_used_at": key.last_used_at,
            "revoked_at": key.revoked_at,
        }
        for key in everything
    ]
    rows = [["NAME", "KEY", "SCOPES", "MADE", "LAST USED", "STATE"]]
    for key in everything:
        state = "revoked" if key.revoked_at else "works"
        used = _day(key.last_used_at) if key.last_used_at else "never"
        rows.append([key.name, key.prefix + "…", key.scopes, _day(key.created_at), used, state])
    desk.show(facts, table(rows))


def revoke_key(desk: Desk, words: argparse.Namespace) -> None:
    """End a key at once."""

    def work(session: Session, now: datetime) -> ApiKey:
        key = keys.revoke(session, words.name, now)
        note(session, Action.KEY_REVOKED, key, now)
        return key

    key = write(desk, work)
    desk.show({"name": key.name, "revoked_at": key.revoked_at}, f"The key {key.name} no longer works.")


def write(desk: Desk, work: Callable[[Session, datetime], T]) -> T:
    """Write and commit, at the moment it is now."""
    now = desk.clock.now()
    with refusals_told():
        return desk.database.write_now(lambda session: work(session, now))


@contextmanager
def refusals_told() -> Generator[None]:
    """Let what is refused be the command's own answer."""
    try:
        yield
    except AccountRefused as refused:
        raise CommandRefused(str(refused)) from None


def note(
    session: Session, action: Action, about: User | ApiKey | Group, now: datetime, **details: Any
) -> None:
    """Write the change into the audit log, by whoever is logged in to this machine."""
    actor = Actor("command", whoever_types(), address="this machine")
    record(session, Entry(action, actor, about.name, about.id, details), now)


def whoever_types() -> str:
    """Return the login name at this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as somebody without a name
        return "unknown"


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise CommandRefused("There is no terminal to ask for the password; use --password-stdin.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise CommandRefused("The two passwords differ.")
    return password


def _day(moment: datetime) -> str:
    return iso(moment)[:10]
