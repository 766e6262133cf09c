"""What an opened row shows: formatted text that runs nothing, data on demand, how an incident went."""

import pytest
from playwright.sync_api import Request, expect

from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor

EVIL = """
<script>window.pwned = 1</script>
<img src=x onerror="window.pwned = 1">
<svg/onload=window.pwned=1>
<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>
<details open ontoggle=window.pwned=1><summary>x</summary></details>
<style>.row { display: none }</style>
<base href="https://evil.example/">

![a pixel](https://pixel.example/1.gif) ![x](x "onerror=window.pwned=1")

[press](javascript:window.pwned=1) [press](JaVaScRiPt:window.pwned=1) [press](&#106;avascript:window.pwned=1)
[press](data:text/html,<script>window.pwned=1</script>) [press][ref] <javascript:window.pwned=1>

[ref]: vbscript:window.pwned=1

| <script>window.pwned = 1</script> | b |
|-|-|
| <img src=x onerror=window.pwned=1> | 2 |

`<script>window.pwned = 1</script>` **bold**
"""


def test_markdown_of_a_stranger_runs_nothing_and_loads_nothing(
    visitor: Visitor, tab: Tab, person: Person, sender: Sender
) -> None:
    abroad: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((visitor.site, "data:")):
            abroad.append(request.url)

    visitor.context.on("request", note)
    sender.publishes("Read me", person, body=EVIL, format="markdown")
    tab.opens("Read me")
    body = tab.card("Read me").locator(".row-body")
    expect(body.locator("strong")).to_have_text("bold")
    for element in ("script", "img", "svg", "iframe", "style", "base", "details", "form"):
        expect(body.locator(element)).to_have_count(0)
    for link in body.locator("a").all():
        address = link.get_attribute("href") or ""
        assert address.startswith(("https://", visitor.site + "/"))
        assert address.startswith(visitor.site) or link.get_attribute("rel") == "noopener noreferrer"
    assert tab.page.evaluate("window.pwned") is None
    assert tab.page.evaluate("document.baseURI").startswith(visitor.site)
    assert not abroad
    expect(tab.card("Read me")).to_be_visible()


def test_markdown_reads_as_it_was_meant(tab: Tab, person: Person, sender: Sender) -> None:
    text = "# What *happened*\n\n- see [the graph](https://graph.example/1)\n\n```\ndf -h\n```"
    sender.publishes("Disk full", person, body=text, format="markdown")
    expect(tab.card("Disk full").locator(".row-preview")).to_have_text("What happened")
    tab.opens("Disk full")
    body = tab.card("Disk full").locator(".row-body")
    expect(body.get_by_role("heading", level=3)).to_have_text("What happened")
    expect(body.get_by_role("listitem")).to_have_text("see the graph (graph.example)")
    expect(body.locator("pre")).to_have_text("df -h")


def test_plain_text_stays_plain(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Plain", person, body="2 * 3 *is* <b>6</b>\n# no heading")
    tab.opens("Plain")
    expect(tab.card("Plain").locator(".row-body")).to_have_text("2 * 3 *is* <b>6</b>\n# no heading")


def test_data_is_there_for_who_asks(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("With data", person, data={"disk": "sda", "used": [97, 98]})
    sender.publishes("Without", person)
    tab.opens("Without")
    expect(tab.card("Without").locator("details")).to_have_count(0)
    tab.opens("With data")
    tab.card("With data").get_by_text("Data", exact=True).click()
    expect(tab.card("With data").locator("pre")).to_contain_text('"disk": "sda"')


def test_an_incident_tells_how_it_went_and_goes_on_telling(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes("Disk at 91 %", person, dedupe_key="disk", level="warning")
    sender.publishes("Disk full", person, dedupe_key="disk", level="error")
    tab.opens("Disk full")
    card = tab.cards.first
    card.get_by_text("1 update", exact=True).click()
    expect(card.locator(".timeline-title")).to_have_text(["Disk full", "Disk at 91 %"])
    sender.publishes("Resolved", person, dedupe_key="disk", level="success")
    expect(card.locator(".row-title")).to_have_text("Resolved")
    card.get_by_text("2 updates", exact=True).click()
    expect(card.locator(".timeline-title")).to_have_text(["Resolved", "Disk full", "Disk at 91 %"])
    expect(tab.cards).to_have_count(1)


@pytest.mark.parametrize(("priority", "where"), [(3, "said"), (5, "said-urgently")])
def test_only_what_is_urgent_interrupts_who_listens(
    tab: Tab, person: Person, sender: Sender, priority: int, where: str
) -> None:
    expect(tab.page.get_by_test_id("said")).to_have_attribute("aria-live", "polite")
    expect(tab.page.get_by_test_id("said-urgently")).to_have_attribute("aria-live", "assertive")
    sender.publishes("Fire", person, priority=priority)
    expect(tab.page.get_by_test_id(where)).to_have_text("Fire")


def test_chatter_of_one_source_is_folded_and_opens_in_place(tab: Tab, person: Person, sender: Sender) -> None:
    for number in range(7):
        sender.publishes(f"Backup {number}", person, priority=2)
    tab.shows("Backup 6")
    tab.counts(7)
    tab.page.get_by_role("button", name="6 more from journeys").click()
    expect(tab.cards).to_have_count(7)
    tab.page.keyboard.press("j")
    expect(tab.card("Backup 5").locator(".row-opener")).to_be_focused()
    tab.page.get_by_role("button", name="Show fewer from journeys").click()
    tab.shows("Backup 6")


def test_what_is_not_quiet_is_never_folded(tab: Tab, person: Person, sender: Sender) -> None:
    sender.publishes_many([f"Alarm {number}" for number in range(8)], person)
    expect(tab.cards).to_have_count(8)
