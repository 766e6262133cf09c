"""Coming in and going out: the form in all its ways, and that nothing stays behind."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import Person, Sender, add_person
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

WRONG = "The name or the password is wrong."
REFUSED_401 = r"status of 401 .*/api/v1/session\b"

# Everything a browser keeps for us, as one value: emptiness is the test.
REMAINS = """async () => {
  const rows = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    for (const store of database.objectStoreNames) {
      const request = database.transaction(store).objectStore(store).getAll();
      rows.push(...await new Promise((done) => { request.onsuccess = () => done(request.result); }));
    }
    database.close();
  }
  const session = Object.keys(sessionStorage).filter((name) => name !== "react-router-scroll-positions");
  const local = Object.keys(localStorage).filter((name) => !["theme", "tidings.looks"].includes(name));
  return { rows, session, local, cookie: document.cookie };
}"""


def remains(page: Page) -> dict[str, Any]:
    return page.evaluate(REMAINS)


def test_a_wrong_password_is_said_in_place(open_browser: Callable[[], Visitor], person: Person) -> None:
    visitor = open_browser()
    visitor.witness.expects(REFUSED_401)
    tab = visitor.tab
    tab.goes_to("/login")
    tab.signs_in(person.name, "not the password")
    expect(tab.page.get_by_role("alert")).to_have_text(WRONG)
    tab.is_at_sign_in()
    expect(tab.page.locator("[name=username]")).to_have_value(person.name)
    expect(tab.page.locator("[name=password]")).to_be_focused()
    tab.signs_in(person.name, person.password)
    tab.is_connected()
    assert visitor.witness.requests.count(visitor.site + "/login") == 1  # never left the page for the error


def test_an_unknown_name_gets_the_same_answer(open_browser: Callable[[], Visitor]) -> None:
    visitor = open_browser()
    visitor.witness.expects(REFUSED_401)
    visitor.tab.goes_to("/login")
    visitor.tab.signs_in("nobody", "not the password")
    expect(visitor.tab.page.get_by_role("alert")).to_have_text(WRONG)


def test_the_keyboard_is_enough(open_browser: Callable[[], Visitor], person: Person) -> None:
    tab = open_browser().tab
    tab.goes_to("/login")
    expect(tab.page.locator("[name=username]")).to_be_focused()
    keyboard = tab.page.keyboard
    keyboard.type(person.name)
    keyboard.press("Tab")
    expect(tab.page.locator("[name=password]")).to_be_focused()
    keyboard.type(person.password)
    keyboard.press("Enter")
    tab.is_connected()


def test_the_form_is_one_that_password_managers_understand(open_browser: Callable[[], Visitor]) -> None:
    tab = open_browser().tab
    tab.goes_to("/login")
    form = tab.page.get_by_test_id("sign-in-form")
    expect(form.locator("[name=username]")).to_have_attribute("autocomplete", "username")
    password = form.locator("[name=password]")
    expect(password).to_have_attribute("autocomplete", "current-password")
    expect(password).to_have_attribute("type", "password")
    expect(form).to_have_attribute("action", "/api/v1/session")
    expect(form).to_have_attribute("method", "post")
    expect(form.get_by_label("Name")).to_be_visible()
    form.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")


def test_without_javascript_the_form_still_signs_in(
    open_browser: Callable[[], Visitor], server: TidingsServer, person: Person
) -> None:
    context = open_browser().browser.new_context(java_script_enabled=False)
    page = context.new_page()
    tab = Tab(page, server.url)
    tab.goes_to("/login")
    tab.signs_in(person.name, "not the password")
    expect(page).to_have_url(server.url + "/login?error=wrong#wrong")
    tab.is_at_sign_in()
    tab.signs_in(person.name, person.password)
    expect(page).to_have_url(server.url + "/")
    assert {cookie.get("httpOnly") for cookie in context.cookies()} == {True}
    page.goto("about:blank")  # closed while it goes somewhere, it might never be (Playwright's issue 42366)
    context.close()


def test_without_javascript_a_wrong_password_is_said_too(
    open_browser: Callable[[], Visitor], server: TidingsServer, person: Person
) -> None:
    context = open_browser().browser.new_context(java_script_enabled=False)
    tab = Tab(context.new_page(), server.url)
    tab.goes_to("/login")
    tab.signs_in(person.name, "not the password")
    expect(tab.page.get_by_text(WRONG)).to_be_visible()


def test_a_form_that_was_sent_back_says_why(open_browser: Callable[[], Visitor]) -> None:
    tab = open_browser().tab
    tab.goes_to("/login?error=wrong")
    expect(tab.page.get_by_role("alert")).to_have_text(WRONG)
    tab.goes_to("/login?error=throttled")
    expect(tab.page.get_by_role("alert")).to_contain_text("Too many attempts")
    tab.goes_to("/login?error=<b>never</b>")
    expect(tab.page.get_by_role("alert")).to_be_empty()


def test_a_stranger_is_taken_to_the_sign_in_and_opens_no_socket(open_browser: Callable[[], Visitor]) -> None:
    visitor = open_browser()
    visitor.tab.goes_to("/")
    visitor.tab.is_at_sign_in()
    visitor.tab.page.wait_for_timeout(300)
    assert visitor.witness.wires == []


def test_sign_out_in_one_tab_signs_out_the_other_and_leaves_nothing_behind(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes("For my eyes only", person)
    tab.shows("For my eyes only")
    other = visitor.opens_another_tab()
    other.shows("For my eyes only")
    other.page.wait_for_timeout(1200)  # the cache is written a second after the last change
    assert "For my eyes only" in str(remains(other.page))
    other.signs_out()
    other.is_at_sign_in()
    tab.is_at_sign_in()
    assert remains(tab.page) == {"rows": [], "session": [], "local": [], "cookie": ""}
    assert visitor.context.cookies() == []
    assert not visitor.witness.open_wires


def test_back_after_sign_out_shows_nothing_private(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    visitor.witness.expects(
        r"status of 401 .*/api/v1/"
    )  # a page that was kept asks again for all that it showed
    sender.publishes("For my eyes only", person)
    tab.shows("For my eyes only")
    tab.signs_out()
    tab.is_at_sign_in()
    tab.page.go_back()
    tab.page.wait_for_timeout(300)
    expect(tab.page.get_by_text("For my eyes only")).to_have_count(0)
    tab.is_at_sign_in()


def test_a_session_ended_from_elsewhere_goes_to_sign_in_within_two_seconds(
    open_browser: Callable[[], Visitor], visitor: Visitor, tab: Tab, person: Person
) -> None:
    elsewhere = open_browser()
    elsewhere.is_signed_in_as(person)
    ended = elsewhere.context.request.delete(
        elsewhere.site + "/api/v1/sessions", headers={"Origin": elsewhere.site}
    )
    assert ended.json() == {"ended": 1}
    tab.is_at_sign_in(within_s=2)


def test_a_disabled_account_loses_its_page(
    tab: Tab, visitor: Visitor, person: Person, server: TidingsServer
) -> None:
    visitor.witness.expects(r"status of 401 .*/session/token")
    server.command("user", "disable", person.name)
    tab.is_at_sign_in()


def test_another_person_signing_in_sees_only_their_own(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender, server: TidingsServer
) -> None:
    second = add_person(server)
    sender.publishes("For the first", person)
    sender.publishes("For the second", second)
    tab.shows("For the first")
    tab.page.wait_for_timeout(1200)  # until it is cached
    visitor.is_signed_in_as(second)  # the cookie changes hands under the page's feet
    tab.shows("For the second")
    tab.counts(1)
