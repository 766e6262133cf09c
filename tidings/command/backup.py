"""The command that backs up: one file, whatever the engine, while the server goes on.

No copying itself comes in here (tidings.database.copying). Called through parser.py; restore.py is the way
back.

The file is always a database of SQLite in Tidings' own shape. So one command restores it on either engine,
any SQLite program can look into it, and the same two commands move a house from SQLite to PostgreSQL.
"""

import argparse
import importlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Table
from sqlmodel import SQLModel

from tidings.command.desk import CommandRefused, Desk
from tidings.database.copying import check_file, copy_file, copy_rows, make_single_file, sqlite_path
from tidings.database.migrate import check_up_to_date, migrate

PACKAGE = Path(__file__).resolve().parents[1]


def backup(desk: Desk, words: argparse.Namespace) -> None:
    """Write the whole database into one file, as it is at one moment."""
    target: Path = words.file.resolve()
    if target.exists() and not words.force:
        raise CommandRefused(f"{target} exists; choose another name, or --force to replace it.")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".tidings-backup-") as place:
            draft = Path(place, "draft.db")
            _fill(draft, desk.settings.database_url)
            check_file(draft)  # a backup nobody ever looked at is a hope
            size = draft.stat().st_size
            draft.replace(target)
    except OSError as failure:
        raise CommandRefused(f"{target} cannot be written: {(failure.strerror or '').lower()}.") from None
    desk.show({"file": str(target), "bytes": size}, f"Backed up to {target} ({size / 1e6:,.1f} MB).")


def _fill(draft: Path, url: str) -> None:
    file = sqlite_path(url)
    if file is not None:
        if not file.exists():
            raise CommandRefused(f"There is no database yet at {file}.")
        copy_file(file, draft)
    else:
        check_up_to_date(url)
        migrate(f"sqlite:///{draft}")
        copy_rows(url, f"sqlite:///{draft}", every_table())
    make_single_file(draft)


def every_table() -> Sequence[Table]:
    """Return the tables of all rooms, none before one it refers to."""
    for path in sorted(PACKAGE.glob("*/tables.py")):
        importlib.import_module(f"tidings.{path.parent.name}.tables")
    return SQLModel.metadata.sorted_tables


def copied_aside(file: Path, place: Path) -> Path:
    """Return a copy of a backup that may be changed."""
    draft = place / "draft.db"
    shutil.copyfile(file, draft)
    with suppress(OSError):
        draft.chmod(0o600)
    return draft
