"""A start on a disk that is full: a sentence, and once there is room again, a start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.storm import fill_up
from tests.running import ROOT, TidingsServer

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def test_a_full_disk_is_a_sentence_and_room_is_all_it_takes(small_disk: Path) -> None:
    ballast = fill_up(small_disk)
    server = TidingsServer(small_disk / "data")
    done = subprocess.run(
        [sys.executable, "-m", "tidings", "serve"],
        cwd=ROOT,
        env=os.environ | server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    [sentence] = done.stderr.splitlines()
    assert "no space left" in sentence or "full" in sentence
    ballast.unlink()
    server.log = small_disk.parent / "server.log"
    server.start()
    assert server.stop() in (0, -15)
