"""Whose page may ask for changes: ours, whatever the method, and nobody else's, whatever the disguise."""

from collections.abc import Callable

import pytest

from tests.api.house import FOREIGN, HTTP, PASSWORD, House, sign_in
from tests.engines import ONE_ENGINE

pytestmark = [pytest.mark.anyio, ONE_ENGINE]

CHANGES = [
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/session/token"),
    ("POST", "/api/v1/session/password"),
    ("DELETE", "/api/v1/sessions"),
    ("DELETE", "/api/v1/sessions/some-id"),
]
FORM = {"username": "alice", "password": PASSWORD}
ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({"Origin": HTTP}, True),
    ({"Origin": HTTP.upper()}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Origin": HTTP, "Sec-Fetch-Site": "same-site"}, True),
    ({}, False),
    ({"Origin": FOREIGN}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": HTTP + ".evil.example"}, False),
    ({"Origin": HTTP + ":8080"}, False),
    ({"Origin": "https://tidings.test"}, False),
    ({"Origin": "http://evil.example/http://tidings.test"}, False),
    ({"Origin": FOREIGN, "Sec-Fetch-Site": "same-origin"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Referer": HTTP + "/"}, False),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize(("headers", "ours"), ORIGINS, ids=[str(headers) for headers, _ in ORIGINS])
async def test_a_change_is_taken_from_our_page_only(
    house: House, method: str, path: str, headers: dict[str, str], ours: bool
) -> None:
    browser = await house.program()
    await sign_in(browser)
    response = await browser.request(method, path, headers=headers)
    if ours:
        assert response.status_code != 403
    else:
        assert response.status_code == 403
        assert response.json()["type"] == "urn:tidings:problem:foreign-origin"
        assert (await browser.get("/api/v1/session")).status_code == 200, "nothing has changed"
        assert house.ended == []


async def test_reading_needs_no_origin(house: House) -> None:
    browser = await house.program()
    await sign_in(browser)
    for path in ("/api/v1/session", "/api/v1/sessions"):
        assert (await browser.get(path, headers={"Origin": FOREIGN})).status_code == 200


@pytest.mark.parametrize(("method", "path"), CHANGES)
async def test_without_a_cookie_a_program_hears_that_it_is_not_signed_in(
    house: House, method: str, path: str
) -> None:
    assert (await (await house.program()).request(method, path)).status_code == 401


@pytest.mark.parametrize("origin", [FOREIGN, "null", HTTP + ":1"])
async def test_no_foreign_page_signs_anybody_in(house: House, origin: str) -> None:
    page = await house.program(Origin=origin)
    for response in (await sign_in(page), await page.post("/api/v1/session", data=FORM)):
        assert response.status_code == 403
        assert "set-cookie" not in response.headers
        assert not any(name.startswith("access-control") for name in response.headers)


async def test_a_program_signs_in_with_json_but_not_with_a_form(house: House) -> None:
    program = await house.program()
    assert (await sign_in(program)).status_code == 200
    assert (await program.post("/api/v1/session", data=FORM)).status_code == 403


async def test_a_form_of_our_page_without_an_origin_is_taken_by_its_fetch_site(house: House) -> None:
    page = await house.program(**{"Sec-Fetch-Site": "same-origin"})
    assert (await page.post("/api/v1/session", data=FORM)).headers["location"] == "/"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_a_browser_without_an_origin_signs_in_from_our_page_only(house: House, site: str) -> None:
    page = await house.program(**{"Sec-Fetch-Site": site})
    assert (await sign_in(page)).status_code == 403


async def test_without_a_public_url_this_machine_reaches_us_by_all_its_names(
    build: Callable[..., House],
) -> None:
    house = build(public_url=None, port=3456)
    await house.add_user()
    for origin in ("http://localhost:3456", "http://127.0.0.1:3456"):
        page = await house.program(Origin=origin)
        assert (await sign_in(page)).status_code == 200
