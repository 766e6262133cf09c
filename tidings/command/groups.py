"""Commands about groups: make, list, fill, rename, remove.

No rule about groups may come in here, only words in and words out. Called through parser.py.
"""

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from tidings.accounts import groups, roster, users
from tidings.accounts.tables import Group
from tidings.audit.tables import Action
from tidings.clock import iso
from tidings.command.account import note, refusals_told, write
from tidings.command.desk import Desk, table

T = TypeVar("T")
EVERY = 1_000_000  # a terminal scrolls


def add_group(desk: Desk, words: argparse.Namespace) -> None:
    """Make a group."""

    def work(session: Session, now: datetime) -> Group:
        group = groups.create(session, words.name, now, words.people)
        note(session, Action.GROUP_ADDED, group, now, members=len(set(words.people)))
        return group

    group = write(desk, work)
    desk.show({"id": group.id, "name": group.name}, f"Made the group {group.name}.")


def list_groups(desk: Desk, words: argparse.Namespace) -> None:
    """List all groups."""
    rows = desk.database.read_now(lambda session: groups.page(session, limit=EVERY))
    facts = [{"id": row.group.id, "name": row.group.name, "members": row.members} for row in rows]
    lines = [[row.group.name, str(row.members), iso(row.group.created_at)[:10]] for row in rows]
    desk.show(facts, table([["NAME", "PEOPLE", "SINCE"], *lines]))


def list_members(desk: Desk, words: argparse.Namespace) -> None:
    """List who is in a group."""

    def look(session: Session) -> Any:
        ids = groups.members(groups.named(session, words.name))
        return roster.among(session, ids, limit=EVERY)

    with_state = [(user, "disabled" if user.disabled_at else "active") for user in _read(desk, look)]
    facts = [{"id": user.id, "name": user.name, "disabled_at": user.disabled_at} for user, _ in with_state]
    desk.show(facts, table([["NAME", "STATE"], *([user.name, state] for user, state in with_state)]))


def join_group(desk: Desk, words: argparse.Namespace) -> None:
    """Add people to a group."""

    def work(session: Session, now: datetime) -> list[str]:
        group = groups.named(session, words.name)
        added = [user.name for user in groups.join(session, group, words.people)]
        if added:
            note(session, Action.GROUP_JOINED, group, now, names=added, count=len(added))
        return added

    added = write(desk, work)
    desk.show({"added": added}, f"Added {', '.join(added)}." if added else "They are all in it already.")


def leave_group(desk: Desk, words: argparse.Namespace) -> None:
    """Take people out of a group."""

    def work(session: Session, now: datetime) -> list[str]:
        group = groups.named(session, words.name)
        people = [users.named(session, name) for name in words.people]
        gone = [user.name for user in people if groups.leave(session, group, user.id)]
        if gone:
            note(session, Action.GROUP_LEFT, group, now, names=gone, count=len(gone))
        return gone

    gone = write(desk, work)
    desk.show({"removed": gone}, f"Taken out: {', '.join(gone)}." if gone else "None of them is in it.")


def rename_group(desk: Desk, words: argparse.Namespace) -> None:
    """Call a group something else."""

    def work(session: Session, now: datetime) -> Group:
        group = groups.named(session, words.name)
        before = group.name
        groups.rename(session, group, words.new_name)
        note(session, Action.GROUP_RENAMED, group, now, before=before)
        return group

    group = write(desk, work)
    desk.show({"id": group.id, "name": group.name}, f"It is called {group.name} now.")


def remove_group(desk: Desk, words: argparse.Namespace) -> None:
    """Remove a group; its people, and what they received, stay."""

    def work(session: Session, now: datetime) -> str:
        group = groups.named(session, words.name)
        name = group.name
        note(session, Action.GROUP_REMOVED, group, now)
        groups.remove(session, group)
        return name

    name = write(desk, work)
    desk.show({"name": name}, f"The group {name} is removed.")


def _read(desk: Desk, look: Callable[[Session], T]) -> T:
    with refusals_told():
        return desk.database.read_now(look)
