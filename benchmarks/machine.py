"""The circumstances of a run: which machine, how busy, which versions.

No measuring may come in here. Called by the command.
"""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

from benchmarks.workshop import BENCH

PATIENCE_S = 15.0
QUIET_SHARE = 0.1


def circumstances() -> dict[str, str]:
    """Return what a reader must know to judge the figures."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, Linux {platform.release()}",
        "cores used": "one for the server with all its threads and processes, one for the load client",
        "one fdatasync here": f"{_sync_us():.0f} µs (median)",
        "versions": f"Python {platform.python_version()}, node {_node()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "websockets", "sqlalchemy")),
    }


def load_average() -> str:
    """Return how many processes wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.2f}"


def wait_for_quiet() -> None:
    """Wait a while for others to leave the cores alone; measure all the same when they do not."""
    deadline = time.monotonic() + PATIENCE_S
    while _busy_share() > QUIET_SHARE and time.monotonic() < deadline:
        pass


def _busy_share() -> float:
    before = _ticks()
    time.sleep(0.5)
    busy, idle = (later - earlier for later, earlier in zip(_ticks(), before, strict=True))
    return busy / max(1, busy + idle)


def _ticks() -> tuple[int, int]:
    """Return how long all cores were busy and idle since the start."""
    words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    idle = int(words[3]) + int(words[4])
    return sum(map(int, words)) - idle, idle


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _node() -> str:
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _sync_us() -> float:
    took: list[float] = []
    with TemporaryFile(dir=BENCH) as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took) * 1e6
