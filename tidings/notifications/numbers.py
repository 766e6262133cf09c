"""Where inboxes stand: their numbers, and the broadcasts they have still to take in.

No content and no audience may come in here. Called by the other modules of this room.

A broadcast is written once (broadcast.py). From that moment it counts in every inbox whose `settled` is
below its number: as the next delivery, unread. Its own row in `deliveries` it gets when the inbox is next
touched, which is what `settle` does: whoever reads or changes deliveries settles them first.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.database.dialect import among, engine_of, upsert
from tidings.notifications.tables import broadcasts, deliveries, inboxes, lives

TOLD = select(func.max(lives.c.told)).scalar_subquery()
AHEAD = TOLD - inboxes.c.settled
BEHIND = inboxes.c.settled < TOLD
UNREAD = (
    deliveries.c.read_at.is_(None) & deliveries.c.archived_at.is_(None) & deliveries.c.snoozed_until.is_(None)
)
# What a delivery has when it is new; its marks come later.
FRESH = ["user_id", "notification_id", "content_id", "seq", "revision", "count", "created_at", "updated_at"]


class Position(NamedTuple):
    """Where a person's inbox stands after a change."""

    user_id: str
    seq: int
    revision: int
    unread: int


# What somebody is told now, and what is among the deliveries.
STANDING = (
    inboxes.c.user_id,
    inboxes.c.seq + AHEAD,
    inboxes.c.revision + AHEAD,
    inboxes.c.unread + AHEAD,
)
WRITTEN = (inboxes.c.user_id, inboxes.c.seq, inboxes.c.revision, inboxes.c.unread)


def positions_of(session: Session, user_ids: Collection[str]) -> tuple[Position, ...]:
    """Return where these people's inboxes stand now, with the broadcasts they have not taken in."""
    return tuple(map(Position._make, PLACES.run(session, people=list(user_ids)).rows))


def position_of(session: Session, user_id: str) -> Position:
    """Return where the deliveries of an inbox stand: at nought when nothing was ever received."""
    found = WRITTEN_PLACES.run(session, people=[user_id]).rows
    return Position._make(found[0][:-1]) if found else Position(user_id, 0, 0, 0)


def settled_positions_of(session: Session, user_ids: Collection[str]) -> dict[str, Position | None]:
    """Return `position_of` of each of these people, or None where there are broadcasts to take in first."""
    places: dict[str, Position | None] = {user_id: Position(user_id, 0, 0, 0) for user_id in user_ids}
    for *place, is_behind in WRITTEN_PLACES.run(session, people=list(user_ids)).rows:
        places[place[0]] = None if is_behind else Position._make(place)
    return places


def is_behind(session: Session, user_id: str) -> bool:
    """Tell whether this inbox has broadcasts to take in."""
    return settled_positions_of(session, [user_id])[user_id] is None


def open_inboxes(session: Session, user_ids: Collection[str]) -> None:
    """Give these people an empty inbox, unless they have one; what was said before is not for them."""
    told = session.execute(select(TOLD)).scalar_one()
    numbers = dict.fromkeys(("seq", "revision", "unread", "floor_seq", "received_seq"), 0)
    rows = [{"user_id": user_id, "settled": told} | numbers for user_id in sorted(user_ids)]
    session.execute(upsert(engine_of(session), inboxes).on_conflict_do_nothing(), rows)


def settle(session: Session, user_ids: Collection[str]) -> None:
    """Take into these inboxes all broadcasts they lack; the numbers stay what everybody was told."""
    people = list(user_ids)
    if TAKE_IN.run(session, people=people).count:
        CATCH_UP.run(session, people=people)


def take_in(engine: str, concerned: ColumnElement[bool]) -> Any:
    """Make the insert of what these inboxes lack."""
    further = broadcasts.c.number - inboxes.c.settled
    row = (
        inboxes.c.user_id,
        broadcasts.c.notification_id,
        broadcasts.c.content_id,
        inboxes.c.seq + further,
        inboxes.c.revision + further,
        literal(1),
        broadcasts.c.published_at,
        broadcasts.c.published_at,
    )
    lacking = select(*row).join_from(inboxes, broadcasts, broadcasts.c.number > inboxes.c.settled)
    return upsert(engine, deliveries).from_select(FRESH, lacking.where(concerned))


def catch_up(concerned: ColumnElement[bool]) -> Any:
    """Make the update that says so in the inboxes."""
    numbers = {name: inboxes.c[name] + AHEAD for name in ("seq", "revision", "unread")}
    return update(inboxes).where(concerned, BEHIND).values(numbers | {"settled": TOLD})


def _named(engine: str) -> ColumnElement[bool]:
    return among(engine, inboxes.c.user_id, "people")


PLACES = Statement(lambda engine: select(*STANDING).where(_named(engine)))
WRITTEN_PLACES = Statement(lambda engine: select(*WRITTEN, BEHIND).where(_named(engine)))
TAKE_IN = Statement(lambda engine: take_in(engine, _named(engine)))
CATCH_UP = Statement(lambda engine: catch_up(_named(engine)))
