"""What a person reads when a start is refused: one sentence, and an exit code that is not 0."""

import errno
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.database import DatabaseRefused, store
from tidings.database.migrate import migrate
from tidings.prepare import prepare
from tidings.settings import Settings, SettingsRefused, read_settings

ROOT = Path(__file__).parents[2]
START = """
from tidings.startup import start
def refuse(*_): raise AssertionError("it went on")
raise SystemExit(start(refuse, refuse))
"""


def refusal(**settings: str) -> str:
    """Start with the settings and return the one line that was printed."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")}
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=given | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    [sentence] = done.stderr.splitlines()
    return sentence


def test_a_bad_value_names_its_variable() -> None:
    assert refusal(TIDINGS_PORT="three thousand").startswith("TIDINGS_PORT ")
    assert refusal(TIDINGS_HEARTBEAT_SECONDS="-1").startswith("TIDINGS_HEARTBEAT_SECONDS ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://news.example:99999"),
        ("PUBLIC_URL", "https://news.example:0"),
        ("PUBLIC_URL", "https://news example"),
        ("PUBLIC_URL", "https://somebody:secret@news.example"),
        ("PUBLIC_URL", "https://news.example?view=all"),
        ("PUBLIC_URL", "https://zürich.example"),  # browsers write xn--zrich-kva.example
        ("ALLOWED_ORIGINS", "https://a.example,https://b.example/path"),
        ("SECRET_KEY", ","),
        ("DATABASE_URL", "sqlite:///"),
        ("REDIS_URL", "redis://:pass/word@cache:6379/0"),
        ("RETENTION_DAYS", "99999999999"),
        ("REPLAY_LIMIT", "99999999999999999999"),
    ],
)
def test_a_value_that_would_never_work_names_its_variable(name: str, value: str) -> None:
    assert f"TIDINGS_{name} " in refusal(**{f"TIDINGS_{name}": value})


@pytest.mark.parametrize(
    ("written", "as_browsers_do"),
    [
        ("https://News.Example:443/", "https://news.example"),
        ("http://localhost:80", "http://localhost"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_an_origin_is_compared_as_browsers_write_it(
    written: str, as_browsers_do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_PUBLIC_URL", written)
    settings = read_settings()
    assert settings.public_url == as_browsers_do
    assert settings.allowed_origins == [as_browsers_do]


def test_an_empty_variable_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files hand over what nobody set as empty: no host is not every host, no token opens nothing."""
    for name in ("HOST", "PORT", "METRICS_TOKEN", "ADMIN_PASSWORD", "RETRY_DELAYS_SECONDS", "REDIS_URL"):
        monkeypatch.setenv(f"TIDINGS_{name}", "")
    settings = read_settings()
    assert (settings.host, settings.port, settings.redis_url) == ("127.0.0.1", 3000, "")
    assert settings.metrics_token is None
    assert settings.admin_password is None
    assert settings.retry_delays_seconds[0] == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"too short", b"\xff" * 64])
def test_a_kept_key_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    """Signed with nothing, every token would be anybody's to write."""
    (tmp_path / "secret_key").write_bytes(content)
    settings = Settings(data_dir=tmp_path)  # pyright: ignore[reportCallIssue]
    with pytest.raises(SettingsRefused, match=r"secret_key holds no key of at least 32 bytes"):
        prepare(settings)
    assert not (tmp_path / "tidings.db").exists()


def test_a_key_that_cannot_be_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsRefused, match=r"secret_key cannot be written: no space left on device\.$"):
        prepare(Settings(data_dir=tmp_path))  # pyright: ignore[reportCallIssue]
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_locked_at_the_start_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)  # pyright: ignore[reportCallIssue]
    migrate(settings.database_url)
    monkeypatch.setattr(store, "PATIENCE_S", 0.1)
    other = sqlite3.connect(tmp_path / "tidings.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseRefused, match=r"database: The database is locked\.$"):
        prepare(settings)
    other.close()


def test_a_kept_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first, second = (Settings(data_dir=tmp_path).secret_keys for _ in range(2))  # pyright: ignore[reportCallIssue]
    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_more_workers_without_redis_is_a_sentence() -> None:
    assert "TIDINGS_REDIS_URL" in refusal(TIDINGS_WORKERS="2")


def test_a_used_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert refusal(TIDINGS_PORT=port).startswith(f"Port {port} is in use;")


def test_an_unwritable_data_directory_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sentence = refusal(TIDINGS_DATA_DIR=str(tmp_path / "file/data"), TIDINGS_PORT=free_port())
    assert sentence.startswith("TIDINGS_DATA_DIR=")


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


def test_a_python_that_is_too_old_is_a_sentence(tmp_path: Path) -> None:
    clone, old = tmp_path / "a clone", tmp_path / "old"
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    shutil.copy(ROOT / "requirements.txt", clone)
    done = run_with_python(clone, old, "exit 1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Tidings needs Python 3.11 or newer")
    assert not (clone / ".venv").exists()


def run_with_python(clone: Path, folder: Path, does: str) -> subprocess.CompletedProcess[str]:
    """Run a clone's scripts/run with an interpreter that does only this."""
    folder.mkdir()
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    path = f"{folder}:{os.environ['PATH']}"
    return subprocess.run(
        [clone / "scripts/run"], env={"PATH": path}, capture_output=True, text=True, check=False
    )


def test_a_venv_that_is_a_link_to_another_clones_does_not_empty_that(tmp_path: Path) -> None:
    clone, theirs = tmp_path / "clone", tmp_path / "another clone's"
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    shutil.copy(ROOT / "requirements.txt", clone)
    theirs.mkdir()
    (clone / ".venv").symlink_to(theirs)
    done = run_with_python(clone, tmp_path / "no venv", 'case "$*" in *venv*) exit 1 ;; esac')
    assert done.stderr.splitlines()[-1].startswith("Python could not make .venv")
    assert theirs.exists()
    assert not (clone / ".venv").exists()
