"""What the plugin lays into another app's build: every module that is needed, and styles that stay inside."""

import re
from pathlib import Path, PurePosixPath

import pytest

from tidings.embed import TidingsPlugin
from tidings.embed.plugin import scoped

ASSETS = Path(__file__).parents[2] / "assets"
IMPORT = re.compile(r'^(?:import|export) [^"]*from "(\.[^"]+)"', re.MULTILINE)


def laid(server: str = "https://tidings.example", sign_in: str = "") -> dict[str, str]:
    assets = TidingsPlugin(server, sign_in).get_static_assets()
    return {path.as_posix(): str(text) for path, text in assets}


def test_every_module_finds_those_it_imports() -> None:
    files = laid()
    for name, text in files.items():
        for wanted in IMPORT.findall(text):
            there = PurePosixPath(name).parent / wanted
            parts = list[str]()
            for part in there.parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(part for part in parts if part != ".") in files, (name, wanted)


def test_the_app_is_told_where_tidings_is() -> None:
    place = laid("https://tidings.example/")["public/live/place.js"]
    assert '"server": "https://tidings.example"' in place
    assert '"signIn": "https://tidings.example/login"' in place
    assert '"signIn": "/tidings/login"' in laid("", "/tidings/login")["public/live/place.js"]


@pytest.mark.parametrize("server", ["tidings.example", "ftp://x", "https://x/with/a/path", "https://"])
def test_what_is_no_origin_is_refused_with_a_sentence(server: str) -> None:
    with pytest.raises(ValueError, match="is not the origin of a server"):
        TidingsPlugin(server)


def test_styles_hold_inside_of_tidings_only() -> None:
    styles = scoped(":root { --a: 1 } @keyframes turn { from { x: 0 } to { x: 1 } } .row { color: red }")
    before, inside = styles.split(".tidings {")
    assert before.strip() == "@keyframes turn { from { x: 0 } to { x: 1 } }"
    assert "& { --a: 1 }" in inside
    whole = laid()["styles/tidings.css"]
    assert whole.count("{") == whole.count("}")
    outside = whole[: whole.index(".tidings {")]
    assert not re.sub(r"@keyframes [^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", outside).strip()
    assert "@keyframes" not in whole[whole.index(".tidings {") :]
