"""A Chromium of our own: a process with a fresh profile, reached over its debugging port, gone when closed.

No page and no assertion comes in here. Started by hand because only then hidden tabs are really hidden: a
browser that Playwright launches, or a context that it makes, believes for ever to be looked at. Used by
visitor.py.
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
        """End the process, by force if need be, and remove the profile."""
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        wait_until(self._is_swept, END_S, "the end of the profile")

    def _is_swept(self) -> bool:
        """Remove the profile; children that are still ending may write into it once more."""
        shutil.rmtree(self._profile, ignore_errors=True)
        return not self._profile.exists()
