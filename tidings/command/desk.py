"""What every command has at hand: settings, the database, the time, and a way to print.

No command's own work comes in here. Called by parser.py; used by the commands.
"""

import sys
from typing import Any

import orjson

from tidings.clock import Clock, SystemClock
from tidings.database import Database
from tidings.database.migrate import migrate
from tidings.settings import Settings


class CommandRefused(Exception):
    """The command cannot be done; the text is one sentence for the terminal."""

    exit_code = 1


class WrongUsage(CommandRefused):
    """The words do not say what is to be done."""

    exit_code = 2


class Desk:
    """One command's hands. The database is opened, and brought up to date, when it is first asked for."""

    def __init__(self, settings: Settings, *, as_json: bool, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self._as_json = as_json
        self._database: Database | None = None

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close_now()

    @property
    def database(self) -> Database:
        """The database, migrated."""
        if self._database is None:
            migrate(self.settings.database_url)
            self._database = Database(self.settings.database_url)
        return self._database

    def show(self, facts: Any, sentence: str) -> None:
        """Print the facts as JSON or the sentence for a person."""
        if self._as_json:
            sys.stdout.write(
                orjson.dumps(facts, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC).decode() + "\n"
            )
        else:
            sys.stdout.write(sentence + "\n")


def table(rows: list[list[str]]) -> str:
    """Lay rows out in columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    return "\n".join(lines)
