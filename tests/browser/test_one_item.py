"""The address of one notification: copied from it, followed later, and left again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender
from tests.browser.test_lists import is_at
from tests.browser.test_looks import finds_nothing_serious
from tests.browser.visitor import Visitor


def copied(page: Page) -> str:
    return page.evaluate("() => navigator.clipboard.readText()")


def test_a_copied_link_opens_that_one_wherever_it_is_by_then(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    sender.publishes("The one", person, body="all of it")
    sender.publishes("Another", person)
    tab = visitor.opens_the_feed()
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.opens("The one")
    tab.card("The one").get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    link = copied(page)
    assert link.startswith(visitor.site + "/?item=")
    tab.card("The one").get_by_role("button", name="Mark as unread").last.click()
    tab.card("The one").get_by_role("button", name="Done").last.click()
    tab.shows("Another")
    page.goto(link)
    tab.is_connected()
    tab.shows("The one")
    expect(tab.card("The one").get_by_text("all of it").last).to_be_visible()
    tab.shows_read("The one")
    expect(page.get_by_test_id("chip")).to_have_count(1)
    finds_nothing_serious(page)
    page.locator('[data-testid="chip"][data-filter="item"]').click()
    is_at(page, "/?view=all")
    expect(tab.cards).to_have_count(2)
    page.go_back()
    tab.shows("The one")
    page.get_by_test_id("search").press_sequentially("anoth")
    is_at(page, "/?view=all&q=anoth")
    tab.shows("Another")


def test_what_is_nobodys_or_somebody_elses_is_not_found(
    open_browser: Callable[[], Visitor], visitor: Visitor, person: Person, sender: Sender
) -> None:
    sender.publishes("Mine", person)
    tab = visitor.opens_the_feed()
    for address in ("/?item=nothing-like-it", "/?item=00000000-0000-7000-8000-000000000000"):
        tab.goes_to(address)
        expect(tab.page.get_by_text("This notification is not in your inbox.")).to_be_visible()
        tab.is_connected()
    tab.page.get_by_role("button", name="Clear search and filters").click()
    tab.shows("Mine")


def test_what_changes_meanwhile_is_seen_there(visitor: Visitor, person: Person, sender: Sender) -> None:
    sender.publishes("Build runs", person, dedupe_key="build")
    tab = visitor.opens_the_feed()
    item = tab.card("Build runs").get_attribute("data-id")
    tab.goes_to(f"/?item={item}")
    tab.shows("Build runs")
    sender.publishes("Something else", person)
    sender.publishes("Build is done", person, dedupe_key="build")
    tab.shows("Build is done")
