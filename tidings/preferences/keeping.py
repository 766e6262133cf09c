"""Read and write what somebody has chosen.

No rule about what may be chosen comes in here. Called by the door and by the house, which tells connections.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.preferences.tables import preferences

KEPT = Statement(  # everybody who connects asks for it
    lambda _: select(preferences.c.chosen, preferences.c.revision).where(
        preferences.c.user_id == bindparam("whose")
    )
)


@dataclass(frozen=True)
class Kept:
    """What somebody has chosen, and the revision of their inbox at which they did."""

    chosen: dict[str, Any]
    revision: int


def kept(session: Session, user_id: str) -> Kept | None:
    """Return what somebody has chosen; None when they never chose."""
    found = KEPT.read(session, whose=user_id)
    return Kept(**found[0]) if found else None


def keep(session: Session, user_id: str, chosen: dict[str, Any], revision: int) -> None:
    """Put this in the place of whatever was chosen before. Writers take turns."""
    session.execute(delete(preferences).where(preferences.c.user_id == user_id))
    session.execute(insert(preferences), {"user_id": user_id, "chosen": chosen, "revision": revision})
