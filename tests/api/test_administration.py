"""The doors of admins: users, API keys, the audit log, and what each of them leaves behind."""

import asyncio
import threading

import pytest
from httpx import AsyncClient
from sqlmodel import Session

from tests.attacks.site import PASSWORD, SHORTEST, Site, sign_in
from tidings.accounts import users
from tidings.accounts.refusals import LastAdmin
from tidings.database import Database

pytestmark = pytest.mark.anyio


async def id_of(root: AsyncClient, name: str) -> str:
    return (await root.get("/api/v1/users", params={"search": name})).json()["users"][0]["id"]


async def told(site: Site, **narrowed: str) -> list[tuple[str, str, str]]:
    entries = await site.entries(**narrowed)
    return [(entry.action, entry.actor, entry.target) for entry in reversed(entries)]


async def test_somebody_is_let_in_with_a_password_that_is_shown_once(site: Site) -> None:
    root = await site.browser("root")
    answer = await root.post("/api/v1/users", json={"name": "Carol"})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    password = answer.json()["password"]
    assert len(password) == 20
    assert (await sign_in(await site.browser(), "carol", password)).status_code == 200
    assert password not in (await root.get("/api/v1/users")).text
    assert ("user.added", "root", "Carol") in await told(site)


async def test_a_chosen_password_is_not_told_back(site: Site) -> None:
    root = await site.browser("root")
    answer = (
        await root.post("/api/v1/users", json={"name": "carol", "password": "chosen", "admin": True})
    ).json()
    assert answer["password"] is None
    assert (
        await (await site.browser()).post("/api/v1/session", json={"username": "carol", "password": "chosen"})
    ).json()["user"]["admin"]


@pytest.mark.parametrize("name", ["alice", "ALICE", "everyone", "two words", "", "x" * 65, "a\u202eb"])
async def test_a_name_that_is_taken_or_cannot_be_is_said_to_be_so(site: Site, name: str) -> None:
    answer = await (await site.browser("root")).post("/api/v1/users", json={"name": name})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/name")


async def test_people_are_listed_by_name_in_pages(site: Site) -> None:
    root = await site.browser("root")
    first = (await root.get("/api/v1/users?limit=2")).json()
    second = (await root.get("/api/v1/users", params={"limit": 2, "after": first["next"]})).json()
    names = [user["name"] for page in (first, second) for user in page["users"]]
    assert (names, second["next"]) == (["alice", "bob", "root"], None)
    mine = second["users"][0]
    assert (mine["sessions"], mine["last_seen_at"] is not None, mine["disabled"]) == (1, True, False)
    assert first["users"][0]["last_seen_at"] is None


async def test_somebody_switched_off_is_out_at_once_and_back_in_when_switched_on(site: Site) -> None:
    root, alice = await site.browser("root"), await site.browser("alice")
    door = f"/api/v1/users/{await id_of(root, 'alice')}"
    ended = (await root.post(f"{door}/disable")).json()
    assert ended["ended_sessions"] == 1
    assert (await alice.get("/api/v1/session")).status_code == 401
    assert (await sign_in(alice)).status_code == 401
    assert (await root.post(f"{door}/enable")).status_code == 200
    assert (await alice.get("/api/v1/session")).status_code == 401, "an ended session stays ended"
    assert (await sign_in(alice)).status_code == 200
    assert [each[0] for each in await told(site, subject="user")] == ["user.disabled", "user.enabled"]


async def test_a_password_set_by_an_admin_ends_every_session(site: Site) -> None:
    root, alice = await site.browser("root"), await site.browser("alice")
    door = f"/api/v1/users/{await id_of(root, 'alice')}/password"
    made_up = (await root.post(door, json={})).json()["password"]
    assert (await alice.get("/api/v1/session")).status_code == 401
    assert (await sign_in(alice)).status_code == 401
    assert (await sign_in(alice, "alice", made_up)).status_code == 200
    assert ("password.set", "root", "alice") in await told(site)


async def test_nobody_locks_themselves_out_or_goes_round_their_current_password(site: Site) -> None:
    await site.add_user("boss", admin=True)
    root = await site.browser("root")
    door = f"/api/v1/users/{await id_of(root, 'root')}"
    refused = await root.post(f"{door}/disable")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tidings:problem:not-yourself")
    assert (await root.post(f"{door}/password", json={"password": "mine"})).status_code == 409
    assert (await root.get("/api/v1/session")).status_code == 200


