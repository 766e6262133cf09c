"""Migrations: an empty database becomes what the models say, and a newer one is refused."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from alembic import command
from tests.database.conftest import ask, do
from tidings.database import Database, DatabaseRefused
from tidings.database.engine import open_engine
from tidings.database.migrate import ROOT, migrate
from tidings.notifications.search import is_of_a_model

for room in ("accounts", "audit", "notifications", "preferences"):
    import_module(f"tidings.{room}.tables")  # which declares them


def tables_of(url: str) -> set[str]:
    engine = open_engine(url, writing=True)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def alembic(url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["database_url"] = url
    return config


def test_an_empty_database_becomes_what_the_models_say(database_url: str) -> None:
    engine = open_engine(database_url, writing=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_of_a_model})
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()
    assert not differences


def test_a_second_time_there_is_nothing_to_do(database_url: str) -> None:
    assert migrate(database_url) is False


def test_every_step_can_be_taken_back_and_again(database_url: str) -> None:
    command.downgrade(alembic(database_url), "base")
    assert tables_of(database_url) == {"alembic_version"}
    assert migrate(database_url) is True
    assert "deliveries" in tables_of(database_url)


def test_a_new_database_has_one_life(database_url: str) -> None:
    database = Database(database_url)
    life = database.read_now(ask("SELECT epoch FROM lives"))
    count = database.read_now(ask("SELECT count(*) FROM lives"))
    database.close_now()
    assert count == 1
    assert len(life) >= 16


def test_a_newer_database_is_refused_with_a_sentence(database_url: str) -> None:
    database = Database(database_url)
    database.write_now(do("UPDATE alembic_version SET version_num = '9999'"))
    database.close_now()
    with pytest.raises(DatabaseRefused, match=r"newer version of Tidings.*\.$"):
        migrate(database_url)


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "tidings.db"
    path.write_bytes(b"this is no database, however long it may be" * 100)
    with pytest.raises(DatabaseRefused, match=r"^The database cannot be used: .*\.$"):
        migrate(f"sqlite:///{path}")


def test_what_cannot_be_used_names_the_variables(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseRefused, match=r"\(see TIDINGS_DATABASE_URL and TIDINGS_DATA_DIR\)\.$"):
        migrate(f"sqlite:///{tmp_path}/file/tidings.db")


def test_a_server_that_is_away_is_refused_with_a_sentence_without_the_password() -> None:
    with pytest.raises(DatabaseRefused, match=r"^The database cannot be used: ") as refused:
        migrate("postgresql://tidings:hush@127.0.0.1:1/tidings")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgresql://tidings:hu/sh@host:5x/tidings", "postgresql://host:hush/db"])
def test_an_address_that_is_none_is_refused_with_a_sentence_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseRefused, match=r"^TIDINGS_DATABASE_URL must look like ") as refused:
        migrate(url)
    assert "hu" not in str(refused.value)


def test_looking_at_the_version_does_not_wait_for_a_writer(database_url: str) -> None:
    """`python -m tidings send` looks at it first, also while the server is busy."""
    engine = open_engine(database_url, writing=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE lives SET epoch = epoch"))
        assert migrate(database_url) is False
    engine.dispose()


def test_two_starts_at_once_agree(database_url: str) -> None:
    command.downgrade(alembic(database_url), "base")
    start = [
        sys.executable,
        "-c",
        "import sys; from tidings.database.migrate import migrate; migrate(sys.argv[1])",
    ]
    started = [subprocess.Popen([*start, database_url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=30) for process in started] == [0, 0]
    assert migrate(database_url) is False


def test_a_start_that_is_killed_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'tidings.db'}"

    def pull_the_plug(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", pull_the_plug)
    with pytest.raises(KeyboardInterrupt):
        migrate(url)
    monkeypatch.undo()
    assert "deliveries" not in tables_of(url)
    assert migrate(url) is True
