"""Bring a database to the shape this version expects, or refuse with a sentence.

No table may come in here: the steps are in alembic/versions. Called by the start-up and the command line.
"""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from alembic import command
from tidings.database.engine import DatabaseRefused, open_engine

ROOT = Path(__file__).resolve().parents[2]


def migrate(url: str) -> bool:
    """Upgrade to the newest shape; return whether anything was to be done.

    Raises `DatabaseRefused` when the database is newer than this version, broken or out of reach.
    """
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = url
    try:
        steps = ScriptDirectory.from_config(config)
        if _up_to_date(url, steps):
            return False
        command.upgrade(config, "head")  # of two starts at once, the second waits and finds nothing to do
    except (SQLAlchemyError, CommandError, OSError) as failure:
        raise DatabaseRefused(_sentence(failure)) from failure
    return True


def check_up_to_date(url: str) -> None:
    """Refuse a database that is not of exactly this version's shape."""
    steps = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    try:
        if _up_to_date(url, steps):
            return
    except (SQLAlchemyError, CommandError, OSError) as failure:
        raise DatabaseRefused(_sentence(failure)) from failure
    raise DatabaseRefused(
        "The database is of an older version of Tidings; run `python -m tidings migrate` first."
    )


def _up_to_date(url: str, steps: ScriptDirectory) -> bool:
    present = _present(url)
    if present is not None and present not in {step.revision for step in steps.walk_revisions()}:
        sentence = (
            "The database belongs to a newer version of Tidings; run that version, or restore a backup."
        )
        raise DatabaseRefused(sentence)
    return present == steps.get_current_head()


def _present(url: str) -> str | None:
    engine = open_engine(url, writing=False)  # looking must not wait for whoever is writing
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def _sentence(failure: Exception) -> str:
    cause = failure.orig if isinstance(failure, DatabaseError) and failure.orig else failure
    why = str(cause).strip().splitlines()[0].rstrip(".")
    return f"The database cannot be used: {why} (see TIDINGS_DATABASE_URL and TIDINGS_DATA_DIR)."