async def test_the_last_admin_hears_that_there_is_no_other(site: Site) -> None:
    await site.add_user("boss", admin=True)
    root = await site.browser("root")
    assert (await root.post(f"/api/v1/users/{await id_of(root, 'boss')}/disable")).status_code == 200
    before = await told(site)
    refused = await root.post(f"/api/v1/users/{await id_of(root, 'root')}/disable")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.json()["type"] == "urn:tidings:problem:last-admin"
    assert refused.json()["detail"] == (
        "root is the only admin who can sign in. Add another admin or switch one on first."
    )
    assert (await root.get("/api/v1/session")).status_code == 200
    assert await told(site) == before


async def test_of_two_admins_that_two_processes_switch_off_in_the_same_moment_one_stays(site: Site) -> None:
    await site.add_user("boss", admin=True)
    elsewhere, now = Database(site.house.settings.database_url), site.clock.now()
    begun, met = threading.Event(), threading.Event()

    def early(session: Session) -> None:
        users.disable(session, "root", now)
        session.flush()
        begun.set()
        met.wait(0.3)  # the other one must not get in before this is committed

    def late(session: Session) -> None:
        met.set()
        users.disable(session, "boss", now)

    first = asyncio.create_task(site.house.database.write(early))
    await asyncio.to_thread(begun.wait)
    with pytest.raises(LastAdmin):
        await elsewhere.write(late)
    await first
    await elsewhere.close()


async def test_a_key_is_shown_once_works_at_once_and_is_dead_at_once(site: Site) -> None:
    root = await site.browser("root")
    made = await root.post("/api/v1/keys", json={"name": "shop"})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    secret, key_id = made.json()["secret"], made.json()["id"]
    listed = await root.get("/api/v1/keys")
    assert secret not in listed.text
    assert listed.json()["keys"][0]["prefix"] == secret[:8]
    sender = await site.program(Authorization=f"Bearer {secret}")
    assert (await sender.post("/api/v1/notifications", json=SHORTEST)).status_code == 201
    assert (await root.delete(f"/api/v1/keys/{key_id}")).status_code == 204
    assert (await sender.post("/api/v1/notifications", json=SHORTEST)).status_code == 401
    assert (await root.delete(f"/api/v1/keys/{key_id}")).status_code == 404
    assert (await root.get("/api/v1/keys?revoked=false")).json()["keys"] == []
    assert [each[0] for each in await told(site, subject="key")] == [
        "key.created",
        "key.revoked",
        "key.refused",
    ]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": "two words"}, "#/name"),
        ({"name": "k", "recipients": ["nobody"]}, "#/recipients"),
        ({"name": "k", "scopes": ["root"]}, "#/scopes"),
        ({"name": "k", "topics": ["a\nb"]}, "#/topics"),
        ({"name": "k", "topics": ["t"] * 101}, "#/topics"),
    ],
)
async def test_a_key_that_could_not_work_is_not_made(
    site: Site, wanted: dict[str, object], field: str
) -> None:
    root = await site.browser("root")
    answer = await root.post("/api/v1/keys", json=wanted)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, field)
    assert (await root.get("/api/v1/keys")).json()["keys"] == []


REACHES: list[tuple[dict[str, object], object, int]] = [
    ({}, ["alice", "bob"], 201),
    ({}, "everyone", 201),
    ({}, {"topic": "deploys"}, 201),
    ({"recipients": ["alice"]}, ["alice"], 201),
    ({"recipients": ["alice"]}, ["ALICE"], 201),
    ({"recipients": ["alice"]}, ["alice", "bob"], 403),
    ({"recipients": ["alice"]}, ["nobody"], 403),
    ({"recipients": ["alice"]}, "everyone", 403),
    ({"recipients": ["alice"]}, {"topic": "deploys"}, 403),
    ({"topics": ["deploys"]}, {"topic": "deploys"}, 201),
    ({"topics": ["deploys"]}, {"topic": "Deploys"}, 403),
    ({"topics": ["deploys"]}, ["alice"], 403),
    ({"topics": ["deploys"]}, "everyone", 403),
    ({"topics": ["deploys"], "recipients": ["bob"]}, ["bob"], 201),
]


