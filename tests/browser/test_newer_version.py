"""An old page meets a newer server: it works on, says so quietly, and is never broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from playwright.sync_api import Locator, Route, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.newer import newer_tree
from tests.running import ROOT, TidingsServer

SETTINGS = {"HIDDEN_GRACE_SECONDS": "0.2", "RETRY_DELAYS_SECONDS": "0.5", "RETRY_MAX_ATTEMPTS": "100"}
pytestmark = [pytest.mark.usefixtures("mortal"), pytest.mark.slow]
BACK_S = 30


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    newest = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()
    return newer_tree(tmp_path_factory.mktemp("newer"), str(newest))


@pytest.fixture
def upgraded(server: TidingsServer, newer: Path, visitor: Visitor) -> Iterator[TidingsServer]:
    """Return what a test upgrades; afterwards the old version is back, on a database of its own."""
    visitor.witness.expects(r"status of 404")  # files of the old build
    yield server
    server.stop()
    for left in server.data_dir.glob("tidings.db*"):
        left.unlink()
    server.root = ROOT


def upgrade(server: TidingsServer, newer: Path) -> None:
    server.stop()
    server.root = newer
    server.start()


def offer(tab: Tab) -> Locator:
    return tab.page.get_by_test_id("new-version")


def mark_this_load(tab: Tab) -> None:
    tab.page.evaluate("document.documentElement.dataset.load = 'the first'")


def the_same_load(tab: Tab) -> Locator:
    """The page as it was marked; whoever loads it again finds nothing."""
    return tab.page.locator("html[data-load]")


def test_the_old_page_works_on_and_offers_the_new_one(
    upgraded: TidingsServer, newer: Path, visitor: Visitor, tab: Tab, person: Person
) -> None:
    mark_this_load(tab)
    expect(offer(tab)).to_have_count(0)
    upgrade(upgraded, newer)
    tab.is_connected(BACK_S)
    expect(offer(tab)).to_contain_text("A new version is here")
    Sender(upgraded).publishes("Told by the new one", person)
    tab.shows("Told by the new one")
    tab.opens("Told by the new one")
    tab.shows_read("Told by the new one")
    tab.counts(0)
    expect(the_same_load(tab), "nobody is interrupted").to_have_count(1)
    offer(tab).get_by_role("button", name="Reload").click()
    tab.is_connected()
    tab.shows("Told by the new one")
    expect(the_same_load(tab)).to_have_count(0)
    expect(offer(tab)).to_have_count(0)


def test_a_page_whose_files_are_gone_is_loaded_again_and_not_broken(
    upgraded: TidingsServer, newer: Path, visitor: Visitor, tab: Tab
) -> None:
    visitor.witness.expects(r"Error loading route module|Failed to fetch dynamically imported module")
    upgrade(upgraded, newer)
    tab.is_connected(BACK_S)
    mark_this_load(tab)
    tab.page.get_by_role("link", name="Sessions and devices").first.click()
    expect(the_same_load(tab)).to_have_count(0)
    tab.is_connected()
    expect(offer(tab)).to_have_count(0)


def test_a_tab_that_nobody_saw_is_new_when_it_is_shown_again_but_never_with_words_in_it(
    upgraded: TidingsServer, newer: Path, visitor: Visitor, tab: Tab
) -> None:
    mark_this_load(tab)
    search = tab.page.get_by_role("searchbox").first
    search.fill("half a thought")
    front = visitor.looks_at_something_else()
    tab.is_in("disconnected", "hidden")
    upgrade(upgraded, newer)
    tab.comes_to_the_front()
    tab.is_connected(BACK_S)
    expect(offer(tab)).to_be_visible()
    expect(the_same_load(tab)).to_have_count(1)
    search.fill("")
    front.bring_to_front()
    tab.is_in("disconnected", "hidden")
    tab.comes_to_the_front()
    expect(the_same_load(tab)).to_have_count(0)
    tab.is_connected()
    expect(offer(tab)).to_have_count(0)


@pytest.mark.parametrize("gone_for", [2, 100])
def test_a_page_that_came_without_its_files_is_loaded_once_more(visitor: Visitor, gone_for: int) -> None:
    visitor.witness.expects(r"status of 404")
    asked: list[str] = []
    opened: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= gone_for:
            route.fulfill(status=404, body="gone")
        else:
            route.continue_()

    visitor.context.route("**/assets/root-*.js", answer)
    visitor.tab.page.on("domcontentloaded", lambda page: opened.append(page.url))
    visitor.tab.goes_to("/")
    if gone_for == 2:  # the browser asks ahead for what it will need, and again when it needs it
        visitor.tab.is_connected(BACK_S)
    else:
        visitor.tab.page.wait_for_timeout(2_000)  # another loading would have begun at once
    assert len(opened) == 2
