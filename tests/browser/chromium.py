"""Chromiums of our own: processes with a fresh profile each, reached over a debugging port, gone when closed.

No page and no assertion comes in here. Started by hand because only then hidden tabs are really hidden: a
browser that Playwright launches, or a context that it makes, believes for ever to be looked at. Visitors
(visitor.py) take theirs from a stand.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from playwright.sync_api import Playwright

from tests.running import wait_until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOW = "1200,800"
QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--metrics-recording-only",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2",  # a mouse, which is not believed in headless
    "--password-store=basic",
)
START_S = 20
END_S = 10


def installed(playwright: Playwright) -> str | None:
    """Return the browser of this machine, else the one of `playwright install chromium`, else nothing."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    downloaded = playwright.chromium.executable_path
    return found or (downloaded if Path(downloaded).exists() else None)


class Chromium:
    """One browser process. Everything it wrote goes with it."""

    def __init__(self, program: str) -> None:
        self._profile = Path(mkdtemp(prefix="tidings-chromium-"))
        self._port_file = self._profile / "DevToolsActivePort"
        self._process = subprocess.Popen(
            [program, *self._words(), "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _words(self) -> list[str]:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses root otherwise
        own = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._profile}"]
        return [*own, f"--window-size={WINDOW}", *sandbox, *QUIET]

    def address(self) -> str:
        """Return where it can be reached, once it can."""
        wait_until(self._is_up, START_S, "Chromium's start")
        port = self._port_file.read_text().split()[0]
        return f"http://127.0.0.1:{port}"

    def _is_up(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"Chromium ended by itself with code {self._process.returncode}")
        return self._port_file.exists() and len(self._port_file.read_text().split()) > 1

    def close(self) -> None:
        """End the process. It may not put anything in order: nobody will read its profile again."""
        self._process.kill()
        self._process.wait()

    def is_swept(self) -> bool:
        """Remove the profile once the process has ended; its children may write into it a little longer."""
        if self._process.poll() is not None:
            shutil.rmtree(self._profile, ignore_errors=True)
        return not self._profile.exists()


class Stand:
    """Where browsers wait: the next one starts while the one before is looked at."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._waiting: Chromium | None = None
        self._left: list[Chromium] = []

    def take(self) -> Chromium:
        """Return a browser that nobody has used yet; whoever takes it closes it."""
        taken = self._waiting or Chromium(self._program)
        self._waiting = Chromium(self._program)
        self._left = [each for each in (*self._left, taken) if not each.is_swept()]
        return taken

    def close(self) -> None:
        """End the one that waits; nothing of anybody's is left."""
        if self._waiting is not None:
            self._waiting.close()
            self._left.append(self._waiting)
        wait_until(lambda: all(each.is_swept() for each in self._left), END_S, "the end of the profiles")
