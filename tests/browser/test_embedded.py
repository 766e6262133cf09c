"""The example: another Reflex app with a bell, built for production, beside a real Tidings."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender, add_person
from tests.browser.visitor import Visitor
from tests.running import PLAIN, ROOT, TidingsServer, free_port, wait_until

EXAMPLE = ROOT / "examples/backoffice"
WORKSHOP = ("reflex.lock", "bunfig.toml", ".npmrc")  # so that the packages are those that are here already
BUILD_S, END_S = 240, 10


class Backoffice:
    """The example in a folder of its own, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._folder = folder
        self._log = folder / "backoffice.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, tidings: str) -> None:
        """Build it and wait until its page answers."""
        shutil.copytree(EXAMPLE, self._folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".web"))
        for name in WORKSHOP:
            _copy(ROOT / name, self._folder / name)
        if (ROOT / ".web/node_modules").is_dir():
            _copy(ROOT / ".web/node_modules", self._folder / ".web/node_modules")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reflex", "run", "--env", "prod", "--frontend-port", str(self.port)],
                cwd=self._folder,
                env=self._environment(tidings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._answers, BUILD_S, f"the page of the example: {self._log}")

    def stop(self) -> None:
        """End it and all it started."""
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def log(self) -> str:
        """Return what it printed."""
        return self._log.read_text(errors="replace")

    def _environment(self, tidings: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TIDINGS_", "REFLEX_"))
        }
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return kept | {
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "TIDINGS_SERVER": tidings,
            "REFLEX_BACKEND_HOST": "127.0.0.1",
            "REFLEX_USE_NPM": "1",
            "REFLEX_CHECK_LATEST_VERSION": "false",
        }

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the example ended by itself:\n{self.log()[-3000:]}")
        try:
            return httpx.get(self.url, timeout=2, verify=PLAIN).status_code == 200
        except httpx.TransportError:
            return False


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def backoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backoffice]:
    """Return the example; it is started by the server beside it."""
    example = Backoffice(tmp_path_factory.mktemp("backoffice"))
    yield example
    example.stop()


@pytest.fixture(scope="module")
def server(backoffice: Backoffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    """Return a Tidings that lets pages of the example talk to it, and start the example."""
    server = TidingsServer(tmp_path_factory.mktemp("server") / "data")
    server.environment["TIDINGS_ALLOWED_ORIGINS"] = f"{server.url},{backoffice.url}"
    server.start()
    try:
        backoffice.start(server.url)
        yield server
    finally:
        print(backoffice.log()[-2000:])
        server.stop()


@pytest.fixture
def clerk(open_browser: Callable[[], Visitor], server: TidingsServer, backoffice: Backoffice) -> Visitor:
    """Return a browser for the back office."""
    visitor = open_browser()
    visitor.witness.expects("favicon.ico")  # the example has none
    visitor.witness.knows(backoffice.url.removeprefix("http://"))
    return visitor


def go(clerk: Visitor, backoffice: Backoffice, path: str = "/") -> Page:
    clerk.tab.page.goto(backoffice.url + path)
    return clerk.tab.page


def test_a_notification_arrives_in_the_bell_of_another_app(
    clerk: Visitor, backoffice: Backoffice, person: Person, sender: Sender
) -> None:
    clerk.is_signed_in_as(person)
    page = go(clerk, backoffice)
    clerk.tab.is_connected(20)
    expect(page.locator("#known")).to_contain_text("connected")
    sender.publishes("Order 7 is paid", person, body="Pack it today.")
    bell = page.get_by_test_id("tidings-bell")
    expect(bell).to_contain_text("1")
    expect(page.locator("#heard")).to_contain_text("Python heard: Order 7 is paid")
    bell.click()
    clerk.tab.shows("Order 7 is paid")
    clerk.tab.opens("Order 7 is paid")
    expect(page.get_by_text("Pack it today.").last).to_be_visible()
    expect(bell.locator(".bell-count")).to_have_count(0)
    page.keyboard.press("Escape")
    go(clerk, backoffice, "/notifications")
    clerk.tab.shows("Order 7 is paid")
    clerk.tab.shows_read("Order 7 is paid")


def test_without_a_session_there_is_a_way_to_sign_in_and_the_app_stays(
    clerk: Visitor, backoffice: Backoffice, server: TidingsServer
) -> None:
    clerk.witness.expects("status of 401")
    page = go(clerk, backoffice, "/notifications")
    link = page.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", server.url + "/login")
    assert page.url.rstrip("/") == backoffice.url + "/notifications"
    person = add_person(server)
    clerk.is_signed_in_as(person)
    elsewhere = clerk.looks_at_something_else()
    page.wait_for_timeout(500)
    elsewhere.close()
    clerk.tab.comes_to_the_front()
    clerk.tab.is_connected(20)


def test_it_speaks_as_the_browser_until_the_app_says_otherwise_and_the_app_is_left_alone(
    clerk: Visitor, backoffice: Backoffice, person: Person, sender: Sender
) -> None:
    clerk.is_signed_in_as(person)
    clerk.tab.page.add_init_script(
        "Object.defineProperty(navigator, 'languages', {get: () => ['ar-EG', 'en']})"
    )
    page = go(clerk, backoffice)
    clerk.tab.is_connected(20)
    sender.publishes("Order 7 is paid", person)
    bell = page.get_by_test_id("tidings-bell")
    expect(bell).to_have_attribute("title", "الإشعارات")
    bell.click()
    feed = page.get_by_test_id("tidings-feed")
    assert feed.evaluate("(feed) => getComputedStyle(feed).direction") == "rtl"
    expect(page.get_by_role("button", name="تعليم الكل كمقروء")).to_be_visible()
    clerk.tab.opens("Order 7 is paid")
    expect(
        clerk.tab.card("Order 7 is paid").get_by_role("button", name="تم", exact=True).first
    ).to_be_visible()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", ""]
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="de", exact=True).click()
    expect(bell).to_have_attribute("title", "Benachrichtigungen")
    expect(page.locator(".tidings").first).to_have_attribute("dir", "ltr")
    page.get_by_role("button", name="en", exact=True).click()
    expect(bell).to_have_attribute("title", "Notifications")


def test_it_speaks_as_the_person_reads_tidings(
    clerk: Visitor, backoffice: Backoffice, person: Person
) -> None:
    clerk.is_signed_in_as(person)
    clerk.chooses(language="es")
    page = go(clerk, backoffice)
    clerk.tab.is_connected(20)
    expect(page.get_by_test_id("tidings-bell")).to_have_attribute("title", "Notificaciones")
