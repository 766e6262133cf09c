"""The supervisor: n worker processes on one listening socket, each replaced when it dies, all ended together.

No request and no database may come in here. Called by server.py when there is more than one worker.

The socket is opened once and inherited. So the port is taken for good, a connection that arrives while one
worker is being replaced is answered by another, and nothing waits in the queue of a process that is gone.
"""

import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

LOOK_S = 0.05
HEALTHY_S = 5.0  # who lived so long has not died of its start
LONGEST_WAIT_S = 10.0
GONE_S = 9.0  # of the ten in which we are gone; a worker needs about six at most

log = logging.getLogger("tidings.supervisor")

Command = Callable[[int], Sequence[str]]


@dataclass
class Worker:
    """One place for a process, whoever fills it at the moment."""

    number: int
    process: "subprocess.Popen[bytes] | None" = None
    began_at: float = 0.0
    due_at: float = 0.0
    failures: int = field(default=0)


class Supervisor:
    """Keeps `count` processes running. `command` gives the words that start the worker with this number."""

    def __init__(self, listener: socket.socket, count: int, command: Command) -> None:
        self._listener, self._command = listener, command
        self._workers = [Worker(number) for number in range(count)]
        self._stopping = False

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT, then let them drain."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            for worker in self._workers:
                self._look_after(worker)
            time.sleep(LOOK_S)
        self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, worker: Worker) -> None:
        now = time.monotonic()
        if worker.process is not None and worker.process.poll() is not None:
            self._mourn(worker, worker.process, now)
        if worker.process is None and now >= worker.due_at:
            worker.process, worker.began_at = self._start(worker.number), now

    def _mourn(self, worker: Worker, process: "subprocess.Popen[bytes]", now: float) -> None:
        """At once, unless it died young: then later each time."""
        worker.failures = 0 if now - worker.began_at > HEALTHY_S else worker.failures + 1
        wait_s = min(LONGEST_WAIT_S, 0.25 * 2**worker.failures) if worker.failures else 0
        log.warning("Worker %d ended by itself (%s) and is replaced.", worker.number, _cause(process))
        _let_go(process)
        worker.process, worker.due_at = None, now + wait_s

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self._command(number),
            pass_fds=[self._listener.fileno()],
            stdin=subprocess.PIPE,  # nothing is written: its end tells the worker that we are gone
            process_group=0,  # Ctrl-C is ours to pass on
        )

    def _end(self) -> None:
        self._listener.close()
        processes = [worker.process for worker in self._workers if worker.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GONE_S
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("Worker %d did not end in time and is killed.", process.pid)
                process.kill()
                process.wait()
            _let_go(process)


def _cause(process: "subprocess.Popen[bytes]") -> str:
    code = process.returncode
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()


def worker_command(listener: socket.socket) -> Command:
    """Return how a worker is started on this socket."""
    words = [sys.executable, "-m", "tidings", "worker", "--listener", str(listener.fileno()), "--number"]
    return lambda number: [*words, str(number)]
