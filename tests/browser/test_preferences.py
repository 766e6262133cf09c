"""Choosing a language and how pages look: at once, in every tab, kept, without a flash of anything else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Person, Sender, add_person
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

SHARES = True
PAGES = ("/", "/preferences", "/topics", "/sessions", "/users", "/groups", "/keys", "/compose", "/audit")


def choose(page: Page, label: str, option: str) -> None:
    field = page.get_by_label(label, exact=True)
    expect(field).to_be_enabled()  # what is kept is known
    field.focus()
    field.select_option(label=option)


def html(page: Page) -> Locator:
    return page.locator("html")


def test_arabic_is_chosen_at_once_in_all_tabs_and_kept(visitor: Visitor) -> None:
    first = visitor.opens_the_feed()
    second = visitor.opens_another_tab("/preferences")
    page = second.page
    expect(page.get_by_role("heading", name="Preferences")).to_be_visible()
    choose(page, "Language", "العربية")
    expect(html(page)).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="التفضيلات")).to_be_visible()
    expect(page.locator("#choice-language")).to_be_focused()
    for tab in (first, second):
        expect(html(tab.page)).to_have_attribute("lang", "ar")
        expect(tab.badge).to_have_text("متصل")
    page.reload()
    expect(html(page)).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="التفضيلات")).to_be_visible()
    choose(page, "اللغة", "English")
    expect(page.get_by_role("heading", name="Preferences")).to_be_visible()
    expect(html(first.page)).to_have_attribute("dir", "ltr")


def test_the_first_thing_that_is_seen_is_in_the_right_language_and_light(visitor: Visitor) -> None:
    page = visitor.opens_another_tab("/preferences").page
    choose(page, "Language", "العربية")
    expect(page.get_by_role("heading", name="التفضيلات")).to_be_visible()
    page.get_by_label("داكن").check()
    page.get_by_label("مضغوطة").check()
    expect(html(page)).to_have_class("dark")
    visitor.witness.expects("ERR_FAILED")
    page.route("**/assets/*.js", lambda route: route.abort())  # only what stands in the head runs
    page.reload()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    expect(html(page)).to_have_class("dark")
    expect(html(page)).to_have_attribute("data-density", "compact")
    expect(page).to_have_title("التفضيلات · Tidings")
    expect(page.get_by_role("heading", name="التفضيلات")).to_be_visible()
    page.unroute("**/assets/*.js")


def test_a_stranger_reads_the_language_of_the_browser(open_browser: Callable[[], Visitor]) -> None:
    visitor = open_browser()
    page = visitor.tab.page
    page.add_init_script("Object.defineProperty(navigator, 'languages', {get: () => ['fr', 'es-MX', 'en']})")
    visitor.tab.goes_to("/login")
    expect(html(page)).to_have_attribute("lang", "es")
    expect(page.get_by_role("button", name="Iniciar sesión")).to_be_visible()
    visitor.witness.expects("status of 401")
    form = page.get_by_test_id("sign-in-form")
    form.locator("[name=username]").fill("nobody")
    form.locator("[name=password]").fill("wrong")
    form.get_by_role("button", name="Iniciar sesión").click()
    expect(page.get_by_role("alert")).to_have_text("El nombre o la contraseña son incorrectos.")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_every_page_is_whole_in_another_language(
    open_browser: Callable[[], Visitor], server: TidingsServer, sender: Sender, language: str
) -> None:
    """React finds in each page what it expects (the witness would tell), and nothing is cut off."""
    admin = add_person(server, admin=True)
    visitor = open_browser()
    visitor.is_signed_in_as(admin)
    page = visitor.tab.page
    page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{get: () => ['{language}']}})")
    sender.publishes("123", admin)
    for path in PAGES:
        visitor.tab.goes_to(path)
        visitor.tab.is_connected()
        expect(html(page)).to_have_attribute("lang", language)
        expect(page.locator("main [aria-busy=true]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_quiet_hours_silence_the_toast_and_nothing_else(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    tab = visitor.opens_the_feed()
    chosen = {"density": "compact", "quiet": {"on": True, "begin": "00:00", "end": "00:00"}}
    door, origin = visitor.site + "/api/v1/preferences", {"Origin": visitor.site}
    kept = visitor.context.request.put(door, data=chosen, headers=origin)
    assert kept.ok, kept.text()
    expect(html(tab.page)).to_have_attribute("data-density", "compact")  # the page has heard of it
    sender.publishes("In the night", person)
    expect(tab.card("In the night")).to_be_visible()
    tab.counts(1)
    sender.publishes("It burns", person, priority=5)  # once this one is heard, the other has been decided
    toasts = tab.page.get_by_test_id("toast")
    expect(toasts.filter(has_text="It burns")).to_be_visible()
    expect(toasts.filter(has_text="In the night")).to_have_count(0)


def test_what_is_muted_arrives_unheard(visitor: Visitor, person: Person, sender: Sender) -> None:
    tab = visitor.opens_the_feed()
    sender.publishes("First", person, category="deploys")
    expect(tab.page.get_by_test_id("toast").filter(has_text="First")).to_be_visible()
    tab.page.get_by_test_id("account-menu").click()
    tab.page.get_by_role("menuitem", name="Preferences").click()
    with tab.page.expect_response("**/api/v1/preferences"):
        tab.page.get_by_label("How deploys arrives").select_option(label="Muted")
    sender.publishes("Second", person, category="deploys")
    sender.publishes("Third", person, category="alarms")
    toasts = tab.page.get_by_test_id("toast")
    expect(toasts.filter(has_text="Third")).to_be_visible()
    expect(toasts.filter(has_text="Second")).to_have_count(0)
    expect(tab.page.get_by_test_id("unread-count")).to_have_text("3")


def test_the_sound_is_played_once_by_the_tab_that_is_looked_at(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    counting = """
        window.notes = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) {
            window.notes += 1;
            return start.apply(this, at);
        };
    """
    visitor.context.add_init_script(counting)
    first = visitor.opens_the_feed()
    second = visitor.opens_another_tab("/preferences")
    second.page.get_by_role("switch", name="Sound").click()
    expect(second.page.get_by_role("switch", name="Sound")).to_be_checked()
    visitor.waits_until(lambda: second.page.evaluate("notes") == 2, 10, "the sound to be tried")
    second.page.wait_for_timeout(1_600)  # several at once are one sound
    sender.publishes("Listen", person)
    expect(second.page.get_by_test_id("toast").filter(has_text="Listen")).to_be_visible()
    visitor.waits_until(lambda: second.page.evaluate("notes") == 4, 10, "the sound")
    assert first.page.evaluate("notes") == 0


def test_what_cannot_be_saved_is_taken_back_and_said(visitor: Visitor) -> None:
    page = visitor.opens_another_tab("/preferences").page
    expect(page.get_by_label("Compact")).to_be_enabled()
    visitor.witness.expects("ERR_FAILED")
    page.route("**/api/v1/preferences", lambda route: route.abort())
    page.get_by_label("Compact").click()
    expect(page.get_by_test_id("toast").filter(has_text="This could not be saved")).to_be_visible()
    expect(page.get_by_label("Comfortable")).to_be_checked()
    expect(html(page)).not_to_have_attribute("data-density", "compact")


def test_preferences_on_a_phone_do_not_scroll_sideways(visitor: Visitor) -> None:
    page = visitor.tab.page
    page.set_viewport_size({"width": 320, "height": 640})
    visitor.tab.goes_to("/preferences")
    expect(page.get_by_role("switch", name="Keep quiet at certain hours")).to_be_enabled()
    page.get_by_role("switch", name="Keep quiet at certain hours").click()
    expect(page.get_by_label("Time zone")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
