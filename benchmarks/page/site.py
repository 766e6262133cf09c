"""The server and the readers whose pages are measured: one with a usual inbox, one with ten thousand items.

No measuring may come in here. Opened by the command.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Playwright

from benchmarks.workshop import BENCH, CannotMeasure
from tests.browser.chromium import Chromium, installed
from tests.browser.people import Person, Sender, add_person
from tests.browser.sights import all_senders, realistic
from tests.browser.visitor import Visitor
from tests.running import TidingsServer, wait_until

USUAL, MANY = 40, 10_000
BATCH = 1_000
SWEPT_S = 10


@dataclass
class Site:
    """A running server with its readers, and browsers to look with."""

    playwright: Playwright
    program: str
    server: TidingsServer
    sender: Sender
    usual: Person
    many: Person

    @contextmanager
    def visitor(self, person: Person | None) -> Generator[Visitor]:
        """Open a fresh browser, signed in as somebody or nobody."""
        chromium = Chromium(self.program)
        visitor = Visitor(self.playwright, chromium, self.server.url, shares=True)
        try:
            if person is not None:
                visitor.is_signed_in_as(person)
            yield visitor
        finally:
            visitor.close()
            wait_until(chromium.is_swept, SWEPT_S, "the end of the profile")


@contextmanager
def open_site(playwright: Playwright) -> Generator[Site]:
    """Start Tidings as `scripts/run` does, with a fresh database."""
    program = installed(playwright)
    if program is None:
        raise CannotMeasure("The page is measured in Chromium: install Debian's package chromium.")
    with TemporaryDirectory(dir=BENCH) as folder:
        server = TidingsServer(Path(folder) / "data", TIDINGS_MAX_PUBLISHES_PER_SECOND_PER_KEY="0")
        try:
            server.start()
            sender = Sender(server)
            usual, many = add_person(server, admin=True), add_person(server)
            realistic(all_senders(server), usual, USUAL)
            for start in range(0, MANY, BATCH):
                sender.publishes_many([f"Number {start + place}" for place in range(BATCH)], many)
            yield Site(playwright, program, server, sender, usual, many)
        finally:
            server.stop()
