"""When the pages must be built anew, and when not.

No build runs here: a small tree of files stands for the project.
"""

from pathlib import Path

import pytest

from tidings.startup.fingerprint import fingerprint

TREE = {
    "rxconfig.py": "from tidings.ui.theme import colours",
    "requirements.txt": "reflex==0.10.1",
    "assets/live/machine.js": "export const step = 1;",
    "reflex.lock/package-lock.json": "{}",
    "tidings/tidings.py": "from tidings import server",
    "tidings/server.py": "PORT = 3000",
    "tidings/words.py": "HELLO = 'hello'",
    "tidings/live/__init__.py": "from tidings.live.provider import provider",
    "tidings/live/provider.py": "def provider(): ...",
    "tidings/live/hub.py": "HUB = 1",
    "tidings/ui/theme.py": "colours = []",
    "tidings/ui/feed.py": "from tidings.live import provider\nfrom tidings import words",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def change(project: Path, name: str) -> bool:
    """Say whether another line in the file makes another fingerprint."""
    before = fingerprint(project)
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.read_text() + "\n#" if path.exists() else "new")
    return fingerprint(project) != before


def test_an_untouched_project_keeps_its_fingerprint(project: Path) -> None:
    assert fingerprint(project) == fingerprint(project)


@pytest.mark.parametrize(
    "name",
    [
        "rxconfig.py",
        "requirements.txt",
        "assets/live/machine.js",
        "assets/new.svg",
        "reflex.lock/package-lock.json",
        "tidings/tidings.py",
        "tidings/ui/feed.py",
        "tidings/ui/new_page.py",
        "tidings/live/provider.py",
    ],
)
def test_a_change_to_what_the_pages_are_made_of_is_seen(project: Path, name: str) -> None:
    assert change(project, name)


@pytest.mark.parametrize("name", ["tidings/words.py", "tidings/live/__init__.py"])
def test_a_change_to_a_module_that_a_page_imports_is_seen(project: Path, name: str) -> None:
    assert change(project, name)


@pytest.mark.parametrize(
    "name",
    [
        "tidings/server.py",
        "tidings/live/hub.py",
        "README.md",
        "tests/test_new.py",
        "assets/external/link.js",
        "tidings/ui/__pycache__/feed.pyc",
    ],
)
def test_a_change_that_no_page_contains_is_not(project: Path, name: str) -> None:
    assert not change(project, name)


def test_moving_text_from_one_file_to_the_next_is_seen(project: Path) -> None:
    before = fingerprint(project)
    (project / "assets/live/machine.js").rename(project / "assets/live/moved.js")
    assert fingerprint(project) != before


def test_the_project_may_lie_anywhere(project: Path) -> None:
    before = fingerprint(project)
    elsewhere = project.rename(project.parent / "a folder with spaces")
    assert fingerprint(elsewhere) == before
