"""Backup and restore: on both engines, from one to the other, and under a server with a live client."""

import io
import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.caller import Caller
from tests.running import PostgresServer, TidingsServer
from tidings.command.parser import main
from tidings.database import Database

Typed = Callable[..., tuple[int, str, str]]
PASSWORD = "a good password\n"

# What inboxes have among their rows, and the broadcasts they have still to take in.
RECEIVED = (
    "SELECT (SELECT count(*) FROM deliveries)"
    " + (SELECT count(*) FROM inboxes JOIN broadcasts ON number > settled)"
)


@pytest.fixture
def typed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Type a command for the database of this test; return its exit code and what it printed."""
    monkeypatch.setenv("TIDINGS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TIDINGS_PORT", "9")  # nobody serves there
    monkeypatch.setenv("TIDINGS_DATABASE_URL", database_url)

    def typed(*words: str | Path, given: str = PASSWORD) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return typed


@pytest.fixture
def house(typed: Typed) -> None:
    """Let two people live in the database, with one notification each."""
    for name in ("alice", "bob"):
        assert typed("user", "add", name, "--password-stdin")[0] == 0
    assert typed("send", "--to", "everyone", "--title", "Before — ünïcode ✓")[0] == 0


def asked(url: str, sql: str) -> Any:
    database = Database(url)
    try:
        return database.read_now(lambda session: session.connection().execute(text(sql)).scalar())
    finally:
        database.close_now()


def names(typed: Typed) -> list[str]:
    return [user["name"] for user in json.loads(typed("user", "list", "--json")[1])]


@pytest.mark.usefixtures("house")
def test_a_restore_brings_back_what_was_and_begins_a_new_life(
    typed: Typed, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    epoch = asked(database_url, "SELECT epoch FROM lives")
    assert typed("backup", file)[0] == 0
    typed("user", "add", "carol", "--password-stdin")
    typed("send", "--to", "everyone", "--title", "After")
    code, printed, _ = typed("restore", file, "--force")
    assert (code, printed.startswith("Restored; accounts: 2.")) == (0, True)
    assert names(typed) == ["alice", "bob"]
    assert asked(database_url, "SELECT title FROM contents") == "Before — ünïcode ✓"
    assert asked(database_url, RECEIVED) == 2
    assert asked(database_url, "SELECT epoch FROM lives") != epoch
    assert typed("send", "--to", "alice", "--title", "Numbers go on")[0] == 0
    assert asked(database_url, "SELECT max(seq) FROM deliveries") == 2
    newest = "SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1"
    assert asked(database_url, newest) == "database.restored"


@pytest.mark.usefixtures("house")
def test_a_backup_is_one_file_for_its_owner_alone(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "backup.db"
    assert typed("backup", file)[0] == 1, "the folder is not made: a typing error would go unnoticed"
    file.parent.mkdir()
    assert typed("backup", file)[0] == 0
    assert [path.name for path in file.parent.iterdir()] == ["backup.db"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, _, said = typed("backup", file)
    assert (code, said) == (1, f"{file} exists; choose another name, or --force to replace it.")
    assert typed("backup", file, "--force")[0] == 0


@pytest.mark.usefixtures("house")
def test_a_house_moves_from_one_engine_to_the_other(
    typed: Typed, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer
) -> None:
    assert typed("backup", tmp_path / "backup.db")[0] == 0
    came_from_file = database_url.startswith("sqlite")
    other = postgres.fresh_url("moved_in") if came_from_file else f"sqlite:///{tmp_path / 'other.db'}"
    monkeypatch.setenv("TIDINGS_DATABASE_URL", other)
    assert typed("restore", tmp_path / "backup.db")[0] == 0, "nobody lives there, so nothing is to be forced"
    assert names(typed) == ["alice", "bob"]
    assert typed("send", "--to", "everyone", "--title", "In the new place")[0] == 0
    assert asked(other, RECEIVED) == 4
    typed("user", "disable", "bob")  # its audit entry needs the next row number
    if came_from_file:
        postgres.drop("moved_in")


@pytest.mark.usefixtures("house")
def test_a_database_somebody_lives_in_is_not_replaced_by_accident(typed: Typed, tmp_path: Path) -> None:
    typed("backup", tmp_path / "backup.db")
    code, _, said = typed("restore", tmp_path / "backup.db")
    assert (code, said) == (1, "The database already has 2 people; --force replaces everything in it.")


@pytest.mark.usefixtures("house")
def test_what_is_damaged_or_no_backup_is_refused_and_nothing_is_touched(
    typed: Typed, tmp_path: Path, database_url: str
) -> None:
    whole = tmp_path / "backup.db"
    typed("backup", whole)
    cut = tmp_path / "cut.db"
    content = bytearray(whole.read_bytes())
    content[len(content) // 2 :] = b"\x55" * (len(content) - len(content) // 2)
    cut.write_bytes(content)
    text_file, foreign = tmp_path / "text.db", tmp_path / "foreign.db"
    text_file.write_text("a shopping list " * 100)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")
    for file, word in (
        (cut, ""),
        (text_file, "not a backup"),
        (foreign, "not a backup"),
        (tmp_path / "no", "There is no file"),
    ):
        code, _, said = typed("restore", file, "--force")
        assert code == 1, file
        assert word in said
    assert asked(database_url, "SELECT count(*) FROM users") == 2


@pytest.mark.usefixtures("house")
def test_a_backup_of_a_newer_version_is_refused(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    typed("backup", file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _, said = typed("restore", file, "--force")
    assert (code, "newer version of Tidings" in said) == (1, True)


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    typed: Typed, tmp_path: Path, database_url: str
) -> None:
    from alembic.config import Config

    from alembic import command
    from tests.running import ROOT

    old = tmp_path / "old.db"
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = f"sqlite:///{old}"
    command.upgrade(config, "0001")
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(
            "INSERT INTO users VALUES ('1', 'dora', 'dora', 'x', 0, '2026-01-01 00:00:00.000000', NULL)"
        )
    assert typed("restore", old, "--force")[0] == 0
    assert names(typed) == ["dora"]
    assert typed("send", "--to", "dora", "--title", "Works")[0] == 0
    assert asked(database_url, "SELECT count(*) FROM audit_entries") >= 1


@pytest.mark.usefixtures("house")
def test_after_a_restore_by_other_means_a_new_life_can_be_begun(typed: Typed, database_url: str) -> None:
    epoch = asked(database_url, "SELECT epoch FROM lives")
    assert typed("new-life")[0] == 0
    assert asked(database_url, "SELECT epoch FROM lives") != epoch
    assert asked(database_url, "SELECT count(*) FROM lives") == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TidingsServer]:
    settings: dict[str, str] = {}
    if request.param == "postgresql":
        postgres: PostgresServer = request.getfixturevalue("postgres")
        settings["TIDINGS_DATABASE_URL"] = postgres.fresh_url("restored_live")
    server = TidingsServer(tmp_path / "live", **settings)
    server.start()
    yield server
    server.stop()
    if settings:
        request.getfixturevalue("postgres").drop("restored_live")


@pytest.mark.slow
def test_a_live_client_goes_on_rightly_after_an_older_state_was_restored_under_it(
    server: TidingsServer, tmp_path: Path
) -> None:
    send = ("send", "--to", "admin", "--title")
    file = str(tmp_path / "backup.db")
    client = Caller(server.url)
    client.connects()
    server.command(*send, "Kept")
    client.hears("notifications")
    server.command("backup", file)
    for title in ("Lost 1", "Lost 2", "Lost 3"):
        server.command(*send, title)
    while client.cursor["seq"] < 4:
        client.hears("notifications")
    ahead = client.cursor
    server.command("restore", file, "--force")
    closing_words = client.hears("closing")
    assert closing_words["code"] == 1012
    answer = client.connects()
    assert (ahead["seq"], answer["recovered"], answer["cursor"]["seq"]) == (4, False, 1)
    assert [item["title"] for item in client.hears("snapshot")["items"]] == ["Kept"]
    server.command(*send, "Afterwards")
    heard = client.hears("notifications")
    assert [(item["seq"], item["title"]) for item in heard["items"]] == [(2, "Afterwards")]
    client.close()


@pytest.mark.slow
def test_a_running_server_is_not_restored_over_without_force(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    server = TidingsServer(tmp_path / "busy", TIDINGS_DATABASE_URL=database_url)
    server.start()
    try:
        monkeypatch.setenv("TIDINGS_PORT", str(server.port))
        assert typed("backup", tmp_path / "backup.db")[0] == 0
        code, _, said = typed("restore", tmp_path / "backup.db")
        assert (code, said.startswith("The server is running;")) == (1, True)
    finally:
        server.stop()
