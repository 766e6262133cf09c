"""The reference is what the code says, and says something about everything."""

from pathlib import Path

import pytest

from tidings.live.codes import Code
from tidings.reference.__main__ import files
from tidings.settings import Settings

PAGES = files()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == PAGES[path], "run scripts/reference"


def test_every_setting_is_explained() -> None:
    unexplained = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not unexplained


def test_every_close_code_has_a_remedy() -> None:
    page = next(text for path, text in PAGES.items() if path.name == "close-codes.md")
    assert all(f"| {int(code)} |" in page for code in Code)


def test_every_command_that_people_type_is_there() -> None:
    page = next(text for path, text in PAGES.items() if path.name == "command-line.md")
    for command in (
        "serve",
        "build",
        "user add",
        "user disable",
        "user enable",
        "key create",
        "send",
        "migrate",
        "doctor",
        "backup",
        "restore",
    ):
        assert f"\n## {command}\n" in page
    assert "## worker" not in page, "only the supervisor types it"
