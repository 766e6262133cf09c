"""How the engines go about a question: by an index, never through everybody's deliveries."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.notifications.conftest import Town
from tidings.notifications import inbox
from tidings.notifications import search as searching
from tidings.notifications.overview import overview

VIEWS = {
    "inbox": "deliveries_by_seq",
    "unread": "deliveries_unread",
    "archived": "deliveries_archived",
    "snoozed": "deliveries_put_off",
    "all": "deliveries_by_seq",
}


@pytest.fixture
def full_town(town: Town) -> Town:
    """Return a town where the planners have something to think about."""
    for number in range(40):
        town.publish("everyone", title=f"disk {number}", level="error" if number % 9 == 0 else "info")
    town.mark("alice", "archived", *[item["id"] for item in town.page("alice")[5:20]])
    if town.database.dialect == "postgresql":
        town.write(lambda session: session.execute(text("ANALYZE")))
    return town


def plans(town: Town, ask: Callable[[Session], object]) -> list[str]:
    """Return the plan of every statement that a question makes."""

    def work(session: Session) -> list[str]:
        asked: list[tuple[str, Any]] = []
        connection = session.connection()

        def note(_connection: Any, _cursor: Any, sql: str, given: Any, *_: Any) -> None:
            asked.append((sql, given))

        event.listen(connection, "before_cursor_execute", note)
        ask(session)
        event.remove(connection, "before_cursor_execute", note)
        if town.database.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # forty rows are read faster whole
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        explain = "EXPLAIN QUERY PLAN " if town.database.dialect == "sqlite" else "EXPLAIN "
        return [_plan(connection.exec_driver_sql(explain + sql, given).all()) for sql, given in asked]

    return town.read(work)


def _plan(rows: Any) -> str:
    return "\n".join(str(row[-1]) for row in rows)


def scans(plan: str, table: str) -> bool:
    return f"SCAN {table}" in plan.replace("USING", "USING ") or f"Seq Scan on {table}" in plan


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_walked_along_its_index_and_never_sorted(full_town: Town, view: Any) -> None:
    asked = inbox.Question(view, before=30, level="error")
    (plan,) = plans(full_town, lambda session: inbox.page(session, full_town.ids["alice"], asked))
    assert VIEWS[view] in plan
    assert not scans(plan, "deliveries")
    assert not scans(plan, "contents")
    if full_town.database.dialect == "sqlite":
        assert "TEMP B-TREE" not in plan


def test_few_matches_are_looked_up(full_town: Town) -> None:
    asked = inbox.Question("all", search="disk 1")
    words, page = plans(full_town, lambda session: inbox.page(session, full_town.ids["alice"], asked))
    assert "content_words" in words or "contents_words" in words
    for plan in (words, page):
        assert not scans(plan, "deliveries")
        assert not scans(plan, "contents")


def test_many_matches_are_met_on_the_walk(full_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FEW", 3)
    asked = inbox.Question("all", search="disk")
    _, page = plans(full_town, lambda session: inbox.page(session, full_town.ids["alice"], asked))
    assert not scans(page, "deliveries")


def test_an_overview_walks_no_further_than_it_must(full_town: Town) -> None:
    for plan in plans(full_town, lambda session: overview(session, full_town.ids["alice"])):
        assert not scans(plan, "deliveries")
        assert not scans(plan, "contents")


def test_every_view_has_its_plan() -> None:
    assert set(VIEWS) == set(get_args(inbox.View))
