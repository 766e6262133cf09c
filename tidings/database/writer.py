"""The one writer of a process: jobs that wait together are committed together.

No business rule may come in here: a job is a function of a session. Called by store.py.

Durability costs one fsync a commit, so the price is shared (group commit). A job may be run again before the
commit, never after one; jobs must therefore have no effect besides the database.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tidings.database.failures import DatabaseUnavailable, Late
from tidings.database.patience import Patience
from tidings.database.tally import DatabaseTally
from tidings.database.transaction import PATIENCE_S, Outcome, Transactor, WaitedOut, Work

LARGEST_BATCH = 256
LOOK_S = 0.2  # how often the writer asks whether somebody else has written
GIVE_UP_S = PATIENCE_S + 0.5  # whatever the writer is doing, nobody waits longer

log = logging.getLogger("tidings.database")


@dataclass(eq=False)
class Job:
    """One piece of work, who waits for it, and until when it is wanted."""

    work: Work
    future: "asyncio.Future[Any]"
    then: Callable[[Any], None] | None
    mark: Any = None  # what it belongs to, for those who follow single writes
    deadline: float = field(default_factory=lambda: time.monotonic() + PATIENCE_S)

    @property
    def is_wanted(self) -> bool:
        """Whether nobody was told that it failed. Who left without waiting was told nothing."""
        return not self.future.done() or self.future.cancelled()


class Writer:
    """A thread with the only writing connection of this process."""

    def __init__(
        self, transactor: Transactor, on_foreign_change: Callable[[], None], tally: DatabaseTally
    ) -> None:
        self._transactor = transactor
        self._on_foreign_change = on_foreign_change
        self._tally = tally
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._in_hand = 0  # jobs of the batch that is being written
        self._patience = Patience(GIVE_UP_S, Late)
        self._looked_at = 0.0
        self._ended = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="tidings-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work, then: Callable[[Any], None] | None) -> "asyncio.Future[Any]":
        """Queue a job; `then` is called on the loop after the commit, in commit order, whoever waits."""
        traces = self._tally.traces
        job = Job(work, self._loop.create_future(), then, traces.mark() if traces else None)
        self._patience.watch(job.future)
        self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Finish what is queued and end the thread. Blocks; call it off the loop."""
        self._jobs.put(None)
        self._thread.join()
        self._transactor.close()

    def _work(self) -> None:
        while not self._ended:
            self._settle(self._next_batch())
            self._look()

    def _next_batch(self) -> list[Job]:
        """Return the jobs that wait by now; none after a quiet while."""
        batch: list[Job] = []
        try:
            job = self._jobs.get(timeout=LOOK_S)
            while job is not None:
                batch.append(job)
                if len(batch) == LARGEST_BATCH:
                    return batch
                job = self._jobs.get_nowait()
            self._ended = True
        except queue.Empty:
            pass
        return batch

    def _settle(self, batch: list[Job]) -> None:
        """Run the jobs, each until its deadline; those that nobody waits for any more are not begun."""
        while batch := [job for job in batch if job.is_wanted]:
            began, self._in_hand = time.monotonic(), len(batch)
            outcomes = self._outcomes(batch)
            committed_at = time.monotonic()
            settled, batch = batch[: len(outcomes)], batch[len(outcomes) :]
            self._tally.settled(outcomes, committed_at - began, self._transactor.busy)
            self._in_hand = 0
            self._loop.call_soon_threadsafe(self._deliver, settled, outcomes, began, committed_at)

    def _outcomes(self, batch: list[Job]) -> list[Outcome]:
        """Return what became of the batch, or of its first jobs: it was slow, or only their time is over."""
        try:
            deadline = batch[0].deadline
            return self._transactor.run([job.work for job in batch], deadline, deadline)
        except WaitedOut as failed:
            return _late(batch, failed)
        except Exception as failed:  # noqa: BLE001  # each job hears it; the writer must live on
            return [(None, failed)] * len(batch)

    def _deliver(self, jobs: list[Job], outcomes: list[Outcome], began: float, committed_at: float) -> None:
        if self._tally.traces:
            failures = sum(failure is not None for _, failure in outcomes)
            self._tally.traces.wrote([job.mark for job in jobs], began, committed_at, failures)
        self._tally.committed_at = committed_at
        _deliver(jobs, outcomes, self._tally)
        self._tally.committed_at = self._tally.mark = None

    def waiting(self) -> int:
        """Return how many jobs wait for their turn."""
        return self._jobs.qsize()

    def is_writing(self) -> bool:
        """Tell whether another commit is on its way already."""
        return self._in_hand > 0 or not self._jobs.empty()

    def _look(self) -> None:
        if time.monotonic() - self._looked_at < LOOK_S:
            return
        self._looked_at = time.monotonic()
        try:
            changed = self._transactor.changed_elsewhere()
        except Exception:  # noqa: BLE001  # the jobs report a broken file: they have somebody to tell
            return
        if changed:
            self._loop.call_soon_threadsafe(self._on_foreign_change)


def _late(batch: list[Job], failed: DatabaseUnavailable) -> list[Outcome]:
    """Fail those whose time is over; the batch is in the order in which they came."""
    now = time.monotonic()
    over = sum(job.deadline <= now for job in batch)
    return [(None, failed)] * max(1, over)


def _deliver(jobs: list[Job], outcomes: list[Outcome], tally: DatabaseTally) -> None:
    for job, (value, failure) in zip(jobs, outcomes, strict=True):
        if failure is None and job.then is not None:
            tally.mark = job.mark
            _tell(job.then, value)
        if job.future.done():
            continue
        if failure is None:
            job.future.set_result(value)
        else:
            job.future.set_exception(failure)


def _tell(then: Callable[[Any], None], value: Any) -> None:
    try:
        then(value)
    except Exception:  # it is committed: neither this publisher nor its neighbours may hear otherwise
        log.exception("A committed change could not be announced.")
