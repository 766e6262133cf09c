"""Processes that are measured: pinned to one core, their cost read from /proc, and ended for certain.

No protocol may come in here. Called by the table of servers and by the measures.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

from benchmarks.workshop import BENCH, CannotMeasure

START_S = 240  # the first start of Tidings in a clean clone builds the pages
END_S = 15


def cores() -> tuple[int, int]:
    """Return the core of the servers and the core of the load client."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise CannotMeasure("Two cores are needed: one for the server, one for the load client.")
    return usable[0], usable[-1]


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core: int, command: Sequence[str]) -> list[str]:
    """Return the command that runs on this core only."""
    return ["taskset", "-c", str(core), *command]


class Running:
    """One or more processes that make up a server. Use as a context manager: nothing is left behind."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = free_port()
        self._log = (BENCH / f"{name.replace(' ', '-')}.log").open("wb")
        self._started: list[subprocess.Popen[bytes]] = []
        self.cleanups: list[Callable[[], None]] = []

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        port: int,
        folder: Path,
        ready: Callable[[int], bool] | None = None,
    ) -> None:
        """Start one process on the servers' core, and wait until it listens, or says that it is ready."""
        ready = ready or _listens
        process = subprocess.Popen(
            pinned(cores()[0], command),
            env=os.environ | dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its children can be ended with it
        )
        self._started.append(process)
        deadline = time.monotonic() + START_S
        while not ready(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise CannotMeasure(f"{self.name} did not start; {self._log.name} says why.")
            time.sleep(0.05)

    def pids(self) -> list[int]:
        """Name all processes, children included."""
        return [pid for process in self._started for pid in _family(process.pid)]

    @property
    def pid(self) -> int:
        """The process that was started last."""
        return self._started[-1].pid

    def cpu_s(self) -> float:
        """CPU seconds of all processes and threads so far, in user and kernel mode."""
        return sum(_cpu_ns(pid) for pid in self.pids()) / 1e9

    def waited_s(self) -> float:
        """Seconds that all threads were ready and had no core: much of it, and no time here means
        anything."""
        return sum(_waited_ns(pid) for pid in self.pids()) / 1e9

    def memory_kib(self) -> int:
        """Memory of all processes; what they share is counted once."""
        return sum(_pss_kib(pid) for pid in self.pids())

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._started):
            _end(process)
        for cleanup in self.cleanups:
            cleanup()
        self._log.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers_ready(port: int) -> bool:
    """Tell whether `/readyz` says yes."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def _family(pid: int) -> Iterable[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _cpu_ns(pid: int) -> int:
    """Nanoseconds on a core, of all threads: `schedstat` has what `stat` rounds to hundredths of a second."""
    return _scheduled(pid, 0)


def _waited_ns(pid: int) -> int:
    return _scheduled(pid, 1)


def _scheduled(pid: int, column: int) -> int:
    spent = 0
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[column])
    return spent


def _pss_kib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
            return
