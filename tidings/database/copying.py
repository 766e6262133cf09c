"""Copying a whole database: a file page by page while it is in use, or row by row from one engine to another.

No room's tables may come in here: they are given. Called by the commands `backup` and `restore`.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from tidings.database.doorbell import ENTER_AND_RING
from tidings.database.engine import DatabaseRefused, engine_url, open_engine

ROWS_AT_ONCE = 1_000
OURS = {"alembic_version", "lives", "users"}


def sqlite_path(url: str) -> Path | None:
    """Return the file behind an address of SQLite, or nothing for another engine."""
    parsed = engine_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of SQLite as it is at one moment, whoever reads and writes it meanwhile.

    The target changes in one transaction, so that a server which has it open sees all of it or nothing.
    """
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        writing.execute("PRAGMA schema_version").fetchone()  # so that it knows its own journal mode
        reading.backup(writing)


def make_single_file(path: Path) -> None:
    """Fold the write-ahead log of a file that nobody else uses into the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def check_file(path: Path) -> None:
    """Refuse a file that is no backup of ours, or is damaged."""
    if not path.is_file():
        raise DatabaseRefused(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    except sqlite3.Error as failure:
        raise DatabaseRefused(f"{path} is not a backup of Tidings: {failure}.") from None
    if said != "ok":
        raise DatabaseRefused(f"{path} is damaged: {' '.join(said.split())}.")
    if not names >= OURS:
        raise DatabaseRefused(f"{path} is not a backup of Tidings.")


def copy_rows(source: str, target: str, tables: Sequence[Table]) -> None:
    """Replace all rows of the target by those of the source, in one transaction, seen at one moment.

    Both have the same shape. `tables` come in an order in which nothing refers to what follows.
    """
    reading, writing = open_engine(source, writing=False), open_engine(target, writing=True, patient=True)
    try:
        with reading.connect() as old, writing.begin() as new:
            if new.dialect.name == "postgresql":
                new.exec_driver_sql(ENTER_AND_RING, ("restore",))  # other writers wait, and look afterwards
            for table in reversed(tables):
                new.execute(delete(table))
            for table in tables:
                _copy_table(old, new, table)
    except SQLAlchemyError as failure:
        raise DatabaseRefused(f"The rows could not be copied: {_first_line(failure)}") from failure
    finally:
        reading.dispose()
        writing.dispose()


def _copy_table(old: Connection, new: Connection, table: Table) -> None:
    rows = old.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
    for some in rows.mappings().partitions(ROWS_AT_ONCE):
        new.execute(insert(table), [dict(row) for row in some])
    counted = table.autoincrement_column
    if counted is not None and new.dialect.name == "postgresql":  # it would begin at 1 and meet itself
        highest = new.execute(select(func.max(counted))).scalar()
        sequence = text("SELECT setval(pg_get_serial_sequence(:name, :column), :highest)")
        if highest is not None:
            new.execute(sequence, {"name": table.name, "column": counted.name, "highest": highest})


def _first_line(failure: SQLAlchemyError) -> str:
    return str(failure).strip().splitlines()[0].rstrip(".") + "."
