"""Search: beginnings of words, whatever is typed, in one's own notifications only, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.notifications.conftest import ALARMS, Town
from tidings.notifications import search as searching
from tidings.notifications import upkeep
from tidings.notifications.search import read_search

# What means something to one of the engines.
SYNTAX = [
    *('"', '""', "'", "a OR", "NOT", "AND x", "NEAR(", "(", ")", "*", "a*", "title:x", "^", "-", "a - b"),
    *("!", "&", "|", "<->", ":*", "a:*b", "\\", "'; DROP TABLE contents; --", "{", "+", "x" * 200),
]


def found(town: Town, search: str, name: str = "alice", **narrowed: Any) -> list[str]:
    """Return the titles that are found, newest first."""
    return [item["title"] for item in town.page(name, "all", search=search, **narrowed)]


class TestWhatIsFound:
    def test_words_of_title_and_body_by_their_beginnings_in_any_order(self, town: Town) -> None:
        town.publish(title="Disk full", body="The volume /var/lib of db-2 has 3 % left.")
        town.publish(title="Deployed", body="Version 4.2.0 is live on api.example.com.")
        for typed in ("disk", "DISK ful", "left vol", "db-2", "/var/lib", "lib", "db", "3 %"):
            assert found(town, typed) == ["Disk full"], typed
        for typed in ("4.2", "example", "api.example.com", "deployed live"):
            assert found(town, typed) == ["Deployed"], typed

    def test_every_word_must_be_there(self, town: Town) -> None:
        town.publish(title="Disk full")
        assert found(town, "disk empty") == []
        assert found(town, "isk") == []

    def test_a_term_with_several_words_wants_them_in_a_row(self, town: Town) -> None:
        town.publish(title="full of disk")
        town.publish(title="disk-full")
        assert found(town, "disk-full") == ["disk-full"]
        assert found(town, "disk full") == ["disk-full", "full of disk"]

    def test_accents_and_letter_case_do_not_matter(self, town: Town) -> None:
        town.publish(title="Café GRÖSSE")
        for typed in ("cafe", "CAFÉ", "grosse", "größe"[:2], "cafe\u0301"):
            assert found(town, typed) == ["Café GRÖSSE"], typed

    @pytest.mark.parametrize("typed", ["備份", "失敗", "🚀", "%", "100%"])
    def test_what_has_no_words_is_found_literally(self, town: Town, typed: str) -> None:
        town.publish(title="夜間備份失敗 🚀 100%")
        town.publish(title="1000 other things")
        assert found(town, typed)[-1:] == ["夜間備份失敗 🚀 100%"]

    @pytest.mark.parametrize("typed", ["100%", "a_b", "back\\slash", "QUOTE'S", "in the body"])
    def test_every_character_may_be_typed(self, town: Town, typed: str) -> None:
        town.publish(title="a 100% a_b back\\slash quote's", body="here In The Body")
        town.publish(title="elsewhere")
        assert found(town, typed) == ["a 100% a_b back\\slash quote's"]

    def test_an_empty_search_narrows_nothing(self, town: Town) -> None:
        town.publish()
        assert found(town, "") == found(town, "  ") == ["Hello"]

    def test_only_the_version_that_is_shown_is_found(self, town: Town) -> None:
        town.publish(title="Firing", dedupe_key="incident")
        town.publish(title="Resolved", dedupe_key="incident")
        assert found(town, "firing") == []
        assert found(town, "resolved") == ["Resolved"]

    def test_what_was_removed_is_found_no_more(self, town: Town) -> None:
        town.publish(title="Old disk")
        town.clock.advance(timedelta(days=100).total_seconds())
        town.publish(title="New disk")
        town.expire(timedelta(days=90))
        town.write(lambda session: upkeep.forget(session, town.clock.now(), timedelta(days=90)))
        assert found(town, "disk") == ["New disk"]

    def test_nobody_finds_what_is_somebody_elses(self, town: Town) -> None:
        published = town.publish(title="Disk full")
        assert found(town, "disk", "bob") == []
        assert found(town, "disk", "bob", ids=[published.id]) == []


class TestAnyQuery:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(typed=st.text(max_size=60))
    def test_no_query_fails(self, town: Town, typed: str) -> None:
        found(town, typed.replace("\0", "").encode("utf-8", "ignore").decode())

    @pytest.mark.parametrize("typed", SYNTAX)
    def test_what_means_something_to_an_engine_means_nothing_here(self, town: Town, typed: str) -> None:
        town.publish(title="plain")
        assert found(town, typed) == []

    def test_what_is_typed_is_bounded(self) -> None:
        assert len(read_search("a " * 100).terms) == searching.MOST_TERMS


class TestNarrowing:
    def test_filters_narrow_every_view(self, town: Town) -> None:
        town.publish(title="one", level="error", category="db")
        town.publish(title="two", level="info", category="db")
        third = town.publish(title="three", level="error", category="web", publisher=ALARMS)
        town.mark("alice", "archived", third.id)

        def titles(view: str, **narrowed: Any) -> list[str]:
            return [item["title"] for item in town.page("alice", view, **narrowed)]

        assert titles("all", level="error") == ["three", "one"]
        assert titles("inbox", level="error") == ["one"]
        assert titles("all", category="db") == ["two", "one"]
        assert titles("archived", source="alarms") == ["three"]
        assert titles("all", source="alarms", level="info") == []
        assert titles("inbox", level="error", search="o") == ["one"]

    def test_ids_ask_which_of_these_belong(self, town: Town) -> None:
        kept, archived, other = (town.publish(title=f"disk {number}").id for number in range(3))
        town.mark("alice", "archived", archived)
        asked: dict[str, Any] = {"ids": [kept, archived, "unheard of"], "search": "disk"}
        assert [item["id"] for item in town.page("alice", "inbox", **asked)] == [kept]
        assert town.page("alice", "inbox", ids=[]) == []
        assert other not in {item["id"] for item in town.page("alice", "all", **asked)}

    def test_pages_of_a_narrowed_view_continue_where_the_last_one_ended(self, town: Town) -> None:
        for number in range(9):
            town.publish(title="disk", level="error" if number % 2 else "info")
        seen, before = list[int](), None
        while page := town.page("alice", search="dis", level="error", before=before, limit=3):
            seen += [item["seq"] for item in page]
            before = seen[-1]
        assert seen == [8, 6, 4, 2]


class TestManyMatches:
    def test_many_are_walked_and_few_are_looked_up_with_the_same_answer(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(8):
            town.publish("everyone" if number % 2 else ["bob"], title=f"disk {number}")
        few = [found(town, "disk", name) for name in ("alice", "bob")]
        monkeypatch.setattr(searching, "FEW", 2)
        many = [found(town, "disk", name) for name in ("alice", "bob")]
        assert few == many
        assert [len(titles) for titles in many] == [4, 8]


def test_a_vacuum_changes_nothing(town: Town) -> None:
    """SQLite may number its rows anew then; PostgreSQL only tidies up."""
    town.publish(title="first")
    town.publish(title="second")
    with town.database.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if town.database.dialect == "sqlite":
            raw.execute("DELETE FROM contents WHERE title = 'first'")
            raw.execute("VACUUM")
            raw.execute("INSERT INTO content_words (content_words, rank) VALUES ('integrity-check', 0)")
    assert found(town, "second") == ["second"]


def test_an_overview_names_what_there_is_to_choose_from(town: Town) -> None:
    from tidings.notifications.overview import overview

    for number in range(3):
        town.publish(title=f"{number}", category="db")
    snoozed = town.publish(title="later", publisher=ALARMS)
    town.publish(["bob"], title="other", publisher=ALARMS, category="secret")
    town.mark("alice", "snoozed", snoozed.id, until=town.clock.now() + timedelta(hours=1))
    seen = town.read(lambda session: overview(session, town.ids["alice"]))
    assert vars(seen) == {"unread": 3, "snoozed": 1, "sources": ["deploys", "alarms"], "categories": ["db"]}