@pytest.mark.parametrize(
    ("reach", "to", "status"), REACHES, ids=[f"{reach} {to}" for reach, to, _ in REACHES]
)
async def test_a_key_reaches_whom_it_may_and_nobody_else(
    site: Site, reach: dict[str, object], to: object, status: int
) -> None:
    root = await site.browser("root")
    secret = (await root.post("/api/v1/keys", json={"name": "k", **reach})).json()["secret"]
    sender = await site.program(Authorization=f"Bearer {secret}")
    wish = SHORTEST | {"to": to}
    one = await sender.post("/api/v1/notifications", json=wish)
    many = await sender.post("/api/v1/notifications/batch", json={"items": [wish, wish]})
    assert (one.status_code, many.status_code) == (status, status), one.text
    if status == 403:
        assert one.json()["type"] == "urn:tidings:problem:out-of-reach"
        assert one.json()["errors"][0]["pointer"] == "#/to"


async def test_a_batch_with_one_that_is_out_of_reach_publishes_nothing(site: Site) -> None:
    root = await site.browser("root")
    secret = (await root.post("/api/v1/keys", json={"name": "k", "recipients": ["alice"]})).json()["secret"]
    sender = await site.program(Authorization=f"Bearer {secret}")
    items = [SHORTEST, SHORTEST | {"to": ["bob"]}]
    assert (await sender.post("/api/v1/notifications/batch", json={"items": items})).status_code == 403
    assert (await (await site.browser("alice")).get("/api/v1/notifications")).json()["items"] == []


async def test_the_log_tells_who_did_what_from_where_in_pages(site: Site) -> None:
    alice = await site.browser("alice", "203.0.113.7")
    await alice.post("/api/v1/session/password", json={"current_password": "no", "new_password": "x"})
    wanted = {"current_password": PASSWORD, "new_password": "new"}
    assert (await alice.post("/api/v1/session/password", json=wanted)).status_code == 204
    assert (await alice.delete("/api/v1/session")).status_code == 204
    assert (await sign_in(alice, "nobody-here", "x")).status_code == 401
    await site.entries()
    root = await site.browser("root")
    first = (await root.get("/api/v1/audit?limit=4")).json()
    rest = (await root.get(f"/api/v1/audit?limit=4&before={first['next']}")).json()
    entries = first["entries"] + rest["entries"]
    assert [(each["action"], each["actor"], each["target"]) for each in entries] == [
        ("session.began", "root", "root"),
        ("session.refused", "", ""),
        ("session.ended", "alice", "alice"),
        ("password.changed", "alice", "alice"),
        ("password.refused", "alice", "alice"),
        ("session.began", "alice", "alice"),
    ]
    assert {each["address"] for each in entries[1:]} == {"203.0.113.7"}
    assert rest["next"] is None
    narrowed = (await root.get("/api/v1/audit?subject=password&search=203.0.113")).json()["entries"]
    assert len(narrowed) == 2


async def test_a_name_that_nobody_has_is_never_written_down(site: Site) -> None:
    await sign_in(await site.browser(), "hunter2-typed-into-the-wrong-field", "x")
    text = str([entry.model_dump() for entry in await site.entries()])
    assert "hunter2" not in text


async def test_a_change_that_fails_leaves_no_entry(site: Site) -> None:
    root = await site.browser("root")
    before = await told(site)
    await root.post("/api/v1/users", json={"name": "alice"})
    await root.post("/api/v1/users/unknown/disable")
    await root.delete("/api/v1/keys/unknown")
    assert await told(site) == before


async def test_a_flood_of_wrong_passwords_writes_a_few_lines_and_a_number(site: Site) -> None:
    for place in range(40):
        for _ in range(6):
            await sign_in(await site.program(f"203.0.113.{place}"), "alice", "guess")
    assert len(await site.entries()) == 100
    site.clock.advance(601)
    await site.house.watchman.write(site.house.hub.tally.closes)
    counted = [entry for entry in await site.entries() if entry.actor_kind == "server"]
    assert sum(entry.details["times"] for entry in counted) == 240 - 100
