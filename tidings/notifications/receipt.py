"""Receipts: how far somebody's browsers have confirmed what they were sent.

No socket may come in here. Called by the house's chores, inside `Database.write`; read by sent.receipts.
"""

from collections.abc import Mapping

from sqlalchemy import BigInteger, bindparam, case, update
from sqlalchemy.orm import Session

from tidings.database import Statement
from tidings.notifications.numbers import AHEAD
from tidings.notifications.tables import inboxes


def confirm(session: Session, seqs: Mapping[str, int]) -> None:
    """Note the newest number each person's browsers confirmed; never beyond what there is, never back."""
    for user_id, seq in sorted(seqs.items()):
        CONFIRM.run(session, whose=user_id, through=seq)


def _confirm(_engine: str) -> object:
    through = bindparam("through", type_=BigInteger)
    newest = inboxes.c.seq + AHEAD
    possible = case((through > newest, newest), else_=through)
    mine = (inboxes.c.user_id == bindparam("whose")) & (inboxes.c.received_seq < through)
    return update(inboxes).where(mine).values(received_seq=possible)


CONFIRM = Statement(_confirm)
