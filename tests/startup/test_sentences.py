"""What a person reads when a start is refused: one sentence, and an exit code that is not 0."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

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
    old.mkdir()
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    done = subprocess.run(
        [clone / "scripts/run"],
        env={"PATH": f"{old}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Tidings needs Python 3.11 or newer")
    assert not (clone / ".venv").exists()
