"""The door of preferences: what somebody chose, for nobody else."""

import pytest

from tests.attacks.site import FOREIGN, Site

pytestmark = pytest.mark.anyio

DOOR = "/api/v1/preferences"


async def test_everybody_begins_with_what_holds_for_everybody(site: Site) -> None:
    alice = await site.browser("alice")
    answer = await alice.get(DOOR)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "language": None,
        "theme": "system",
        "density": "comfortable",
        "toast_priority": 2,
        "sound": False,
        "quiet": {
            "on": False,
            "begin": "22:00",
            "end": "07:00",
            "days": [1, 2, 3, 4, 5, 6, 7],
            "time_zone": None,
            "urgent_breaks": True,
        },
        "categories": {},
        "sources": {},
        "dismissed": [],
    }


async def test_what_is_chosen_is_kept_for_whoever_chose_it(site: Site) -> None:
    alice, bob = await site.browser("alice"), await site.browser("bob")
    chosen = {
        "language": "ar",
        "categories": {"deploys": "muted"},
        "quiet": {"on": True, "time_zone": "Asia/Dubai"},
    }
    answer = await alice.put(DOOR, json=chosen)
    assert answer.status_code == 200
    assert answer.json()["quiet"]["begin"] == "22:00"
    assert (await alice.get(DOOR)).json() == answer.json()
    assert (await bob.get(DOOR)).json()["language"] is None


async def test_what_is_left_out_is_as_at_the_beginning(site: Site) -> None:
    alice = await site.browser("alice")
    await alice.put(DOOR, json={"theme": "dark", "sound": True})
    assert (await alice.put(DOOR, json={"theme": "dark"})).json()["sound"] is False


async def test_what_was_dismissed_is_kept_each_once(site: Site) -> None:
    alice = await site.browser("alice")
    await alice.put(DOOR, json={"dismissed": ["test", "bring", "test"]})
    assert (await alice.get(DOOR)).json()["dismissed"] == ["bring", "test"]


async def test_a_wish_that_nobody_understands_is_refused_and_nothing_is_changed(site: Site) -> None:
    alice = await site.browser("alice")
    await alice.put(DOOR, json={"theme": "dark"})
    answer = await alice.put(DOOR, json={"theme": "light", "quiet": {"begin": "25:00"}})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/quiet/begin"]
    assert (await alice.get(DOOR)).json()["theme"] == "dark"


async def test_strangers_and_foreign_pages_choose_nothing(site: Site) -> None:
    stranger = await site.program()
    assert (await stranger.get(DOOR)).status_code == 401
    assert (await stranger.put(DOOR, json={})).status_code == 401
    alice = await site.browser("alice")
    assert (await alice.put(DOOR, json={}, headers={"Origin": FOREIGN})).status_code == 403
