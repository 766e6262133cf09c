"""`scripts/run --demo`: people to be, and a trickle of the notifications a small team really gets.

No rule comes in here; everything goes through the same doors as for real. Called by the composition root.
"""

import asyncio
import random
from typing import Any

from tidings.accounts import users
from tidings.accounts.refusals import NameTaken
from tidings.house import House
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Publisher

PEOPLE = ("alice", "bob", "carol")
PASSWORD = "tidings-demo"  # printed at the start, on a server that says it is a demo
EVERY_S = (4.0, 14.0)

STORIES: list[tuple[str, dict[str, Any]]] = [
    ("deploys", {"title": "web 4.12.0 is live", "body": "18 commits by 4 people", "level": "success"}),
    (
        "ci",
        {"title": "Build #{n} failed on main", "body": "2 of 914 failed", "level": "error", "priority": 4},
    ),
    ("ci", {"title": "Build #{n} passed on main", "body": "914 tests in 3 min 08 s", "level": "success"}),
    (
        "backup",
        {"title": "Nightly backup finished", "body": "48.2 GB, restored to check", "level": "success"},
    ),
    (
        "monitor",
        {"title": "db-2: disk 91 % full", "level": "warning", "dedupe_key": "disk-db-2", "priority": 4},
    ),
    ("monitor", {"title": "checkout answers in 2.1 s", "level": "warning", "dedupe_key": "latency-checkout"}),
    ("shop", {"title": "Order {n}", "body": "3 items, paid by card", "category": "orders", "priority": 2}),
    ("calendar", {"title": "Retrospective in ten minutes", "body": "Room Aalto, or the usual link"}),
    ("security", {"title": "Sign-in from a new device", "body": "Firefox on Linux", "level": "warning"}),
    ("releases", {"title": "Version 4.12 has a changelog", "url": "https://example.com/changelog"}),
]


async def play(house: House) -> None:
    """Add the people, then publish something every few seconds, for ever."""
    await _people(house)
    dice = random.Random()  # stories, not secrets
    number = 4_200
    while True:
        number += 1
        source, story = dice.choice(STORIES)
        told = {key: text.format(n=number) if isinstance(text, str) else text for key, text in story.items()}
        draft = Draft.model_validate(told | {"to": "everyone"})
        order = Order(draft, Publisher("demo", source))
        await house.publishing.commit(house.database, [order], house.clock.now())
        await asyncio.sleep(dice.uniform(*EVERY_S))


async def _people(house: House) -> None:
    now = house.clock.now()
    for name in PEOPLE:
        password_hash = await house.rooms.hasher.hash(PASSWORD)
        try:
            await house.database.write(lambda session, n=name, p=password_hash: users.add(session, n, p, now))
        except NameTaken:
            continue
    print(f"Demo: sign in as {', '.join(PEOPLE)} with the password {PASSWORD}", flush=True)
