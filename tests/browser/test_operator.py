"""The operator's page: somebody connects, is seen there at once, is ended by the admin, and hears why."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.people import Person, Sender
from tests.browser.visitor import Visitor
from tests.running import ADMIN_PASSWORD

SETTINGS = {"HEARTBEAT_SECONDS": "2"}
ADMIN = Person("admin", ADMIN_PASSWORD)
WITHIN_MS = 10_000


@pytest.fixture
def operator(open_browser: Callable[[], Visitor]) -> Visitor:
    """Return the admin's browser, looking at the page."""
    operator = open_browser()
    operator.is_signed_in_as(ADMIN)
    operator.tab.goes_to("/live")
    expect(operator.tab.page.get_by_role("heading", name="Live")).to_be_visible()
    return operator


def _presses(page: Page, name: str, word: str, deed: str) -> None:
    row = page.locator(f'[data-testid="live-connection"][data-user="{name}"]')
    row.get_by_role("button", name=word, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=deed).click()


def test_somebody_connects_is_seen_is_ended_and_comes_back(
    operator: Visitor, visitor: Visitor, person: Person, sender: Sender
) -> None:
    page = operator.tab.page
    tab = visitor.opens_the_feed()
    row = page.locator(f'[data-testid="live-connection"][data-user="{person.name}"]')
    expect(row).to_have_count(1, timeout=WITHIN_MS)
    expect(row).to_contain_text("127.0.0.1")
    expect(row).to_contain_text("Chrome on Linux")
    expect(row).to_contain_text("ms", timeout=WITHIN_MS)  # of the first heartbeat
    before = row.get_attribute("data-id")
    sender.publishes("Hello", person)
    sent = page.get_by_test_id("live-sender").filter(has_text="journeys")
    expect(sent).to_have_count(1, timeout=WITHIN_MS)
    _presses(page, person.name, "End", "End the connection")
    tab.is_connected()
    ending = page.locator('[data-testid="live-ending"][data-code="1001"]').filter(has_text=person.name)
    expect(ending).to_contain_text("an admin ended it", timeout=WITHIN_MS)
    expect(row).to_have_count(1, timeout=WITHIN_MS)
    assert row.get_attribute("data-id") != before


def test_signing_somebody_out_there_takes_them_to_the_sign_in(
    operator: Visitor, visitor: Visitor, person: Person
) -> None:
    page = operator.tab.page
    visitor.opens_the_feed()
    _presses(page, person.name, "Sign out", "Sign out there")
    expect(visitor.tab.page).to_have_url(visitor.site + "/login")
    ending = page.locator('[data-testid="live-ending"][data-code="4410"]').filter(has_text=person.name)
    expect(ending).to_contain_text("the session was signed out", timeout=WITHIN_MS)
    operator.tab.goes_to("/audit")
    expect(page.get_by_text(f"signed {person.name} out on another device")).to_be_visible()


def test_the_numbers_move_while_one_looks_and_nothing_is_asked_by_http(operator: Visitor) -> None:
    page = operator.tab.page
    expect(page.get_by_test_id("plot-connections")).to_contain_text("1", timeout=WITHIN_MS)
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type != "script":  # menus are fetched when the page has come to rest
            asked.append(request.url)

    page.on("request", note)
    drawn = page.get_by_test_id("plot-connections").locator(".chart-line")
    first = drawn.get_attribute("d")
    page.wait_for_timeout(3_000)
    expect(drawn).not_to_have_attribute("d", first or "")
    assert not asked


def test_the_list_is_narrowed_as_one_types(operator: Visitor, visitor: Visitor, person: Person) -> None:
    page = operator.tab.page
    visitor.opens_the_feed()
    rows = page.get_by_test_id("live-connection")
    expect(rows).to_have_count(2, timeout=WITHIN_MS)
    page.get_by_placeholder("Find a name or address").fill(person.name.upper())
    expect(rows).to_have_count(1, timeout=WITHIN_MS)
    expect(rows).to_contain_text(person.name)
    page.get_by_placeholder("Find a name or address").fill("nobody at all")
    expect(page.get_by_role("heading", name="Nobody is connected")).to_be_visible(timeout=WITHIN_MS)
    operator.tab.goes_to("/users")
    page.get_by_placeholder("Find a name").fill(person.name)
    expect(page.get_by_role("main").get_by_text("admin", exact=True)).to_have_count(0, timeout=WITHIN_MS)
    expect(page.get_by_role("main").get_by_text(person.name, exact=True)).to_be_visible()


def test_the_doctor_sends_through_every_door_and_shows_the_hops(operator: Visitor) -> None:
    page = operator.tab.page
    operator.tab.goes_to("/doctor?idle=3")
    page.get_by_test_id("examine").click()
    expect(page.get_by_test_id("verdict")).to_have_text("All is well.", timeout=20_000)
    findings = page.get_by_test_id("finding")
    for hop in ("HTTP → socket", "Alerts → socket", "Up the socket", "Replay", "Silent line"):
        found = findings.filter(has=page.get_by_text(hop, exact=True))
        expect(found).to_have_attribute("data-well", "true")
    operator.tab.goes_to("/")
    expect(page.get_by_test_id("unread-count")).to_have_text("0")


def test_whoever_is_no_admin_reads_a_polite_no(visitor: Visitor) -> None:
    visitor.witness.expects("status of 403")
    visitor.tab.goes_to("/live")
    expect(visitor.tab.page.get_by_test_id("forbidden")).to_be_visible()
