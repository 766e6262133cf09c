"""Whole starts, with two workers, that cannot succeed or are broken off: a sentence, and nothing left."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import ROOT, RedisServer, TidingsServer, free_port
from tidings.database.migrate import migrate

pytestmark = pytest.mark.slow

GONE_S = 10


def beginning(folder: Path, redis: RedisServer, **settings: str) -> "subprocess.Popen[str]":
    """Begin a start; what it says can be read when it is over."""
    given = {
        "TIDINGS_DATA_DIR": str(folder),
        "TIDINGS_PORT": str(free_port()),
        "TIDINGS_WORKERS": "2",
        "TIDINGS_REDIS_URL": redis.url,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tidings", "serve"],
        cwd=ROOT,
        env=os.environ | given | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that whatever it leaves behind can be found
    )


def refusal(folder: Path, redis: RedisServer, **settings: str) -> str:
    """Start and return the one sentence with which it refused."""
    start = beginning(folder, redis, **settings)
    _, said = start.communicate(timeout=60)
    assert start.returncode == 1, said
    [sentence] = said.splitlines()
    return sentence


def left_behind(session: int) -> list[str]:
    """Name the processes of that session which still live."""
    found: list[str] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(place.name)) == session and "State:\tZ" not in (place / "status").read_text():
                found.append((place / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_of_two_starts_on_one_port_the_second_says_so_and_the_first_goes_on(
    tmp_path: Path, redis: RedisServer
) -> None:
    first = TidingsServer(tmp_path / "first", TIDINGS_WORKERS="2", TIDINGS_REDIS_URL=redis.url)
    first.start()
    try:
        sentence = refusal(tmp_path / "second", redis, TIDINGS_PORT=str(first.port))
        assert sentence.startswith(f"Port {first.port} is in use;")
        assert first.command("user", "list", "--json")
        assert first._ready()
    finally:
        first.stop()


def test_a_newer_and_a_broken_database_are_told_apart(tmp_path: Path, redis: RedisServer) -> None:
    path = tmp_path / "tidings.db"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "belongs to a newer version of Tidings" in refusal(tmp_path, redis)
    for left in tmp_path.glob("tidings.db*"):
        left.unlink()
    path.write_text("a shopping list " * 1000)
    assert refusal(tmp_path, redis).startswith("The database cannot be used: file is not a database")


def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path, redis: RedisServer) -> None:
    nowhere = f"postgresql://tidings@127.0.0.1:{free_port()}/tidings"
    sentence = refusal(tmp_path, redis, TIDINGS_DATABASE_URL=nowhere)
    assert sentence.startswith("The database cannot be used: ")
    assert "refused" in sentence


@pytest.mark.parametrize("when_s", [0.05, 0.6, 1.2, 2.0, 3.0])
def test_a_start_that_is_told_to_stop_is_gone_and_leaves_nobody(
    tmp_path: Path, redis: RedisServer, when_s: float
) -> None:
    start = beginning(tmp_path, redis)
    time.sleep(when_s)
    start.send_signal(signal.SIGTERM)
    _, said = start.communicate(timeout=GONE_S)
    assert start.returncode in (0, 128 + signal.SIGTERM, -signal.SIGTERM), said
    assert "Traceback" not in said
    assert left_behind(start.pid) == []
