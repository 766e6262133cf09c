"""Notifications arrive: from a program, from the command line, in bursts, and again."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer


def test_somebody_signs_in_and_sees_a_notification_arrive(
    open_browser: Callable[[], Visitor], person: Person, sender: Sender
) -> None:
    visitor = open_browser()
    tab = visitor.tab
    tab.goes_to("/")
    tab.is_at_sign_in()
    tab.signs_in(person.name, person.password)
    tab.is_connected()
    expect(tab.page.get_by_text("You are all caught up")).to_be_visible()
    sender.publishes("Disk full on db-2", person, body="92 % used", level="error")
    tab.shows("Disk full on db-2", within_s=3)
    tab.counts(1)
    tab.shows_unread("Disk full on db-2")
    assert visitor.witness.story[-2:] == ["connection established", "authentication success"]


def test_what_the_command_line_sends_arrives(tab: Tab, person: Person, server: TidingsServer) -> None:
    server.command("send", "--to", person.name, "--title", "From a terminal", "--level", "warning")
    tab.shows("From a terminal")
    tab.counts(1)


def test_a_person_added_on_the_command_line_can_sign_in(
    open_browser: Callable[[], Visitor], server: TidingsServer
) -> None:
    server.command("user", "add", "zoe", "--password-stdin", given="a long enough secret\n")
    tab = open_browser().tab
    tab.goes_to("/login")
    tab.signs_in("zoe", "a long enough secret")
    tab.is_connected()
    expect(tab.page.get_by_text("Signed in as zoe")).to_be_visible()


def test_a_test_notification_can_be_sent_to_oneself(tab: Tab) -> None:
    tab.page.get_by_test_id("send-test").click()
    expect(tab.cards).to_have_count(1)
    tab.counts(1)


def test_newest_is_first_and_an_update_in_place_moves_its_card_to_the_top(
    tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("Build 42 runs", person, dedupe_key="build-42")
    sender.publishes("Something else", person)
    tab.shows("Something else", "Build 42 runs")
    tab.opens("Build 42 runs")
    tab.shows_read("Build 42 runs")
    sender.publishes("Build 42 is done", person, dedupe_key="build-42")
    tab.shows("Build 42 is done", "Something else")
    tab.shows_unread("Build 42 is done")
    tab.counts(2)


def test_an_opened_notification_says_everything_and_its_link_leads_out_safely(
    tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("Look", person, body="two\nlines", url="https://example.org/runs/7")
    tab.opens("Look")
    card = tab.card("Look")
    expect(card.get_by_text("two\nlines")).to_be_visible()
    link = card.get_by_role("link")
    expect(link).to_have_attribute("href", "https://example.org/runs/7")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")


def test_a_burst_shows_each_once_and_only_what_is_near_the_eye(
    tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes_many([f"Number {number}" for number in range(250)], person)
    tab.counts(250)
    expect(tab.cards.first).to_contain_text("Number 249")
    expect(tab.cards.nth(10)).to_be_attached()  # first what is in sight, then some around
    ids = [card.get_attribute("data-id") for card in tab.cards.all()]
    assert 10 < len(set(ids)) == len(ids) <= 200


def test_older_ones_are_loaded_near_the_end(visitor: Visitor, person: Person, sender: Sender) -> None:
    sender.publishes_many([f"Number {number}" for number in range(75)], person)
    tab = visitor.opens_the_feed()
    tab.page.keyboard.press("End")
    expect(tab.cards.first).to_have_attribute("aria-setsize", "75")
    tab.page.keyboard.press("End")
    expect(tab.card("Number 0")).to_be_in_viewport()
    expect(tab.page.get_by_role("button", name="Load older")).to_be_hidden()


def test_markup_is_shown_as_text(tab: Tab, person: Person, sender: Sender) -> None:
    title = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"
    body = "<script>document.title='owned'</script><a href='javascript:alert(1)'>here</a>"
    sender.publishes(title, person, body=body, category="<i>c</i>")
    tab.shows(title)
    tab.opens(title)
    expect(tab.card(title).locator(".row-body")).to_have_text(body)
    expect(tab.card(title).locator("img, script, a, b, i")).to_have_count(0)
    tab.counts(0)


def test_a_title_cannot_turn_itself_around(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Invoice \u202egpj.exe", person)
    tab.shows("Invoice gpj.exe")
    title = tab.cards.locator(".row-title")
    assert title.evaluate("(title) => getComputedStyle(title).unicodeBidi") in ("isolate", "plaintext")
