"""Commands for whoever runs the server: bring the database up to date, look whether all is well.

No repair of anything but the database's shape. Called through parser.py.
"""

import argparse
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from tidings.command.desk import CommandRefused, Desk
from tidings.database import DatabaseRefused, DatabaseUnavailable
from tidings.database.migrate import migrate as bring_up_to_date

WITHIN_S = 3


@dataclass(frozen=True)
class Finding:
    """What one check found; `advice` says what to change when it is not well."""

    check: str
    well: bool
    says: str
    advice: str = ""


def migrate(desk: Desk, words: argparse.Namespace) -> None:
    """Bring the database up to date."""
    changed = bring_up_to_date(desk.settings.database_url)
    desk.show(
        {"changed": changed},
        "The database was brought up to date." if changed else "The database is up to date.",
    )


def examine(desk: Desk, words: argparse.Namespace) -> None:
    """Check settings, database and the running server; refuse when something is wrong."""
    findings = [check(desk) for check in CHECKS]
    lines = [
        f"{'ok ' if each.well else 'BAD'}  {each.check}: {each.says} {each.advice}".rstrip()
        for each in findings
    ]
    desk.show([vars(each) for each in findings], "\n".join(lines))
    if not all(each.well for each in findings):
        raise CommandRefused("Something needs to be changed; see above.")


def _settings(desk: Desk) -> Finding:
    return Finding(
        "settings", True, f"public address {desk.settings.public_url}, data in {desk.settings.data_dir}."
    )


def _cookies(desk: Desk) -> Finding:
    url = desk.settings.public_url
    local = any(host in url for host in ("//localhost", "//127.", "//[::1]"))
    if desk.settings.secure or local:
        return Finding("public address", True, "cookies are safe on it.")
    return Finding(
        "public address", False, f"{url} is not https.", "Set TIDINGS_PUBLIC_URL to an https address."
    )


def _database(desk: Desk) -> Finding:
    try:
        desk.database.read_now(lambda session: session.connection().execute(text("SELECT 1")))
    except (DatabaseUnavailable, DatabaseRefused) as refused:
        return Finding(
            "database", False, str(refused), "Check TIDINGS_DATABASE_URL and that the server runs."
        )
    return Finding("database", True, f"{desk.database.dialect} answers and is up to date.")


def _server(desk: Desk) -> Finding:
    address = f"http://{desk.settings.host}:{desk.settings.port}/healthz"
    try:
        with urllib.request.urlopen(address, timeout=WITHIN_S) as answer:  # our own http address
            return Finding("server", answer.status == 200, f"answers at {address}.")
    except (urllib.error.URLError, OSError) as failure:
        return Finding(
            "server", False, f"{address} does not answer: {failure}.", "Start it with scripts/run."
        )


CHECKS: list[Callable[[Desk], Finding]] = [_settings, _cookies, _database, _server]
