"""The workshop `.bench/`: compiled programs and the peers' own environments, made once and kept.

No measuring may come in here. Called by the start of a run and by the table of servers.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BENCH = ROOT / ".bench"
PEERS = HERE / "peers"
PYTHON = BENCH / "python/bin/python"


class CannotMeasure(Exception):
    """Something that a run needs is missing; the text is one sentence for the person who started it."""


def program(source: Path) -> Path:
    """Return the compiled program, compiling it when its source is newer."""
    binary = BENCH / source.stem
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise CannotMeasure(
                "The load client is written in C: install a C compiler (Debian's package gcc)."
            )
        BENCH.mkdir(exist_ok=True)
        subprocess.run([compiler, "-O2", "-Wall", "-o", str(binary), str(source), "-lm"], check=True)
    return binary


def need_python_peers() -> None:
    """Install the peers that are written in Python, in a venv of their own."""
    wanted = PEERS / "requirements.txt"
    if _made(BENCH / "python", wanted):
        return
    _say("Installing the Python peers into .bench/python.")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(BENCH / "python")], check=True)
    quietly = ["--no-input", "--disable-pip-version-check", "-qq"]
    subprocess.run([str(PYTHON), "-m", "pip", "install", *quietly, "-r", str(wanted)], check=True)
    _note(BENCH / "python", wanted)


def need_node_peers() -> None:
    """Install the peers that run on node, in a folder of their own."""
    node_packages("node", PEERS)


def node_packages(name: str, source: Path) -> Path:
    """Return the folder of that name with the packages that the lock file in `source` pins."""
    wanted, place = source / "package-lock.json", BENCH / name
    if _made(place, wanted):
        return place
    _say(f"Installing the packages of {wanted.relative_to(ROOT)} into .bench/{name}.")
    place.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(source / file, place)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "ci", "--prefix", str(place), *options], check=True)
    _note(place, wanted)
    return place


def node_source(name: str) -> Path:
    """Return a peer's source where node finds its packages."""
    return Path(shutil.copy(PEERS / name, BENCH / "node"))


def _made(place: Path, wanted: Path) -> bool:
    stamp = place / "stamp"
    return stamp.exists() and stamp.read_text() == wanted.read_text() + os.fspath(place)


def _note(place: Path, wanted: Path) -> None:
    (place / "stamp").write_text(wanted.read_text() + os.fspath(place))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
