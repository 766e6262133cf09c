"""The fixtures of the journeys: one server a module, a browser with a fresh profile for everybody in a test.

A module may set `SETTINGS` (names without `TIDINGS_`) for its server. A witness that complains fails the
test. Tabs share a connection only where a module sets `SHARES = True`: Playwright sees and fakes what pages
say on the line, not what a worker says.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.browser.chromium import Stand, installed
from tests.browser.people import Person, Sender, add_person
from tests.browser.tab import SOON_S, Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

HERE = Path(__file__).parent
LAST_WORDS = 20
WIDTH = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Return Playwright. Not longer than this package: its loop would be in the way of other rooms' tests."""
    before = signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # as Ctrl-C: servers and browsers are ended
    expect.set_options(timeout=SOON_S * 1000)
    try:
        with sync_playwright() as playwright:
            yield playwright
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="package")
def stand(playwright: Playwright) -> Iterator[Stand]:
    """Return where fresh browsers wait, or skip."""
    program = installed(playwright)
    if program is None:
        pytest.skip("no Chromium: install the package chromium, or run `playwright install chromium`")
    stand = Stand(program)
    yield stand
    stand.close()


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TidingsServer]:
    """Return the production server of this module, running."""
    chosen: dict[str, str] = getattr(request.module, "SETTINGS", {})  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    settings = {f"TIDINGS_{name}": value for name, value in chosen.items()}
    server = TidingsServer(tmp_path_factory.mktemp("server") / "data", **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def sender(server: TidingsServer) -> Sender:
    """Return a program with an API key."""
    return Sender(server)


@pytest.fixture
def person(server: TidingsServer) -> Person:
    """Return somebody new, whose inbox is empty."""
    return add_person(server)


@pytest.fixture
def open_browser(
    request: pytest.FixtureRequest, playwright: Playwright, stand: Stand, server: TidingsServer
) -> Iterator[Callable[[], Visitor]]:
    """Return what opens browsers; at the end they are closed and their witnesses heard."""
    visitors: list[Visitor] = []

    def open_one() -> Visitor:
        shares: bool = getattr(request.module, "SHARES", False)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        visitors.append(Visitor(playwright, stand.take(), server.url, shares=shares))
        return visitors[-1]

    yield open_one
    complaints = [complaint for visitor in visitors for complaint in visitor.close()]
    for visitor in visitors:
        print("console:", *visitor.witness.lines[-LAST_WORDS:], *visitor.witness.complaints, sep="\n  ")
    print(
        "server:", *[line[:WIDTH] for line in server.log.read_text().splitlines()[-LAST_WORDS:]], sep="\n  "
    )
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def visitor(open_browser: Callable[[], Visitor], person: Person) -> Visitor:
    """Return that somebody's browser, signed in, on no page yet."""
    visitor = open_browser()
    visitor.is_signed_in_as(person)
    return visitor


@pytest.fixture
def mortal(server: TidingsServer, request: pytest.FixtureRequest) -> None:
    """Let the server die: it is started again for the next journey, and what it refuses is no surprise."""
    if server.process is None:
        server.start()
    visitor: Visitor = request.getfixturevalue("visitor")
    visitor.witness.expects(r"ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    visitor.witness.expects(r"WebSocket connection to .* failed")


@pytest.fixture
def tab(visitor: Visitor) -> Tab:
    """Return their feed, connected."""
    return visitor.opens_the_feed()
