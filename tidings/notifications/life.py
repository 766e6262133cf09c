"""The lives of a database: every cursor belongs to one, named by its epoch.

No inbox is touched here. Called by the command `restore`; the epoch is read by `inbox.read_epoch`.
"""

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from tidings.notifications.tables import lives


def begin_new_life(session: Session) -> None:
    """Change the epoch: cursors of before mean nothing, so every client starts from a fresh list."""
    session.execute(update(lives).values(epoch=secrets.token_hex(8)))
