"""Deliver: number one content in every inbox of an audience, by set-based SQL.

No rule about who may send or receive comes in here. Called by publish.py and upkeep.py.

Numbers come from the inbox row, updated in the same transaction as the insert, and writers take turns: so
they have no gaps and are in commit order on both engines. A serial column would be neither.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from tidings.database import Moment, Statement
from tidings.database.dialect import among
from tidings.notifications import on_top
from tidings.notifications.broadcast import broadcast, open_missing
from tidings.notifications.items import Item
from tidings.notifications.news import Announcement, each_their_own, same_for_all
from tidings.notifications.numbers import (
    BEHIND,
    WRITTEN,
    Position,
    catch_up,
    open_inboxes,
    settle,
    take_in,
)
from tidings.notifications.tables import inboxes

Listening = Callable[[], Collection[str]]

FEW = 100  # up to so many people's own items are read; of more, only those of the people who listen


@dataclass(frozen=True)
class Group:
    """People who are not named one by one: a statement that selects their ids, and the values it wants."""

    members: Select[Any]
    values: dict[str, Any]


class Everyone(Group):
    """All there are: what they are told is written once (broadcast.py)."""


Audience = Group | list[str]


def deliver(
    session: Session,
    audience: Audience,
    content: Item,
    listening: Listening,
    now: datetime,
    began: Moment | None = None,
) -> Announcement:
    """Put a row of `contents` on top of all these inboxes, in place where its notification already is."""
    updating = content["id"] != content["notification_id"]
    row = {"notification_id": content["notification_id"], "content_id": content["id"], "moment": now}
    asked, further = None, 0
    positions: tuple[Any, ...]
    if isinstance(audience, list):
        accepted, positions = len(audience), _deliver_to_named(session, audience, row, updating)
        if updating and accepted > FEW:
            asked = frozenset(listening())
            positions = tuple(position for position in positions if position.user_id in asked)
    elif isinstance(audience, Everyone) and not updating:
        asked = frozenset(listening())
        accepted, positions, further = broadcast(session, audience.members, row, asked, began)
    else:
        accepted = _deliver_to_group(session, audience, row, updating)
        asked = frozenset(listening())
        places = _for_group(audience.members).places.run(session, **audience.values, people=list(asked))
        positions = tuple(map(Position._make, places.rows))
    news = (
        each_their_own(session, content["notification_id"], positions)
        if updating
        else same_for_all(content, positions, now, further)
    )
    return Announcement(accepted, news, asked)


def _deliver_to_named(
    session: Session, user_ids: list[str], row: Item, updating: bool
) -> tuple[Position, ...]:
    one = len(user_ids) == 1
    these, whom = (TO_ONE, {"whose": user_ids[0]}) if one else (TO_SEVERAL, {"people": user_ids})
    number, insert = (these.number_update, these.update) if updating else (these.number, these.insert)
    given = {"notification_id": row["notification_id"]} if updating else {}
    rows = number.run(session, **whom, **given).rows
    if len(rows) < len(user_ids):
        missing = set(user_ids) - {found[0] for found in rows}
        rows = [*rows, *_number_the_rest(session, missing, updating, given)]
    insert.run(session, **whom, **row)
    return tuple(map(Position._make, rows))


def _number_the_rest(session: Session, missing: set[str], updating: bool, given: Item) -> Sequence[Any]:
    """Number those who had no inbox yet, or broadcasts to take in."""
    open_inboxes(session, missing)
    settle(session, missing)
    number = TO_SEVERAL.number_update if updating else TO_SEVERAL.number
    return number.run(session, people=list(missing), **given).rows


def _deliver_to_group(session: Session, group: Group, row: Item, updating: bool) -> int:
    statements = _for_group(group.members)
    statements.open.run(session, **group.values)
    if statements.take_in.run(session, **group.values).count:
        statements.catch_up.run(session, **group.values)
    given = {"notification_id": row["notification_id"]} if updating else {}
    number, insert = (
        (statements.number_update, statements.update) if updating else (statements.number, statements.insert)
    )
    accepted = number.run(session, **group.values, **given).count
    insert.run(session, **group.values, **row)
    return accepted


class _GroupStatements(NamedTuple):
    open: Statement
    take_in: Statement
    catch_up: Statement
    number: Statement
    number_update: Statement
    insert: Statement
    update: Statement
    places: Statement


@lru_cache(maxsize=32)
def _for_group(members: Select[Any]) -> _GroupStatements:
    """Make the statements for a group once; a directory gives the same object for the same group."""
    concerned = inboxes.c.user_id.in_(members)
    here = select(*WRITTEN).where(concerned)
    return _GroupStatements(
        open=Statement(lambda engine: open_missing(engine, members)),
        take_in=Statement(lambda engine: take_in(engine, concerned)),
        catch_up=Statement(lambda _: catch_up(concerned)),
        number=Statement(lambda _: on_top.number(concerned, False)),
        number_update=Statement(lambda _: on_top.number(concerned, True)),
        insert=Statement(lambda engine: on_top.insert(engine, concerned, False)),
        update=Statement(lambda engine: on_top.insert(engine, concerned, True)),
        places=Statement(lambda engine: here.where(among(engine, inboxes.c.user_id, "people"))),
    )


class _NamedStatements(NamedTuple):
    number: Statement
    number_update: Statement
    insert: Statement
    update: Statement


def _for_named(who: Callable[[str], ColumnElement[bool]]) -> _NamedStatements:
    """Make the statements for people who are named.

    Whoever has broadcasts to take in is not numbered, and so found missing.
    """

    def number(engine: str, updating: bool) -> Any:
        return on_top.number(who(engine) & ~BEHIND, updating).returning(*WRITTEN)

    return _NamedStatements(
        number=Statement(lambda engine: number(engine, False)),
        number_update=Statement(lambda engine: number(engine, True)),
        insert=Statement(lambda engine: on_top.insert(engine, who(engine), False)),
        update=Statement(lambda engine: on_top.insert(engine, who(engine), True)),
    )


TO_SEVERAL = _for_named(lambda engine: among(engine, inboxes.c.user_id, "people"))
TO_ONE = _for_named(lambda _: inboxes.c.user_id == bindparam("whose"))  # a list of one costs twice as much
