"""Other people's things, odd paths, and fields nobody asked for."""

import pytest

from tests.attacks.site import PASSWORD, SHORTEST, SOME_ID, Site

pytestmark = pytest.mark.anyio

ODD = [
    "%00",
    "%ff",
    "%ed%a0%80",
    "..%2f..%2f",
    "..",
    "%2e%2e",
    "';--",
    "{}",
    "%0d%0aX-Evil:%201",
    "x" * 3000,
    "${7*7}",
]


async def test_another_persons_notification_is_as_unknown_as_one_that_never_was(site: Site) -> None:
    sender = await site.sender()
    theirs = (await sender.post("/api/v1/notifications", json=SHORTEST)).json()["id"]
    bob = await site.browser("bob")
    found, unknown = [await bob.get(f"/api/v1/notifications/{an_id}") for an_id in (theirs, SOME_ID)]
    assert (found.status_code, found.content) == (404, unknown.content)
    another = await site.sender("another")
    found, unknown = [await another.get(f"/api/v1/notifications/{an_id}") for an_id in (theirs, SOME_ID)]
    assert (found.status_code, found.content) == (404, unknown.content), "its receipts are its sender's"


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_id_is_unknown_and_never_an_accident(site: Site, odd: str) -> None:
    root = await site.browser("root")
    for method, path in [
        ("GET", f"/api/v1/notifications/{odd}"),
        ("DELETE", f"/api/v1/sessions/{odd}"),
        ("DELETE", f"/api/v1/keys/{odd}"),
        ("POST", f"/api/v1/users/{odd}/disable"),
        ("POST", f"/api/v1/users/{odd}/enable"),
        ("POST", f"/api/v1/users/{odd}/password"),
    ]:
        answer = await root.request(method, path, json={} if path.endswith("password") else None)
        assert answer.status_code in (404, 405), (method, path, answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/session",
        "/api//v1/session",
        "/API/V1/SESSION",
        "/api/v1/session/",
        "/api/v1/%2e%2e/v1/users",
        "/api",
    ],
)
async def test_a_bent_path_leads_to_no_door_and_redirects_nowhere(site: Site, path: str) -> None:
    answer = await (await site.browser("root")).get(site.origin + path, headers={"Host": "evil.example"})
    assert answer.status_code == 404 or answer.text.startswith("page ")
    assert "location" not in answer.headers


async def test_fields_nobody_asked_for_are_ignored(site: Site) -> None:
    root, sender = await site.browser("root"), await site.sender()
    forged = {"id": SOME_ID, "seq": 1, "source": "root", "scope": "user:x", "read_at": "2020-01-01T00:00:00Z"}
    published = (await sender.post("/api/v1/notifications", json=SHORTEST | forged)).json()
    item = (await (await site.browser("alice")).get(f"/api/v1/notifications/{published['id']}")).json()
    assert (item["source"], item["read_at"], published["id"] != SOME_ID) == ("backup", None, True)
    wanted = {"name": "mallory", "password": PASSWORD, "is_admin": True, "id": SOME_ID, "password_hash": "x"}
    added = (await root.post("/api/v1/users", json=wanted)).json()
    listed = (await root.get("/api/v1/users?search=mallory")).json()["users"][0]
    assert (listed["admin"], added["id"] != SOME_ID) == (False, True)
    key = (await root.post("/api/v1/keys", json={"name": "k", "secret": "tdk_mine", "prefix": "x"})).json()
    assert key["secret"] != "tdk_mine"


async def test_what_is_typed_into_a_search_is_text_and_not_a_pattern(site: Site) -> None:
    root = await site.browser("root")
    for typed in ("%", "_", "' OR 1=1 --", "\\", "a%b"):
        assert (await root.get("/api/v1/users", params={"search": typed})).json()["users"] == []
        assert (await root.get("/api/v1/audit", params={"search": typed})).json()["entries"] == []


async def test_no_answer_about_a_person_or_key_holds_a_hash(site: Site) -> None:
    root = await site.browser("root")
    await root.post("/api/v1/keys", json={"name": "shop"})
    for path in ("/api/v1/users", "/api/v1/keys", "/api/v1/audit", "/api/v1/sessions", "/api/v1/session"):
        text = (await root.get(path)).text
        assert "argon2" not in text, path
        assert "hash" not in text, path
