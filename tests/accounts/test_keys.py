"""API keys: shown once, found by their secret, revoked at once."""

from pathlib import Path

import pytest
from sqlmodel import Session

from tidings.accounts import keys
from tidings.accounts.refusals import NameRefused, NameTaken, ScopeRefused, UnknownKey
from tidings.accounts.tables import ApiKey
from tidings.clock import ManualClock
from tidings.database import Database


def create(database: Database, clock: ManualClock, name: str = "backup") -> tuple[ApiKey, str]:
    return database.write_now(lambda session: keys.create(session, name, clock.now()))


def test_a_key_is_shown_once_and_found_by_its_secret(database: Database, clock: ManualClock) -> None:
    key, secret = create(database, clock)
    assert secret.startswith("tdk_")
    assert len(secret) == 47
    found = database.read_now(lambda session: keys.find(session, secret))
    assert found is not None
    assert found.id == key.id
    assert found.allows("publish")
    assert not found.allows("admin")


def test_the_secret_is_nowhere_in_the_database(
    database: Database, clock: ManualClock, tmp_path: Path
) -> None:
    key, secret = create(database, clock)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert secret.startswith(key.prefix)
    assert len(key.prefix) == 8


@pytest.mark.parametrize("other", ["", "tdk_", "tdk_" + "A" * 43, "A" * 47, "tdk_" + "\ud800" * 43, "tdk_\0"])
def test_another_secret_opens_nothing(database: Database, clock: ManualClock, other: str) -> None:
    create(database, clock)
    assert database.read_now(lambda session: keys.find(session, other)) is None


def test_a_revoked_key_opens_nothing_at_once(database: Database, clock: ManualClock) -> None:
    _, secret = create(database, clock)
    revoked = database.write_now(lambda session: keys.revoke(session, "BACKUP", clock.now()))
    assert revoked.revoked_at == clock.now()
    assert database.read_now(lambda session: keys.find(session, secret)) is None


def test_a_key_that_a_transaction_knows_to_work_ends_in_it_when_it_is_revoked_there(
    database: Database, clock: ManualClock
) -> None:
    key, _ = create(database, clock)
    other, _ = create(database, clock, "other")

    def work(session: Session) -> list[bool]:
        before = [keys.still_works(session, each.id) for each in (key, key, other)]
        keys.revoke_by_id(session, key.id, clock.now())
        return [*before, *(keys.still_works(session, each.id) for each in (key, other))]

    assert database.write_now(work) == [True, True, True, False, True]
    assert database.write_now(lambda session: keys.still_works(session, key.id)) is False


def test_a_name_is_free_again_after_the_key_was_revoked(database: Database, clock: ManualClock) -> None:
    create(database, clock)
    with pytest.raises(NameTaken, match="already a key"):
        create(database, clock, "Backup")
    database.write_now(lambda session: keys.revoke(session, "backup", clock.now()))
    clock.advance(1)
    _, secret = create(database, clock)
    assert database.read_now(lambda session: keys.find(session, secret)) is not None
    listed = database.read_now(keys.everything)
    assert [key.revoked_at is None for key in listed] == [False, True]


@pytest.mark.parametrize("name", ["nothing", "", "a\0b", "a\ud800"])
def test_an_unknown_key_cannot_be_revoked(database: Database, clock: ManualClock, name: str) -> None:
    with pytest.raises(UnknownKey):
        database.write_now(lambda session: keys.revoke(session, name, clock.now()))


def test_names_and_scopes_that_cannot_be_are_refused(database: Database, clock: ManualClock) -> None:
    with pytest.raises(NameRefused):
        create(database, clock, "two words")
    with pytest.raises(ScopeRefused, match="the scopes are: publish"):
        database.write_now(lambda session: keys.create(session, "backup", clock.now(), ["publish", "root"]))


def test_a_key_without_scopes_allows_nothing(database: Database, clock: ManualClock) -> None:
    key, _ = database.write_now(lambda session: keys.create(session, "backup", clock.now(), ()))
    assert not key.allows("publish")
    assert not key.allows("")


def test_use_is_written_at_most_once_a_minute(database: Database, clock: ManualClock) -> None:
    key, secret = create(database, clock)
    used = clock.now()
    for wait_s, stays in ((0, True), (59, True), (1, False)):
        clock.advance(wait_s)
        database.write_now(lambda session: keys.touch(session, key.id, clock.now()))
        found = database.read_now(lambda session: keys.find(session, secret))
        assert found is not None
        assert (found.last_used_at == used) is stays
