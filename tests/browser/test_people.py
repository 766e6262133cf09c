"""Those who look after others: groups, topics, composing, and what becomes of what was sent."""

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender, add_person, remains_alone
from tests.browser.test_looks import NARROW, PHONE, finds_nothing_serious, never_scrolls_sideways
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

SENDING = "**/api/v1/notifications"
TOKEN = "**/api/v1/session/token"


@pytest.fixture
def admin(server: TidingsServer, open_browser: Callable[[], Visitor]) -> Visitor:
    """Return an admin's browser."""
    visitor = open_browser()
    visitor.is_signed_in_as(add_person(server, admin=True))
    return visitor


def go(visitor: Visitor, path: str) -> Page:
    visitor.tab.goes_to(path)
    visitor.tab.is_connected()
    return visitor.tab.page


def choose(page: Page, name: str, *, label: str = "People, groups or topics") -> None:
    page.get_by_role("combobox", name=label).fill(name)
    page.get_by_role("option").filter(has=page.get_by_text(name, exact=True)).click()


def make_group(page: Page, name: str, *people: Person) -> None:
    page.get_by_role("button", name="New group").click()
    page.get_by_label("Name", exact=True).fill(name)
    for person in people:
        choose(page, person.name, label="Find a name")
    page.get_by_role("button", name="Make group").click()
    expect(page.locator(f'[data-testid="group"][data-name="{name}"]')).to_be_visible()


def write(page: Page, title: str, **fields: str) -> None:
    page.get_by_label("Title").fill(title)
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)


def test_an_admin_makes_a_group_writes_to_it_and_sees_who_has_read_it(
    admin: Visitor, visitor: Visitor, person: Person
) -> None:
    member = visitor.opens_the_feed()
    page = go(admin, "/groups")
    make_group(page, "oncall", person)
    expect(page.get_by_test_id("group")).to_contain_text("1 person")
    page = go(admin, "/compose")
    choose(page, "oncall")
    expect(page.get_by_test_id("reach")).to_have_text("Reaches 1 person.")
    write(page, "Drill at noon", Text="Bring **coffee**.")
    page.get_by_label("Level").select_option("warning")
    preview = page.get_by_role("region", name="Preview").get_by_test_id("feed-item")
    expect(preview.locator(".row-title")).to_have_text("Drill at noon")
    page.get_by_role("button", name="Send to 1 person").click()
    member.shows("Drill at noon")
    sent = page.get_by_test_id("just-sent")
    expect(sent.locator("dd").nth(0)).to_have_text("1")
    expect(sent.locator("dd").nth(1)).to_have_text("1", timeout=15_000)
    member.opens("Drill at noon")
    expect(sent.locator("dd").nth(2)).to_have_text("1", timeout=15_000)
    expect(page.get_by_test_id("sent").first).to_contain_text("Drill at noon")
    expect(page.get_by_label("Title")).to_have_value("")


def test_the_preview_is_the_row_that_is_seen(admin: Visitor) -> None:
    page = go(admin, "/compose")
    name = page.get_by_test_id("account-menu")
    expect(name).to_be_visible()
    write(page, "Nightly backup failed", Text="db-2 is full")
    page.get_by_label("Level").select_option("error")
    row = page.get_by_role("region", name="Preview").get_by_test_id("feed-item")
    promised = row.locator(".row-opener").inner_text().split("\n")
    page.get_by_role("button", name="Send to me first").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Sent to you")
    tab = admin.opens_the_feed()
    tab.shows("Nightly backup failed")
    assert tab.card("Nightly backup failed").locator(".row-opener").inner_text().split("\n") == promised


def test_pressing_twice_or_again_after_no_answer_sends_once(
    admin: Visitor, visitor: Visitor, person: Person
) -> None:
    member = visitor.opens_the_feed()
    page = go(admin, "/compose")
    admin.witness.expects("ERR_FAILED|ERR_CONNECTION")
    choose(page, person.name)
    write(page, "Only once")
    lost: list[str] = []

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        lost.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route(SENDING, lose_the_answer, times=1)
    send = page.get_by_test_id("compose-send")
    send.dblclick()
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    member.shows("Only once")
    send.dblclick()
    expect(page.get_by_test_id("just-sent")).to_contain_text("Only once")
    assert len(lost) == 1
    expect(member.cards).to_have_count(1)


def test_what_was_refused_is_said_at_its_field(admin: Visitor, person: Person) -> None:
    page = go(admin, "/compose")
    admin.witness.expects("status of 422")
    choose(page, person.name)
    write(page, "A link")
    page.get_by_text("Link, category, updates").click()
    page.get_by_label("Link", exact=True).fill("javascript:alert(1)")
    page.get_by_test_id("compose-send").click()
    expect(page.locator("#compose-url-problem")).to_contain_text("Must be http(s)://")
    page.get_by_label("Link", exact=True).fill("/deploys/7")
    expect(page.locator("#compose-url-problem")).to_have_text("")
    page.get_by_test_id("compose-send").click()
    expect(page.get_by_test_id("just-sent")).to_contain_text("A link")


def test_somebody_follows_a_topic_and_hears_of_it(visitor: Visitor, admin: Visitor, sender: Sender) -> None:
    page = go(admin, "/compose")
    sender.publishes_to({"topic": "releases/weekly"}, "The first one")
    tab = visitor.tab
    mine = go(visitor, "/topics")
    mine.get_by_role("button", name="Follow releases/weekly").click()
    expect(mine.get_by_role("button", name="Unfollow releases/weekly")).to_be_visible()
    choose(page, "releases/weekly")
    expect(page.get_by_test_id("reach")).to_have_text("Reaches 1 person.")
    write(page, "The second one")
    page.get_by_test_id("compose-send").click()
    visitor.opens_the_feed()
    tab.shows("The second one")
    expect(tab.cards).to_have_count(1)


