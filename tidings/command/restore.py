"""The commands that bring a backup back, and that begin a new life after somebody else's restore.

No copying itself comes in here (tidings.database.copying). Called through parser.py.

A restored database stands at older numbers than the browsers have seen. So it gets a new epoch: every cursor
of before means nothing, everybody starts from a fresh list, and no number is ever taken for another.
"""

import argparse
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session, func, select

from tidings.accounts import sessions
from tidings.accounts.sessions import EndReason
from tidings.accounts.tables import User
from tidings.audit.log import Actor, Entry, record
from tidings.audit.tables import Action
from tidings.command.account import whoever_types
from tidings.command.backup import copied_aside, every_table
from tidings.command.desk import CommandRefused, Desk
from tidings.database import Database
from tidings.database.copying import check_file, copy_file, copy_rows, sqlite_path
from tidings.database.migrate import migrate
from tidings.notifications import life
from tidings.startup.checks import check_data_dir
from tidings.startup.refusal import StartRefused

WITHIN_S = 3
AFTERWARDS = (
    "People, passwords, keys and sessions are as they were then: "
    "what was switched off, revoked or ended since works again until you repeat it."
)


def restore(desk: Desk, words: argparse.Namespace) -> None:
    """Replace the database by a backup, checked, brought up to date, and with a new epoch."""
    url = desk.settings.database_url
    check_file(words.file)
    if not words.force:
        _refuse_to_replace(desk)
    try:
        check_data_dir(desk.settings.data_dir)
    except StartRefused as refused:
        raise CommandRefused(str(refused)) from None
    with TemporaryDirectory(dir=desk.settings.data_dir, prefix=".restoring-") as place:
        draft = copied_aside(words.file, Path(place))
        migrate(f"sqlite:///{draft}")
        people = _renew(f"sqlite:///{draft}", desk.clock.now(), words.file.name, sign_out=words.sign_out)
        file = sqlite_path(url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            copy_file(draft, file)
        else:
            migrate(url)
            copy_rows(f"sqlite:///{draft}", url, every_table())
    desk.show({"file": str(words.file), "people": people}, f"Restored; accounts: {people}. {AFTERWARDS}")


def begin_new_life(desk: Desk, words: argparse.Namespace) -> None:
    """Change only the epoch: after a restore with the database's own tools, which know nothing of cursors."""
    people = _renew(desk.settings.database_url, desk.clock.now(), "", sign_out=words.sign_out)
    desk.show({"people": people}, "A new life has begun: every browser starts from a fresh list.")


def _refuse_to_replace(desk: Desk) -> None:
    if _somebody_serves(desk):
        raise CommandRefused(
            "The server is running; stop it, or let it go on with the restored state with --force."
        )
    file = sqlite_path(desk.settings.database_url)
    if file is not None and not file.exists():
        return
    people = desk.database.read_now(_count_people)
    if people:
        raise CommandRefused(f"The database already has {people} people; --force replaces everything in it.")


def _somebody_serves(desk: Desk) -> bool:
    address = f"http://{desk.settings.host}:{desk.settings.port}/healthz"
    try:
        with urllib.request.urlopen(address, timeout=WITHIN_S):  # our own http address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _renew(url: str, now: datetime, file: str, *, sign_out: bool) -> int:
    """Begin a new life and return how many people live in it."""
    database = Database(url)

    def work(session: Session) -> int:
        life.begin_new_life(session)
        if sign_out:
            for user_id in session.exec(select(User.id)).all():
                sessions.end_all(session, user_id, now, EndReason.SIGNED_OUT)
        actor = Actor("command", whoever_types(), address="this machine")
        record(session, Entry(Action.DATABASE_RESTORED, actor, file, details={"signed_out": sign_out}), now)
        return _count_people(session)

    try:
        return database.write_now(work)
    finally:
        database.close_now()


def _count_people(session: Session) -> int:
    return session.exec(select(func.count()).select_from(User)).one()
