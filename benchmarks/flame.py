"""The flame graph: where the server's time goes while it broadcasts, seen from outside by py-spy.

No figure may come in here: watching costs time. Called by the command.
"""

import re
import subprocess
import threading
from pathlib import Path

from benchmarks.processes import cores, pinned
from benchmarks.servers import SERVERS, under_load
from benchmarks.workshop import PYTHON, CannotMeasure, need_python_peers

RATE_HZ = 250


def draw(place: Path, sockets: int, seconds: float) -> None:
    """Broadcast one at a time, and write the graph. Raises when this machine does not let anybody watch."""
    need_python_peers()
    tidings = next(server for server in SERVERS if server.key == "tidings")
    with under_load(tidings, sockets) as (running, load):
        load.open(sockets)
        load.broadcast(1)
        broadcasting = threading.Thread(target=load.broadcast, args=(seconds + 1,))
        broadcasting.start()
        done = subprocess.run(
            pinned(cores()[1], _command(running.pid, place, seconds)),
            capture_output=True,
            text=True,
            check=False,
        )
        broadcasting.join()
    if done.returncode:
        raise CannotMeasure(f"py-spy could not watch: {done.stderr.strip()}")
    title = f"Tidings: one broadcast after the other, to {sockets} people"
    place.write_text(re.sub(r"[^>]*py-spy record[^<]*", title, place.read_text()))


def _command(pid: int, place: Path, seconds: float) -> list[str]:
    options = ["--rate", str(RATE_HZ), "--duration", str(int(seconds)), "--threads", "--nonblocking"]
    return [str(PYTHON.parent / "py-spy"), "record", *options, "--output", str(place), "--pid", str(pid)]
