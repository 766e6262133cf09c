"""Broadcast: say something to everybody by writing it once.

No numbering of single inboxes may come in here: numbers.py settles them. Called by deliver.py.

A row for each person would cost some 20 µs a person at the moment of publishing, nearly all of it index
pages, and most of those people are not looking. So the row is made when their inbox is next touched, and then
many broadcasts at a time go into the same pages.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.notifications.dialect import among, upsert
from tidings.notifications.items import Item
from tidings.notifications.numbers import BEHIND, STANDING, TOLD, Position, settle
from tidings.notifications.tables import broadcasts, inboxes, lives


def broadcast(session: Session, everyone: Select[Any], row: Item) -> int:
    """Say it to everyone there is now; return to how many. `row` names notification, content and moment."""
    statements = _for(everyone)
    statements.open.run(session)
    absent = statements.absent.run(session).rows
    if late := [user_id for user_id, is_behind in absent if is_behind]:
        settle(session, late)  # what came before they were shut out is theirs
    number = NEXT.run(session).rows[0][0]
    ids = {"notification_id": row["notification_id"], "content_id": row["content_id"]}
    WRITE.run(session, number=number, published_at=row["moment"], **ids)
    if absent:
        PASS_BY.run(session, people=[user_id for user_id, _ in absent])
    return statements.amount.run(session).rows[0][0]


def places_of_listeners(session: Session, listeners: Collection[str], accepted: int) -> tuple[Position, ...]:
    """Return where the listeners stand who were just told something.

    Looking each up costs 1.3 µs, reading all inboxes in a row 0.4 µs each.
    """
    if len(listeners) * 3 > accepted:
        rows = [row for row in EVERYBODY.run(session).rows if row[0] in listeners]
    else:
        rows = LISTENERS.run(session, people=list(listeners)).rows
    return tuple(map(Position._make, rows))


class _Statements(NamedTuple):
    open: Statement
    absent: Statement
    amount: Statement


@lru_cache(maxsize=8)
def _for(everyone: Select[Any]) -> _Statements:
    """Make the statements once; a directory gives the same object every time."""
    absent = select(inboxes.c.user_id, BEHIND).where(inboxes.c.user_id.not_in(everyone))
    return _Statements(
        open=Statement(lambda engine: open_missing(engine, everyone)),
        absent=Statement(lambda _: absent),
        amount=Statement(lambda _: select(func.count()).select_from(everyone.subquery())),
    )


def open_missing(engine: str, members: Select[Any]) -> Any:
    """Make the insert that gives members without an inbox an empty one."""
    person = members.subquery().c[0]
    fresh = select(person, *[literal(0)] * 5, TOLD).where(~exists().where(inboxes.c.user_id == person))
    columns = ["user_id", "seq", "revision", "unread", "floor_seq", "received_seq", "settled"]
    return upsert(engine, inboxes).from_select(columns, fresh).on_conflict_do_nothing()


def _listening(engine: str) -> ColumnElement[bool]:
    return among(engine, inboxes.c.user_id, "people")


NEXT = Statement(lambda _: update(lives).values(told=lives.c.told + 1).returning(lives.c.told))
WRITE = Statement(lambda _: insert(broadcasts))
PASS_BY = Statement(lambda engine: update(inboxes).where(_listening(engine)).values(settled=TOLD))
EVERYBODY = Statement(lambda _: select(*STANDING).where(BEHIND))
LISTENERS = Statement(lambda engine: select(*STANDING).where(_listening(engine), BEHIND))
