"""The guides are followed literally: blocks marked `run` are run in order, against a real server.

`sh run` and `python run` are run in one shell, so that what one sets the next can use; each line of a block
`text seen` must have been printed by then. `python builds` is executed, and its components are built.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from tests.running import ROOT, TidingsServer

GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDES, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+) (run|seen|builds)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NEEDED = ("bash", "curl", "jq")


@dataclass(frozen=True)
class Block:
    """One marked block of a guide."""

    language: str
    mark: str
    text: str


def blocks(guide: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(guide.read_text())]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


RUNNING = [guide for guide in PAGES if any(block.mark == "run" for block in blocks(guide))]
BUILDING = [guide for guide in PAGES if any(block.mark == "builds" for block in blocks(guide))]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    server = TidingsServer(tmp_path_factory.mktemp("guides") / "data")
    server.start()
    yield server
    server.stop()


def script(guide: Path) -> str:
    """Join the blocks to one script; after each, a mark by which the outputs can be told apart."""
    parts = ["set -euo pipefail"]
    for place, block in enumerate(blocks(guide)):
        if block.mark == "run":
            parts.append(block.text if block.language == "sh" else f"python - <<'BLOCK'\n{block.text}BLOCK")
            parts.append(f"printf '\\n<<{place}>>\\n'")
    return "\n".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("guide", RUNNING, ids=name)
def test_the_commands_of_the_guide_do_what_it_says(
    guide: Path, server: TidingsServer, tmp_path: Path
) -> None:
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    here = script(guide).replace("http://localhost:3000", server.url)
    here = here.replace(".venv/bin/python", sys.executable)
    own = Path(sys.executable).parent
    environment = os.environ | server.environment | {"PYTHONPATH": str(ROOT)}
    environment["PATH"] = f"{own}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", here], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    for place, block in enumerate(blocks(guide)):
        if block.mark == "seen":
            printed = done.stdout.split(f"<<{place - 1}>>")[0].rpartition("<<")[2]
            for line in block.text.splitlines():
                assert line in printed, f"after block {place - 1}"


@pytest.mark.parametrize("guide", BUILDING, ids=name)
def test_the_components_of_the_guide_can_be_built(guide: Path) -> None:
    place: dict[str, Any] = {"__name__": "guide"}
    for block in blocks(guide):
        if block.mark == "builds":
            exec(compile(block.text, str(guide), "exec"), place)  # our own text
    built = 0
    for each in list(place.values()):
        if callable(each) and getattr(each, "__module__", "") == "guide" and not _arguments(each):
            component = each()
            assert isinstance(component, rx.Component)
            component.render()  # pyright: ignore[reportUnknownMemberType]
            built += 1
    assert built


def _arguments(function: Any) -> int:
    return function.__code__.co_argcount


@pytest.mark.parametrize("guide", PAGES, ids=name)
def test_every_block_of_python_is_python(guide: Path) -> None:
    for text in PYTHON.findall(guide.read_text()):
        ast.parse(text)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        path, _, anchor = target.partition("#")
        if "://" in target or not path:
            continue
        there = page.parent / path
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, target


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_setting_the_guides_name_exists() -> None:
    from tidings.settings import Settings

    known = {f"TIDINGS_{field.upper()}" for field in Settings.model_fields}
    for_others = {"TIDINGS_SITE", "TIDINGS_UPSTREAMS", "TIDINGS_URL", "TIDINGS_KEY"}
    for guide in GUIDES:
        named = set(re.findall(r"\bTIDINGS_[A-Z_]+\b", guide.read_text()))
        assert named <= known | for_others, name(guide)
