"""How a connection to each engine is opened: durability, isolation and patience.

No statement of ours may come in here. Called by store.py, migrate.py and alembic/env.py.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

READERS = 4
BUSY_MS = 250  # one patient look at a locked file; the writer looks again until its jobs' deadline
MIGRATION_BUSY_MS = 30_000  # of two starts at once the second waits for the first
STATEMENT_LIMIT_MS = 4_500  # below the five seconds a publisher waits
LOCK_LIMIT_MS = 1_000  # as BUSY_MS, where waiting costs no polling
IDLE_LIMIT_MS = 5_000  # a writer that froze in a transaction must not stop all others
SILENT_S = 5  # TCP asks a silent server for a sign of life after this, and again twice

NO_ADDRESS = (
    "TIDINGS_DATABASE_URL must look like postgresql://name:password@host:5432/database, "
    "with / @ : in a password written as %2F %40 %3A."
)


class DatabaseRefused(Exception):
    """The database cannot be used at all; the text is one sentence for the operator."""


def engine_url(url: str) -> URL:
    """Turn the setting into SQLAlchemy's address, with the driver we ship. Raises `DatabaseRefused`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # their texts may hold a part of the password
        raise DatabaseRefused(NO_ADDRESS) from None
    driver = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}[parsed.get_backend_name()]
    return parsed.set(drivername=driver)


def open_engine(url: str, *, writing: bool, patient: bool = False) -> Engine:
    """Open the writer's engine (one connection) or the readers' (a few, read-only, one moment each).

    `patient` is for migrations: they may take as long as they take.
    """
    parsed = engine_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, writing, MIGRATION_BUSY_MS if patient else BUSY_MS)
    return _postgresql(parsed, writing, {} if patient else LIMITS)


def _sqlite(url: URL, writing: bool, busy_ms: int) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        connect_args={"check_same_thread": False, "timeout": busy_ms / 1000, "isolation_level": None},
        **_common(writing),
    )

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # acknowledged survives a power cut, not only a crash
        connection.execute("PRAGMA fullfsync=ON")  # macOS: past the cache of the disk; elsewhere nothing
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        if not writing:
            connection.execute("PRAGMA query_only=ON")

    word = "BEGIN IMMEDIATE" if writing else "BEGIN"

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # The driver's own BEGIN comes too late for a consistent read and too weak for a write.
        connection.connection.driver_connection.execute(word)

    return engine


def _postgresql(url: URL, writing: bool, limits: dict[str, int]) -> Engine:
    options = limits | {"default_transaction_read_only": "off" if writing else "on"}
    return create_engine(
        url,
        pool_pre_ping=not writing,  # the writer keeps its connection and hears of a lost one by itself
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        connect_args={"options": " ".join(f"-c {name}={value}" for name, value in options.items())} | ALIVE,
        **_common(writing),
    )


# PostgreSQL's words, milliseconds.
LIMITS = {
    "statement_timeout": STATEMENT_LIMIT_MS,
    "lock_timeout": LOCK_LIMIT_MS,
    "idle_in_transaction_session_timeout": IDLE_LIMIT_MS,
}

# libpq's words. A server that vanished without a word is given up after about 15 s, not after two hours.
ALIVE = {
    "connect_timeout": 3,
    "keepalives_idle": SILENT_S,
    "keepalives_interval": SILENT_S,
    "keepalives_count": 2,
    "tcp_user_timeout": 3 * SILENT_S * 1000,
}


def _common(writing: bool) -> dict[str, Any]:
    return {
        "pool_size": 1 if writing else READERS,
        "max_overflow": 0,
        "pool_timeout": STATEMENT_LIMIT_MS / 1000,
        "hide_parameters": True,  # an error text goes to the log; what people write to each other must not
    }
