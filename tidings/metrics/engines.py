"""The numbers of the engines behind us: the database, and Redis when it is set.

Nothing is counted here. Called by page.py.
"""

from collections.abc import Iterator

from prometheus_client.core import Metric

from tidings.database import Database
from tidings.metrics.families import counter, gauge, histogram
from tidings.tally import EngineTally


def database(database: Database) -> Iterator[Metric]:
    """Yield how the database does."""
    tally = database.tally
    yield gauge("database_up", "1 while the database answers", int(tally.up))
    says = "Of a transaction, with its commit"
    yield histogram("database_write_seconds", says, tally.writes.answers)
    yield histogram("database_read_seconds", "Of a read", tally.reads.answers)
    yield histogram("database_batch_size", "Writes that shared a commit", tally.batches)
    yield gauge("database_writes_waiting", "Writes that wait for their turn", database.waiting)
    errors = {("write", kind): times for kind, times in tally.writes.errors.copy().items()}
    errors |= {("read", kind): times for kind, times in tally.reads.errors.items()}
    yield counter("database_errors", "Writes and reads that failed", errors, "operation", "kind")
    yield counter("database_busy", "Times the writer waited for a lock, or for the server", tally.busy)


def redis(tally: EngineTally | None) -> Iterator[Metric]:
    """Yield how Redis does; nothing without one."""
    if tally is None:
        return
    yield gauge("redis_up", "1 while Redis answers", int(tally.up))
    yield histogram("redis_seconds", "Of a command", tally.answers)
    yield counter("redis_errors", "Commands that failed", tally.errors, "kind")
