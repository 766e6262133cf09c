"""What can be looked at: every page the app has, the inboxes they are looked at with, and states on the way.

No assertion comes in here. Used by the sweep for everybody (test_accessibility.py) and by the gallery.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tests.browser.people import Person, Sender
from tests.running import ADMIN_PASSWORD, TidingsServer
from tidings.demo import STORIES
from tidings.ui.app import MORE_PAGES

ADMIN = Person("admin", ADMIN_PASSWORD)
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
HOURS_APART = 3.7  # so that 60 of them reach over more than a week


@dataclass(frozen=True)
class Sight:
    """One page: its name for files and reports, and its path."""

    name: str
    path: str


def every_page() -> list[Sight]:
    """Return the pages of people who are signed in; what is added to the app is in the list by itself."""
    more = [Sight(route.strip("/").replace("/", "-"), route) for _, route, *_ in MORE_PAGES]
    return [Sight("inbox", "/"), *more]


def realistic(senders: Mapping[str, Sender], person: Person, count: int) -> None:
    """Fill an inbox with what a small team really gets."""
    for number in range(count):
        source, story = STORIES[number % len(STORIES)]
        told = {
            key: text.format(n=4200 + number) if isinstance(text, str) else text
            for key, text in story.items()
        }
        if "dedupe_key" in told:
            told["dedupe_key"] += str(number // 40)
        senders[source].publishes(told.pop("title"), person, **told)


def all_senders(server: TidingsServer) -> dict[str, Sender]:
    """Return the programs of a small team."""
    return {source: Sender(server, source) for source in sorted({source for source, _ in STORIES})}


def awkward(sender: Sender, person: Person) -> None:
    """Fill an inbox with what breaks layouts: long words, other scripts, other directions, every level."""
    for title, more in _awkward():
        sender.publishes(title, person, **more)


def _awkward() -> Iterator[tuple[str, dict[str, Any]]]:
    yield LONG_WORD[:190], {"body": LONG_WORD * 3, "url": "https://example.org/" + "a" * 200}
    yield "اكتملت النسخة الاحتياطية", {"body": "٤٨ غيغابايت، تم التحقق من الاستعادة", "level": "success"}
    yield "הגיבוי של db-2 הושלם", {"body": "48 GB ב-12 דקות", "level": "success"}
    yield "数据库 db-2 磁盘已满", {"body": "剩余 0 字节。", "level": "error", "priority": 5}
    yield "A title that takes more than one line on every telephone there is, and then goes on a little", {}
    yield "👩‍👩‍👧‍👦 🚀 ✅", {"body": "emoji only", "level": "info"}
    yield "a", {"body": "\n".join(f"line {number}" for number in range(40)), "level": "warning"}
    yield (
        "**Markdown** is text in a title",
        {"format": "markdown", "body": "# Head\n\n- one\n- two\n\n`code`"},
    )
    yield (
        "With data",
        {"data": {"region": "eu-1", "attempts": 3}, "category": "a-very-long-category-name-indeed"},
    )


def spread_over_days(server: TidingsServer) -> None:
    """Make it look as if it had come over the last days, not in the last second."""
    newest = "(SELECT max(seq) FROM deliveries other WHERE other.user_id = deliveries.user_id)"
    shift = f"datetime(created_at, '-' || (({newest} - seq) * {round(HOURS_APART * 60)}) || ' minutes')"
    with closing(sqlite3.connect(server.data_dir / "tidings.db", timeout=10)) as connection, connection:
        connection.execute(f"UPDATE deliveries SET created_at = {shift}, updated_at = {shift}")
