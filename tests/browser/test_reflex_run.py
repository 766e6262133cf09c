"""`reflex run`, in development and with `--env prod`: the same journey on Reflex's own server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.chromium import Stand
from tests.browser.people import Person, Sender
from tests.browser.reflex_run import ReflexRun
from tests.browser.visitor import Visitor
from tests.running import ADMIN_PASSWORD

ADMIN = Person("admin", ADMIN_PASSWORD)
WARM_UP_S = 120  # in development each page is compiled when it is first asked for


@pytest.fixture(params=["development", "production"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReflexRun]:
    is_production = request.param == "production"
    running = ReflexRun(tmp_path, *(["--env", "prod"] if is_production else []), one_port=is_production)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        print(running.log()[-3000:])


@pytest.mark.slow
def test_somebody_signs_in_and_sees_a_notification_arrive(
    running: ReflexRun, playwright: Playwright, stand: Stand
) -> None:
    visitor = Visitor(playwright, stand.take(), running.site)
    try:
        visitor.witness.expects(
            r"status of 401 .*/session/token"
        )  # no doorman in front of Reflex's own pages
        visitor.witness.knows(running.url.removeprefix("http://"))
        tab = visitor.tab
        tab.goes_to("/")
        tab.is_at_sign_in(WARM_UP_S)
        tab.page.wait_for_load_state("networkidle")
        tab.signs_in(ADMIN.name, ADMIN.password)
        tab.is_connected(WARM_UP_S)
        Sender(running).publishes("Hello from a program", ADMIN)
        tab.shows("Hello from a program")
        tab.counts(1)
        tab.opens("Hello from a program")
        tab.counts(0)
    finally:
        complaints = visitor.close()
        print(
            "console:",
            *visitor.witness.lines,
            *visitor.witness.complaints,
            *visitor.witness.errors,
            sep="\n  ",
        )
    assert not complaints
