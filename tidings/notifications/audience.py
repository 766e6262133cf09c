"""Audience: who is meant by the `to` of a draft, as ids or as one statement that selects them.

No delivering and no account may come in here: people and groups are asked of the given `Directory`.
Called by publish.py, and by the doors for "how many would that be?".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.database.dialect import engine_of, listed
from tidings.notifications import topics
from tidings.notifications.deliver import Audience, Everyone, Group
from tidings.notifications.drafts import InGroup, To, Topic


class UnknownRecipients(Exception):
    """Some of the names belong to nobody who can receive, or to no group; nothing was published."""

    def __init__(self, names: list[str], groups: list[str]) -> None:
        nobody = ["Nobody here is called " + ", ".join(names) + "."] if names else []
        nothing = ["There is no group " + ", ".join(groups) + "."] if groups else []
        super().__init__(" ".join(nobody + nothing))
        self.names = [*names, *groups]


class Directory(Protocol):
    """What publishing needs to know about people; given by the composition root."""

    def ids_of(self, session: Session, names: Collection[str]) -> Mapping[str, str]:
        """Return the ids of those names that belong to an enabled user."""
        ...

    def groups_of(self, session: Session, names: Collection[str]) -> Mapping[str, str]:
        """Return the ids of those names that belong to a group."""
        ...

    def everyone(self) -> Select[Any]:
        """Return the statement that selects the ids of all enabled users, the same object every time."""
        ...

    def members(self, engine: str) -> Select[Any]:
        """Return the statement that selects the ids of all members of the groups in `groups`."""
        ...


NOBODY: Mapping[str, str] = {}


@dataclass(frozen=True)
class Wanted:
    """What a `to` names, each once, in the order it was written."""

    names: list[str]
    groups: list[str]
    topics: list[str]


def wanted(to: To) -> Wanted:
    """Take a `to` apart; "everyone" names nobody."""
    parts = to if isinstance(to, list) else [] if to == "everyone" else [to]
    return Wanted(
        names=list(dict.fromkeys(part for part in parts if isinstance(part, str))),
        groups=list(dict.fromkeys(part.group for part in parts if isinstance(part, InGroup))),
        topics=list(dict.fromkeys(part.topic for part in parts if isinstance(part, Topic))),
    )


def find_audience(session: Session, directory: Directory, to: To) -> Audience:
    """Return who is meant, each person once. Raises `UnknownRecipients`."""
    if to == "everyone":
        return Everyone(directory.everyone(), {})
    want = wanted(to)
    people, groups = _known(session, directory, want)
    if not (groups or want.topics):
        return people
    members = _joined(engine_of(session), directory)
    return Group(members, {"named": people, "groups": groups, "topics": want.topics})


def count(session: Session, audience: Audience) -> int:
    """Return how many people that is."""
    if isinstance(audience, list):
        return len(audience)
    return _counting(audience.members).run(session, **audience.values).rows[0][0]


def _known(session: Session, directory: Directory, want: Wanted) -> tuple[list[str], list[str]]:
    ids = directory.ids_of(session, want.names) if want.names else NOBODY
    groups = directory.groups_of(session, want.groups) if want.groups else NOBODY
    nobody = [name for name in want.names if name not in ids]
    nothing = [name for name in want.groups if name not in groups]
    if nobody or nothing:
        raise UnknownRecipients(nobody, nothing)
    return list(dict.fromkeys(ids.values())), list(dict.fromkeys(groups.values()))


@lru_cache(maxsize=8)
def _joined(engine: str, directory: Directory) -> Select[Any]:
    """Select the enabled ones among those named, in the groups and following the topics.

    The lists are parameters, so it is one statement, compiled once, for every audience there can be.
    """
    some = union(select(listed(engine, "named")), directory.members(engine), topics.following(engine))
    everyone = directory.everyone()
    return everyone.where(everyone.selected_columns[0].in_(some))


@lru_cache(maxsize=32)
def _counting(members: Select[Any]) -> Statement:
    return Statement(lambda _engine: select(func.count()).select_from(members.subquery()))
