"""What the database room counts about itself: writes, batches, reads, and what went wrong.

No SQL may come in here. Changed by the writer's thread (`settled`) and by the event loop (the rest).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tidings.database.failures import DatabaseUnavailable, WorkTooLong
from tidings.database.transaction import CommitUnsure, Outcome, WaitedOut
from tidings.tally import SIZES, EngineTally, Spread


class Traces(Protocol):
    """Who follows single writes (tidings.tracing.spans)."""

    def mark(self) -> Any:
        """Return what the work that is being queued belongs to."""
        ...

    def wrote(self, marks: Sequence[Any], began: float, ended: float, failures: int) -> None:
        """A batch was settled between these moments."""
        ...


@dataclass
class DatabaseTally:
    """How the database does. `committed_at` is when what is being told at this moment was committed."""

    writes: EngineTally = field(default_factory=EngineTally)
    reads: EngineTally = field(default_factory=EngineTally)
    batches: Spread = field(default_factory=lambda: Spread(SIZES))
    busy: int = 0
    committed_at: float | None = None
    traces: Traces | None = None
    mark: Any = None  # of the work whose result is being told

    @property
    def up(self) -> bool:
        """Whether the last write and the last read were answered."""
        return self.writes.up and self.reads.up

    def settled(self, outcomes: Sequence[Outcome], seconds: float, busy: int) -> None:
        """A batch of writes was settled. What a work itself refuses is an answer, too."""
        self.busy = busy
        failures = [failure for _, failure in outcomes if isinstance(failure, DatabaseUnavailable)]
        failed = [failure for failure in failures if not isinstance(failure, WorkTooLong)]
        for failure in failed:
            self.writes.failed(kind_of(failure))
        if len(failed) < len(outcomes):
            self.batches.add(len(outcomes))
            self.writes.answered(seconds)


def kind_of(failure: DatabaseUnavailable) -> str:
    """Name a failure in a word."""
    if isinstance(failure, WaitedOut):
        return "busy"  # locked, or away, for as long as anybody waits
    return "commit_unsure" if isinstance(failure, CommitUnsure) else "unavailable"