def test_an_admin_looks_after_who_is_in_a_group(admin: Visitor, server: TidingsServer) -> None:
    one, other = add_person(server), add_person(server)
    page = go(admin, "/groups")
    make_group(page, "crew", one)
    group = page.locator('[data-testid="group"][data-name="crew"]')
    group.get_by_role("button", name="People").click()
    dialog = page.get_by_role("dialog")
    choose(page, other.name, label="Add people")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_test_id("member")).to_have_count(2)
    dialog.get_by_role("button", name=f"Take {one.name} out").click()
    expect(dialog.get_by_test_id("member")).to_have_count(1)
    dialog.get_by_role("button", name="Close").click()
    expect(group).to_contain_text("1 person")
    group.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(group).to_have_count(0)


@pytest.mark.parametrize("path", ["/groups", "/compose", "/users", "/keys"])
def test_who_is_no_admin_reads_a_polite_no(visitor: Visitor, path: str) -> None:
    visitor.witness.expects("status of 403")
    visitor.tab.goes_to(path)
    expect(visitor.tab.page.get_by_test_id("forbidden")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_pages_of_admins(
    admin: Visitor, person: Person, sender: Sender, theme: str
) -> None:
    page = admin.tab.page
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    sender.publishes_to({"topic": "deploys"}, "Hello")
    make_group(go(admin, "/groups"), f"axe-{theme}", person)
    finds_nothing_serious(page)
    page.get_by_role("button", name="People").first.click()
    finds_nothing_serious(page)
    for path in ("/topics", "/users", "/keys"):
        go(admin, path)
        expect(page.locator(".thing").first).to_be_visible()
        finds_nothing_serious(page)
    go(admin, "/compose")
    choose(page, person.name)
    write(page, "Hello", Text="Some words")
    page.get_by_role("combobox", name="People, groups").fill("a")
    expect(page.get_by_role("option").first).to_be_visible()
    finds_nothing_serious(page)
    page.get_by_role("combobox", name="People, groups").fill("")
    page.get_by_test_id("compose-send").click()
    expect(page.get_by_test_id("just-sent")).to_be_visible()
    finds_nothing_serious(page)


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "narrow"])
def test_nothing_scrolls_sideways_on_the_pages_of_admins(
    admin: Visitor, person: Person, sender: Sender, size: Any
) -> None:
    page = admin.tab.page
    page.set_viewport_size(size)
    sender.publishes_to({"topic": "a/very/long/topic/" + "x" * 80}, "Hello")
    make_group(go(admin, "/groups"), f"{'g' * 50}-{size['width']}", person)
    never_scrolls_sideways(page)
    for path in ("/topics", "/users", "/keys", "/compose"):
        go(admin, path)
        page.wait_for_timeout(300)
        never_scrolls_sideways(page)


def test_people_are_found_as_one_types(admin: Visitor, server: TidingsServer) -> None:
    one, _ = add_person(server), add_person(server)
    page = go(admin, "/users")
    page.get_by_role("searchbox", name="Find").fill(one.name)
    expect(page.get_by_test_id("user")).to_have_count(1)
    expect(page.get_by_test_id("user")).to_contain_text(one.name)
    page.get_by_role("searchbox", name="Find").fill("nobody is called that")
    expect(page.get_by_text("Nobody has such a name")).to_be_visible()


def test_the_last_admin_reads_why_they_cannot_be_switched_off(
    server: TidingsServer, open_browser: Callable[[], Visitor]
) -> None:
    last, visitor = add_person(server, admin=True), open_browser()
    remains_alone(server, last)
    visitor.is_signed_in_as(last)
    visitor.witness.expects("status of (409|503)")
    page = visitor.tab.page
    page.route(TOKEN, lambda route: route.fulfill(status=503))  # so the page cannot know whose row is whose
    visitor.tab.goes_to("/users")
    row = page.locator(f'[data-testid="user"][data-name="{last.name}"]')
    row.get_by_role("button", name="Switch off").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Switch off").click()
    expect(dialog.get_by_role("alert")).to_have_text(
        f"{last.name} is the only admin who can sign in. Add another admin or switch one on first."
    )
    dialog.get_by_role("button", name="Cancel").click()
    expect(row).not_to_contain_text("Switched off")


def test_the_pieces_that_come_with_a_new_key_work_as_they_are(admin: Visitor, server: TidingsServer) -> None:
    page = go(admin, "/keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Name", exact=True).fill("pieces")
    page.get_by_text("Restrict whom it may reach").click()
    page.get_by_label("Only these topics").fill("it's: all")
    page.get_by_role("button", name="Make key").click()
    pieces = dict[str, str]()
    for name in ("curl", "Python", "Alertmanager", "Grafana"):
        page.locator("label.tab", has_text=name).click()
        pieces[name] = page.locator(".modal .curl pre").inner_text()
    sent = subprocess.run(["bash", "-c", pieces["curl"].replace("curl ", "curl -fsS ", 1)], check=False)
    assert sent.returncode == 0
    assert subprocess.run([sys.executable, "-c", pieces["Python"]], check=False).returncode == 0
    for name in ("Alertmanager", "Grafana"):
        url = re.search(r"url: (\S+)", pieces[name])
        secret = re.search(r"credentials: (\S+)", pieces[name])
        assert url
        assert secret
        bearer = {"Authorization": f"Bearer {secret[1]}"}
        alerts = {"alerts": [{"status": "firing", "labels": {"alertname": "DiskFull"}}]}
        assert httpx.post(url[1], json=alerts, headers=bearer).status_code == 201
