"""That what a start installs is named exactly, and that no file says from where."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINS = sorted(
    [*ROOT.glob("requirements*.txt"), *ROOT.glob("reflex.lock/*"), *ROOT.glob("tests/js/package*.json")]
)


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.name)
def test_pins_name_no_place(path: Path) -> None:
    assert not re.search(r'index-url |find-links |"resolved"|\.(tgz|whl)\b', path.read_text())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_python_package_is_pinned_with_its_hashes(name: str) -> None:
    for block in re.split(r"\n(?=\w)", (ROOT / name).read_text()):
        if not block.startswith("#"):
            assert re.match(r"[\w.-]+(\[[\w,]+\])?==\S+ ", block)
            assert "--hash=sha256:" in block


def test_the_tests_run_on_what_the_app_runs_on() -> None:
    app, tests = (pins(name) for name in ("requirements.txt", "requirements-dev.txt"))
    assert app.items() <= tests.items()


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["tests/js/package-lock.json", "reflex.lock/package-lock.json"])
def test_every_npm_package_is_pinned_with_its_hash(name: str) -> None:
    lock = json.loads((ROOT / name).read_text())
    assert all("integrity" in package for place, package in lock["packages"].items() if place)
