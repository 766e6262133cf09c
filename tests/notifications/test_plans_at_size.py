"""How PostgreSQL goes about the hot questions where there is much: nothing is read through from end to end.

The plans of a small town are in test_plans.py. Here the planner is free to choose, and knows what it has.
"""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import psycopg
import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tests.running import PostgresServer
from tidings.database import Database, Statement
from tidings.notifications import inbox, numbers
from tidings.notifications.search import FEW
from tidings.notifications.tables import contents, deliveries

NOTIFICATIONS, MINE, PEOPLE = 100_000, 20_000, 10_000
ME = "person-0"  # who has a fifth of all; the others share the rest
ENOUGH = 2 * FEW  # rows in a row; a word that all have is found soonest so, and tables of one row
UNINDEXED = Statement(lambda _: select(contents.c.id).where(contents.c.level == bindparam("level")))

Node = dict[str, Any]

FILL = f"""
INSERT INTO users (id, name, name_key, password_hash, is_admin, created_at)
SELECT 'person-' || n, 'person-' || n, 'person-' || n, '', false, now() FROM generate_series(0, {PEOPLE}) n;

INSERT INTO contents (id, notification_id, scope, source, title, body, format, level, priority, published_at)
SELECT 'content-' || n, 'notification-' || n, 'key:' || n % 9, 'source ' || n % 9, 'disk of host' || n % 500,
    CASE WHEN n % 20 = 0 THEN 'is nearly full' ELSE 'is fine' END || ' run' || n, 'text',
    CASE WHEN n % 9 = 0 THEN 'error' ELSE 'info' END, 3, now() - n * interval '1 minute'
FROM generate_series(1, {NOTIFICATIONS}) n;

WITH delivered AS (
    SELECT n, CASE WHEN n <= {MINE} THEN 0 ELSE 1 + n % {PEOPLE} END AS person,
        CASE WHEN n <= {MINE} THEN n ELSE 1 + n / {PEOPLE} END AS seq
    FROM generate_series(1, {NOTIFICATIONS}) n
)
INSERT INTO deliveries (user_id, notification_id, content_id, seq, revision, count, created_at, updated_at,
    read_at, archived_at, snoozed_until)
SELECT 'person-' || person, 'notification-' || n, 'content-' || n, seq, seq, 1, now(), now(),
    CASE WHEN n % 10 > 0 THEN now() END, CASE WHEN n % 7 = 0 THEN now() END,
    CASE WHEN n % 101 = 0 THEN now() + interval '1 day' END
FROM delivered;

INSERT INTO inboxes (user_id, seq, revision, unread, floor_seq, received_seq, settled)
SELECT user_id, max(seq), max(revision), 0, 0, 0, 0 FROM deliveries GROUP BY user_id;

ANALYZE;
"""

Ask = Callable[[Session], object]
Look = Callable[[Ask], set[str]]


@pytest.fixture(scope="module")
def city(postgres: PostgresServer, postgres_template: str) -> Iterator[Database]:
    """Return a database in which there is much; it is only read."""
    url = postgres.fresh_url("city", postgres_template)
    with psycopg.connect(url) as connection:
        connection.execute(FILL.encode())
    database = Database(url)
    yield database
    database.close_now()
    postgres.drop("city")


@pytest.fixture
def read_through(city: Database, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Return what asks a question and names the tables that were read row by row."""

    def read_through(ask: Ask) -> set[str]:
        plans: list[Node] = []
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", _explaining(plans))
            city.read_now(ask)
        assert plans, "nothing was asked"
        return {scan["Relation Name"] for plan in plans for scan in _scans(plan) if _rows(scan) > ENOUGH}

    return read_through


def _explaining(plans: list[Node]) -> Any:
    """Make an `execute` that notes how each statement went, whichever of our two ways it came."""
    execute: Any = psycopg.Cursor.execute

    def explaining(cursor: Any, query: Any, given: Any = None, **more: Any) -> Any:
        if str(query).startswith("SELECT"):
            (told,) = execute(cursor, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", given).fetchone()
            plans.append(told[0]["Plan"])
        return execute(cursor, query, given, **more)

    return explaining


def _scans(plan: Node) -> Iterator[Node]:
    if plan["Node Type"] == "Seq Scan":
        yield plan
    for part in plan.get("Plans", []):
        yield from _scans(part)


def _rows(scan: Node) -> int:
    return (scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)) * scan["Actual Loops"]


@pytest.mark.parametrize("view", get_args(inbox.View))
def test_a_page_of_a_view_is_looked_up(read_through: Look, view: inbox.View) -> None:
    for asked in (inbox.Question(view), inbox.Question(view, before=MINE // 2, level="error")):
        assert read_through(lambda session, asked=asked: inbox.page(session, ME, asked)) == set()


def test_how_many_are_unread_is_looked_up(read_through: Look) -> None:
    assert read_through(lambda session: numbers.position_of(session, ME)) == set()
    for people in ([ME], [f"person-{number}" for number in range(20)]):
        assert read_through(lambda session, people=people: inbox.positions(session, people)) == set()


@pytest.mark.parametrize(("items", "changes"), [(0, 0), (1, 1), (0, 30), (inbox.SURELY_FIT, 0)], ids=str)
def test_what_was_missed_since_a_cursor_is_looked_up(
    city: Database, read_through: Look, items: int, changes: int
) -> None:
    epoch = city.read_now(inbox.read_epoch)
    cursor = inbox.Cursor(epoch, MINE - items, MINE - max(items, changes))
    missed: list[inbox.Backlog] = []
    asked = read_through(
        lambda session: missed.append(
            inbox.backlog(session, numbers.position_of(session, ME), cursor, epoch, 10_000)
        )
    )
    assert asked == set()
    assert missed[0].recovered
    assert (len(missed[0].items), len(missed[0].changes)) == (items, max(0, changes - items))


def test_the_newest_are_looked_up_for_whoever_has_no_cursor(read_through: Look) -> None:
    assert (
        read_through(
            lambda session: inbox.backlog(session, numbers.position_of(session, ME), None, "any", 10_000)
        )
        == set()
    )


@pytest.mark.parametrize("who", [ME, "person-7"])
@pytest.mark.parametrize(
    "search", ["run777", "host7", "nearly full", "full host7", "disk", "nobody says this"]
)
def test_words_are_found_by_their_index_or_on_the_walk(read_through: Look, search: str, who: str) -> None:
    asked = inbox.Question("all", search=search)
    assert read_through(lambda session: inbox.page(session, who, asked)) == set()


def test_a_question_without_an_index_would_be_noticed(read_through: Look) -> None:
    often = select(deliveries.c.seq).where(deliveries.c.count > 7)
    assert read_through(lambda session: session.execute(often).all()) == {"deliveries"}
    assert read_through(lambda session: UNINDEXED.run(session, level="none")) == {"contents"}
