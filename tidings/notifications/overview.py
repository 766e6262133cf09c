"""What a person can choose from: how many wait in which view, and which sources and categories there are.

No writing may come in here. Called by the door of the inbox, for the menus around the list.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tidings.notifications.inbox import in_view
from tidings.notifications.numbers import position_of
from tidings.notifications.tables import contents, deliveries

LATELY = (
    1_000  # notifications whose sources are offered: a bound on what a look costs, however full the inbox
)
MOST_NAMES = 30  # in a menu


@dataclass(frozen=True)
class Overview:
    """`sources` and `categories` are those of the newest notifications, the most frequent first."""

    unread: int
    snoozed: int
    sources: list[str]
    categories: list[str]


def overview(session: Session, user_id: str) -> Overview:
    """Look at one person's inbox from above. Costs the same for a small and for a large one."""
    snoozed: Any = select(func.count()).select_from(deliveries)
    snoozed = snoozed.where(deliveries.c.user_id == user_id, *in_view("snoozed"))
    sources, categories = _names(session, user_id)
    return Overview(
        unread=position_of(session, user_id).unread,
        snoozed=session.execute(snoozed).scalar_one(),
        sources=sources,
        categories=categories,
    )


def _names(session: Session, user_id: str) -> tuple[list[str], list[str]]:
    newest = select(deliveries.c.content_id).where(deliveries.c.user_id == user_id)
    newest = newest.order_by(deliveries.c.seq.desc()).limit(LATELY).subquery()
    named: Any = select(contents.c.source, contents.c.category, func.count().label("times"))
    named = named.select_from(newest.join(contents, contents.c.id == newest.c.content_id))
    sources, categories = Counter[str](), Counter[str]()
    for row in session.execute(named.group_by(contents.c.source, contents.c.category)):
        sources[row.source] += row.times
        categories[row.category or ""] += row.times
    return _frequent(sources), _frequent(categories)


def _frequent(names: "Counter[str]") -> list[str]:
    by_times = sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))
    return [name for name, _ in by_times if name][:MOST_NAMES]
