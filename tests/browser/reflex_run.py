"""`reflex run`, as a person types it in an activated venv, in a copy of the project: nothing here is touched.

No assertion comes in here. Used by test_reflex_run.py.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.running import ADMIN_PASSWORD, PLAIN, ROOT, free_port, wait_until

NEEDED = (
    "tidings",
    "assets",
    "alembic",
    "alembic.ini",
    "rxconfig.py",
    "reflex.lock",
    ".npmrc",
    "bunfig.toml",
    ".web",
)
START_S = 180  # without a .web to copy, Reflex installs its packages first
END_S = 15


class ReflexRun:
    """The app on Reflex's own server. `url` is the back end, `site` what a browser types."""

    def __init__(self, folder: Path, *words: str, one_port: bool) -> None:
        self.data_dir = folder / "data"
        self._folder = folder
        self._words = words
        self._front = free_port()
        self._back = self._front if one_port else free_port()
        self.site = f"http://localhost:{self._front}"
        self.url = f"http://localhost:{self._back}"
        self._log = folder / "reflex.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Copy the project, start, and wait until pages and doors answer."""
        for name in NEEDED:
            _copy(ROOT / name, self._folder / name)
        self.data_dir.mkdir()
        ports = [] if self._back == self._front else ["--backend-port", str(self._back)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reflex", "run", *self._words, *ports],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all it starts can be ended with it
            )
        wait_until(self._answers, START_S, f"an answer of reflex run: {self._log}")

    def log(self) -> str:
        """Return what it printed."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def stop(self) -> None:
        """Press Ctrl-C, and sweep up what that leaves."""
        if self._process is None:
            return
        group = self._process.pid
        os.killpg(group, signal.SIGINT)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end_group(group)
            self._process.wait()

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # an activated venv
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TIDINGS_", "REFLEX_"))
        }
        return kept | {
            "PATH": path,
            "TIDINGS_PORT": str(self._front),
            "TIDINGS_DATA_DIR": str(self.data_dir),
            "TIDINGS_ADMIN_PASSWORD": ADMIN_PASSWORD,
        }

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"reflex run ended by itself:\n{self.log()[-3000:]}")
        try:
            return all(
                httpx.get(address, timeout=5, verify=PLAIN).status_code == 200
                for address in (self.url + "/readyz", self.site + "/login")
            )
        except httpx.TransportError:
            return False


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "build"))
    elif source.exists():
        shutil.copy2(source, target)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
