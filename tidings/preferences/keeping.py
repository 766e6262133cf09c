"""Read and write what somebody has chosen.

No rule about what may be chosen comes in here. Called by the door and by the house, which tells connections.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.database.dialect import among
from tidings.preferences.tables import preferences

KEPT = Statement(  # everybody who connects asks for it
    lambda engine: select(*preferences.c["user_id", "chosen", "revision"]).where(
        among(engine, preferences.c.user_id, "people")
    )
)


@dataclass(frozen=True)
class Kept:
    """What somebody has chosen, and the revision of their inbox at which they did."""

    chosen: dict[str, Any]
    revision: int


def kept(session: Session, user_id: str) -> Kept | None:
    """Return what somebody has chosen; None when they never chose."""
    return kept_of(session, [user_id]).get(user_id)


def kept_of(session: Session, user_ids: Collection[str]) -> dict[str, Kept]:
    """Return what these people have chosen, without those who never chose."""
    found = KEPT.read(session, people=list(user_ids))
    return {row["user_id"]: Kept(row["chosen"], row["revision"]) for row in found}


def keep(session: Session, user_id: str, chosen: dict[str, Any], revision: int) -> None:
    """Put this in the place of whatever was chosen before. Writers take turns."""
    session.execute(delete(preferences).where(preferences.c.user_id == user_id))
    session.execute(insert(preferences), {"user_id": user_id, "chosen": chosen, "revision": revision})
