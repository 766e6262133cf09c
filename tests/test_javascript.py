"""Runs the tests of the browser's half, so that one command runs everything.

Each file of tests/js is a test here; what it says itself is shown when it fails.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path for path in (ROOT / "tests/js").rglob("*.test.*js") if "node_modules" not in path.parts)
BESIDE_PYTHON = str(Path(sys.executable).parent)  # where requirements.txt puts Node
TIMEOUT_S = 120


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_javascript(path: Path) -> None:
    node = shutil.which("node", path=BESIDE_PYTHON)
    assert node, f"Node is missing in {BESIDE_PYTHON}: requirements.txt is not installed there"
    done = subprocess.run(
        [node, "--test", str(path)], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
